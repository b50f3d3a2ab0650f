//! The contract of the book of connections as a suite that runs on every adapter:
//! `application::presence_contract!(fresh_presence());`, with tokio at hand.

#![expect(clippy::unwrap_used, reason = "for tests only")]

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use kernel::testing::{CountingIds, FakeClock};
use kernel::{Clock, IdGenerator, Timestamp, UserId};
use tokio::task::JoinSet;

use super::presence::{ConnectionKind, Presence};
use crate::bus::ConnectionId;

/// The book under test, empty.
pub type Book = Arc<dyn Presence>;

const SOCKET: ConnectionKind = ConnectionKind::Socket;
const STREAM: ConnectionKind = ConnectionKind::Stream;

/// Ids that no other fixture of this module has, in the order in which they are made, as everywhere.
pub fn ids() -> &'static dyn IdGenerator {
    static IDS: LazyLock<CountingIds> = LazyLock::new(CountingIds::default);
    &*IDS
}

/// The time at which the cases happen.
pub fn now() -> Timestamp {
    FakeClock::default().now()
}

/// A new connection of the user, and those that have to go for it.
async fn enter(book: &Book, user: UserId, kind: ConnectionKind) -> (ConnectionId, Vec<ConnectionId>) {
    let connection = ids().next_uuid();
    let entered = book.enter(user, connection, kind, 3, now()).await.unwrap();
    (connection, entered.evicted)
}

async fn leave(book: &Book, user: UserId, connection: ConnectionId, kind: ConnectionKind) -> bool {
    book.leave(user, connection, kind, now()).await.unwrap()
}

async fn is_online(book: &Book, user: UserId) -> bool {
    book.online(&[user], now()).await.unwrap().contains(&user)
}

/// From the first socket to the last.
pub async fn a_user_is_online_while_they_have_a_socket(book: Book) {
    let user = ids().next();
    assert!(!is_online(&book, user).await);
    let (first, _) = enter(&book, user, SOCKET).await;
    let (second, _) = enter(&book, user, SOCKET).await;
    assert!(is_online(&book, user).await);
    assert!(!leave(&book, user, first, SOCKET).await);
    assert!(is_online(&book, user).await);
    assert!(leave(&book, user, second, SOCKET).await);
    assert!(!is_online(&book, user).await);
}

/// Nor does its end take anybody offline.
pub async fn a_stream_makes_nobody_online(book: Book) {
    let user = ids().next();
    let (stream, _) = enter(&book, user, STREAM).await;
    assert!(!is_online(&book, user).await);
    let (socket, _) = enter(&book, user, SOCKET).await;
    assert!(!leave(&book, user, stream, STREAM).await);
    assert!(is_online(&book, user).await);
    assert!(leave(&book, user, socket, SOCKET).await);
}

/// Of all that are asked about, those who are.
pub async fn only_those_who_are_online_are_said_to_be(book: Book) {
    let [one, other, nobody] = [ids().next(), ids().next(), ids().next()];
    enter(&book, one, SOCKET).await;
    enter(&book, other, SOCKET).await;
    let online = book.online(&[one, nobody], now()).await.unwrap();
    assert_eq!(online, HashSet::from([one]));
    assert_eq!(book.online(&[], now()).await.unwrap(), HashSet::new());
}

/// Whoever opens one too many loses the oldest; each user and kind has a limit of its own.
pub async fn the_oldest_connections_over_the_limit_have_to_go(book: Book) {
    let user = ids().next();
    let mut entered = Vec::new();
    for _ in 0..3 {
        let (connection, evicted) = enter(&book, user, SOCKET).await;
        assert!(evicted.is_empty());
        entered.push(connection);
    }
    assert!(enter(&book, user, STREAM).await.1.is_empty());
    assert!(enter(&book, ids().next(), SOCKET).await.1.is_empty());
    for oldest in entered {
        assert_eq!(enter(&book, user, SOCKET).await.1, [oldest]);
        assert!(!leave(&book, user, oldest, SOCKET).await);
    }
    assert!(is_online(&book, user).await);
}

/// Of several that leave at once one takes the user offline, and nobody who wasn't there does.
pub async fn a_user_goes_offline_once(book: Book) {
    let user = ids().next();
    assert!(!leave(&book, user, ids().next_uuid(), SOCKET).await);
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(enter(&book, user, SOCKET).await.0);
    }
    let mut leaving = JoinSet::new();
    for connection in connections.clone() {
        let book = Arc::clone(&book);
        leaving.spawn(async move { leave(&book, user, connection, SOCKET).await });
    }
    assert_eq!(leaving.join_all().await.into_iter().filter(|was_last| *was_last).count(), 1);
    for connection in connections {
        assert!(!leave(&book, user, connection, SOCKET).await);
    }
}

/// Confirming changes nothing about who is there.
pub async fn what_is_confirmed_stays_and_what_has_left_does_not_come_back(book: Book) {
    let (user, gone) = (ids().next(), ids().next());
    let (connection, _) = enter(&book, user, SOCKET).await;
    let (left, _) = enter(&book, gone, SOCKET).await;
    assert!(leave(&book, gone, left, SOCKET).await);
    book.confirm(&[(user, connection, SOCKET)], now()).await.unwrap();
    book.confirm(&[], now()).await.unwrap();
    assert!(is_online(&book, user).await && !is_online(&book, gone).await);
    assert!(leave(&book, user, connection, SOCKET).await);
}

/// Turns each case of the contract into a test of its own, against a future of a fresh
/// [`Book`](crate::realtime::testing::Book).
#[macro_export]
macro_rules! presence_contract {
    ($fresh_book:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::realtime::testing::$case($fresh_book.await).await; })*
    };
    ($fresh_book:expr) => {
        $crate::presence_contract!($fresh_book;
            a_user_is_online_while_they_have_a_socket,
            a_stream_makes_nobody_online,
            only_those_who_are_online_are_said_to_be,
            the_oldest_connections_over_the_limit_have_to_go,
            a_user_goes_offline_once,
            what_is_confirmed_stays_and_what_has_left_does_not_come_back,
        );
    };
}
