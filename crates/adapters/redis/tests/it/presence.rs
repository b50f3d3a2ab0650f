//! Nodes that die.

use application::realtime::testing::{ids, now};
use application::realtime::{ConnectionKind, Presence};
use chrono::TimeDelta;
use deadpool_redis::redis::cmd;
use goforme_redis::{Redis, RedisPresence};
use kernel::UserId;

use crate::fresh::{config, raw};

const SOCKET: ConnectionKind = ConnectionKind::Socket;

async fn is_online(book: &RedisPresence, user: UserId, seconds: i64) -> bool {
    book.online(&[user], now() + TimeDelta::seconds(seconds)).await.unwrap().contains(&user)
}

#[tokio::test]
async fn every_node_sees_who_is_online_and_counts_the_same_connections() {
    let config = config();
    let [one, other] = [(); 2].map(|()| RedisPresence::new(&Redis::new(&config).unwrap()));
    let (user, first, second) = (ids().next(), ids().next_uuid(), ids().next_uuid());
    assert!(one.enter(user, first, SOCKET, 1, now()).await.unwrap().evicted.is_empty());
    assert!(is_online(&other, user, 0).await);
    assert_eq!(other.enter(user, second, SOCKET, 1, now()).await.unwrap().evicted, [first]);
    assert!(!one.leave(user, first, SOCKET, now()).await.unwrap());
    assert!(other.leave(user, second, SOCKET, now()).await.unwrap());
    assert!(!is_online(&one, user, 0).await);
}

#[tokio::test]
async fn what_is_not_confirmed_for_fifteen_seconds_is_forgotten() {
    let book = RedisPresence::new(&Redis::new(&config()).unwrap());
    let (user, connection) = (ids().next(), ids().next_uuid());
    book.enter(user, connection, SOCKET, 1, now()).await.unwrap();
    assert!(is_online(&book, user, 14).await && !is_online(&book, user, 15).await);
    book.confirm(&[(user, connection, SOCKET)], now() + TimeDelta::seconds(10)).await.unwrap();
    assert!(is_online(&book, user, 24).await && !is_online(&book, user, 25).await);
}

#[tokio::test]
async fn connections_of_a_dead_node_take_no_place() {
    let book = RedisPresence::new(&Redis::new(&config()).unwrap());
    let (user, dead, living) = (ids().next(), ids().next_uuid(), ids().next_uuid());
    book.enter(user, dead, SOCKET, 1, now()).await.unwrap();
    let later = now() + TimeDelta::seconds(20);
    assert!(book.enter(user, living, SOCKET, 1, later).await.unwrap().evicted.is_empty());
    assert!(book.leave(user, living, SOCKET, later).await.unwrap());
}

#[tokio::test]
async fn connections_come_back_when_redis_has_forgotten_them() {
    let config = config();
    let book = RedisPresence::new(&Redis::new(&config).unwrap());
    let connections: Vec<_> = (0..1200).map(|_| (ids().next(), ids().next_uuid(), SOCKET)).collect();
    book.confirm(&connections, now()).await.unwrap();
    let users: Vec<UserId> = connections.iter().map(|(user, ..)| *user).collect();
    assert_eq!(book.online(&users, now()).await.unwrap().len(), users.len());
    // Nobody has to clean up after a node that died.
    let key = format!("{}:sockets:{}", config.prefix, users[0]);
    let expires: i64 = raw(&config, cmd("PTTL").arg(key)).await;
    assert!((1..=60_000).contains(&expires), "{expires}");
}
