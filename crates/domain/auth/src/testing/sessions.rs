//! What every store of sessions promises.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join;
use kernel::{Begin, ErrorCode, Kind, SessionId, StoreError, Timestamp, UserId, finish};
use user::HasUsers;
use user::testing::add_a_dreamer;

use super::{a_new_refresh_token, a_session, ids, now};
use crate::{
    HasSessions, NewRefreshToken, RefreshTokenHash, Rotation, Session, SessionDirectory, SessionState,
    StoredRefreshToken, decide,
};

kernel::bundle! {
    /// All that the contract needs from a transaction: a session is some user's.
    pub trait SessionContractTx: HasSessions, HasUsers;
}

/// What the contract runs on: both ports, over the same, empty store.
#[derive(Clone)]
pub struct SessionStores {
    /// Opens transactions.
    pub store: Arc<dyn Begin<dyn SessionContractTx>>,
    /// Reads what they committed, at most a second late.
    pub directory: Arc<dyn SessionDirectory>,
}

/// A session that is stored, with its first token.
struct Stored {
    session: Session,
    first: NewRefreshToken,
}

fn after(seconds: i64) -> Timestamp {
    now() + TimeDelta::seconds(seconds)
}

impl SessionStores {
    async fn hold_a_user(&self) -> UserId {
        let mut tx = self.store.begin().await.unwrap();
        let user = add_a_dreamer(&mut *tx).await;
        tx.commit().await.unwrap();
        user.id()
    }

    async fn hold_a_session_of(&self, user: UserId) -> Stored {
        let stored = Stored { session: a_session(user), first: a_new_refresh_token(now()) };
        let mut tx = self.store.begin().await.unwrap();
        tx.sessions().add(&stored.session, &stored.first).await.unwrap();
        tx.commit().await.unwrap();
        stored
    }

    async fn hold_a_session(&self) -> Stored {
        let user = self.hold_a_user().await;
        self.hold_a_session_of(user).await
    }

    async fn find(&self, hash: &RefreshTokenHash) -> Option<(Session, StoredRefreshToken)> {
        let mut tx = self.store.begin().await.unwrap();
        let found = tx.sessions().find_token_for_update(hash).await.unwrap();
        tx.rollback().await.unwrap();
        found
    }

    async fn rotate(&self, used: &RefreshTokenHash, at: Timestamp) -> NewRefreshToken {
        let next = a_new_refresh_token(at);
        let mut tx = self.store.begin().await.unwrap();
        tx.sessions().rotate(used, at, &next).await.unwrap();
        tx.commit().await.unwrap();
        next
    }

    async fn end(&self, id: SessionId, at: Timestamp) {
        let mut tx = self.store.begin().await.unwrap();
        tx.sessions().end(id, at).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn end_all_of(&self, user: UserId, except: Option<SessionId>) -> Vec<SessionId> {
        let mut tx = self.store.begin().await.unwrap();
        let mut ended = tx.sessions().end_all_of(user, except, after(9)).await.unwrap();
        tx.commit().await.unwrap();
        ended.sort_unstable();
        ended
    }

    async fn delete_expired(&self, before: Timestamp, limit: i64) -> i64 {
        let mut tx = self.store.begin().await.unwrap();
        let deleted = tx.sessions().delete_expired(before, limit).await.unwrap();
        tx.commit().await.unwrap();
        deleted
    }

    async fn state_of(&self, stored: &Stored) -> SessionState {
        self.find(&stored.first.hash).await.unwrap().0.state()
    }
}

pub async fn a_session_is_found_by_its_first_token(stores: SessionStores) {
    let Stored { session, first } = stores.hold_a_session().await;
    let token = StoredRefreshToken {
        hash: first.hash,
        session: session.id(),
        parent: None,
        issued_at: first.issued_at,
        expires_at: first.expires_at,
        used_at: None,
        successor_used: false,
    };
    assert_eq!(stores.find(&first.hash).await, Some((session, token)));
    assert_eq!(stores.find(&a_new_refresh_token(now()).hash).await, None);
}

pub async fn a_used_token_has_a_successor_in_the_same_session(stores: SessionStores) {
    let Stored { session, first } = stores.hold_a_session().await;
    let second = stores.rotate(&first.hash, after(60)).await;

    let (_, used) = stores.find(&first.hash).await.unwrap();
    assert_eq!((used.used_at, used.successor_used), (Some(after(60)), false));
    let (found, next) = stores.find(&second.hash).await.unwrap();
    assert_eq!(found, session);
    assert_eq!((next.parent, next.session), (Some(first.hash), session.id()));
    assert_eq!((next.issued_at, next.expires_at), (second.issued_at, second.expires_at));
    assert_eq!((next.used_at, next.successor_used), (None, false));
}

pub async fn a_token_that_is_used_again_keeps_the_time_of_its_first_use(stores: SessionStores) {
    let Stored { first, .. } = stores.hold_a_session().await;
    stores.rotate(&first.hash, after(60)).await;
    stores.rotate(&first.hash, after(90)).await;
    let (_, used) = stores.find(&first.hash).await.unwrap();
    assert_eq!((used.used_at, used.successor_used), (Some(after(60)), false));
}

pub async fn the_use_of_any_successor_is_known_of_the_token_itself(stores: SessionStores) {
    for used in [0, 1] {
        let Stored { first, .. } = stores.hold_a_session().await;
        let successors =
            [stores.rotate(&first.hash, after(60)).await, stores.rotate(&first.hash, after(61)).await];
        let third = stores.rotate(&successors[used].hash, after(62)).await;
        assert!(stores.find(&first.hash).await.unwrap().1.successor_used);
        for unaware in [&successors[0], &successors[1], &third] {
            assert!(!stores.find(&unaware.hash).await.unwrap().1.successor_used);
        }
    }
}

/// Loads, decides and writes, as a refresh does; again if another transaction was in the way.
async fn refresh(stores: &SessionStores, hash: &RefreshTokenHash, at: Timestamp) -> Rotation {
    loop {
        let mut tx = stores.store.begin().await.unwrap();
        let outcome = async {
            let (session, token) = tx.sessions().find_token_for_update(hash).await?.unwrap();
            let decision = decide(&session, &token, at);
            match decision {
                Rotation::Rotate => tx.sessions().rotate(hash, at, &a_new_refresh_token(at)).await?,
                Rotation::Reused => tx.sessions().end(session.id(), at).await?,
                Rotation::Invalid => {}
            }
            Ok::<_, StoreError>(decision)
        };
        let outcome = outcome.await;
        match finish(tx, outcome).await {
            Err(error) if error.code().kind == Kind::Contended => {}
            outcome => break outcome.unwrap(),
        }
    }
}

pub async fn of_two_refreshes_at_once_the_second_sees_the_first(stores: SessionStores) {
    let Stored { session, first } = stores.hold_a_session().await;
    let second = stores.rotate(&first.hash, after(0)).await;
    stores.rotate(&second.hash, after(1)).await;
    // One comes with a stolen token and ends the session; the other with one that has held so far. If
    // the honest one is first it gets a successor, and in either order nothing holds in the end.
    let (stolen, honest) =
        join(refresh(&stores, &first.hash, after(100)), refresh(&stores, &second.hash, after(100))).await;
    assert_eq!(stolen, Rotation::Reused);
    assert!(matches!(honest, Rotation::Rotate | Rotation::Invalid), "{honest:?}");
    assert_eq!(refresh(&stores, &second.hash, after(101)).await, Rotation::Invalid);
    assert!(!stores.directory.is_live(session.id(), after(101)).await.unwrap());
}

pub async fn a_session_that_has_ended_is_dead_and_keeps_the_time_of_its_end(stores: SessionStores) {
    let stored = stores.hold_a_session().await;
    let untouched = stores.hold_a_session_of(stored.session.user()).await;
    stores.end(stored.session.id(), after(60)).await;
    stores.end(stored.session.id(), after(90)).await;
    stores.end(ids().next(), after(90)).await;
    assert_eq!(stores.state_of(&stored).await, SessionState::Ended { at: after(60) });
    assert_eq!(stores.state_of(&untouched).await, SessionState::Live);
    assert!(!stores.directory.is_live(stored.session.id(), after(61)).await.unwrap());
    assert!(stores.directory.is_live(untouched.session.id(), after(61)).await.unwrap());
}

pub async fn all_sessions_of_a_user_but_one_are_ended(stores: SessionStores) {
    let (user, somebody) = (stores.hold_a_user().await, stores.hold_a_user().await);
    let (one, two) = (stores.hold_a_session_of(user).await, stores.hold_a_session_of(user).await);
    let (kept, over) = (stores.hold_a_session_of(user).await, stores.hold_a_session_of(user).await);
    let others = stores.hold_a_session_of(somebody).await;
    stores.end(over.session.id(), after(1)).await;

    let mut expected = vec![one.session.id(), two.session.id()];
    expected.sort_unstable();
    assert_eq!(stores.end_all_of(user, Some(kept.session.id())).await, expected);
    for ended in [&one, &two] {
        assert_eq!(stores.state_of(ended).await, SessionState::Ended { at: after(9) });
    }
    assert_eq!(stores.state_of(&over).await, SessionState::Ended { at: after(1) });
    for live in [&kept, &others] {
        assert_eq!(stores.state_of(live).await, SessionState::Live);
    }

    assert_eq!(stores.end_all_of(user, None).await, [kept.session.id()]);
    assert_eq!(stores.end_all_of(user, None).await, []);
    assert_eq!(stores.state_of(&others).await, SessionState::Live);
}

pub async fn a_session_is_live_until_its_last_token_expires(stores: SessionStores) {
    let Stored { session, first } = stores.hold_a_session().await;
    let is_live = async |at| stores.directory.is_live(session.id(), at).await.unwrap();
    let moment = TimeDelta::milliseconds(1);
    assert!(is_live(first.expires_at - moment).await);
    assert!(!is_live(first.expires_at).await);

    let second = stores.rotate(&first.hash, after(3600)).await;
    assert!(is_live(first.expires_at).await);
    assert!(is_live(second.expires_at - moment).await);
    assert!(!is_live(second.expires_at).await);
    assert!(!stores.directory.is_live(ids().next(), now()).await.unwrap());
}

pub async fn expired_tokens_are_deleted_and_then_their_sessions(stores: SessionStores) {
    let (over, going_on) = (stores.hold_a_session().await, stores.hold_a_session().await);
    let newest = stores.rotate(&going_on.first.hash, after(3600)).await;
    let expiry = over.first.expires_at;
    assert_eq!(stores.delete_expired(expiry, 10).await, 0);

    let later = expiry + TimeDelta::seconds(1);
    assert_eq!(stores.delete_expired(later, 10).await, 2);
    assert_eq!(stores.find(&over.first.hash).await, None);
    assert_eq!(stores.find(&going_on.first.hash).await, None);
    let (session, token) = stores.find(&newest.hash).await.unwrap();
    assert_eq!((session, token.used_at), (going_on.session, None));
    assert_eq!(stores.end_all_of(over.session.user(), None).await, []);

    // The parent of the newest is gone; the family goes on without it.
    stores.rotate(&newest.hash, after(7200)).await;
}

pub async fn no_more_than_the_limit_is_deleted(stores: SessionStores) {
    let user = stores.hold_a_user().await;
    let mut expiry = now();
    for _ in 0..3 {
        expiry = stores.hold_a_session_of(user).await.first.expires_at;
    }
    let later = expiry + TimeDelta::seconds(1);
    assert_eq!(stores.delete_expired(later, 2).await, 2);
    assert_eq!(stores.delete_expired(later, 2).await, 1);
    assert_eq!(stores.delete_expired(later, 2).await, 0);
}

pub async fn a_transaction_that_is_rolled_back_or_dropped_leaves_no_session(stores: SessionStores) {
    let Stored { session, first } = stores.hold_a_session().await;
    for is_dropped in [false, true] {
        let (other, others_first) = (a_session(session.user()), a_new_refresh_token(now()));
        let next = a_new_refresh_token(after(1));
        let mut tx = stores.store.begin().await.unwrap();
        tx.sessions().add(&other, &others_first).await.unwrap();
        tx.sessions().rotate(&first.hash, after(1), &next).await.unwrap();
        tx.sessions().end(session.id(), after(1)).await.unwrap();
        if is_dropped {
            drop(tx);
        } else {
            tx.rollback().await.unwrap();
        }

        assert_eq!(stores.find(&others_first.hash).await, None);
        assert_eq!(stores.find(&next.hash).await, None);
        let (stored, token) = stores.find(&first.hash).await.unwrap();
        assert_eq!((&stored, token.used_at), (&session, None));
        assert!(stores.directory.is_live(session.id(), after(2)).await.unwrap());
    }
}

/// Turns each case of the contract into a test of its own, against a fresh store: a future of
/// [`SessionStores`].
#[macro_export]
macro_rules! session_contract {
    ($fresh:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh.await).await; })*
    };
    ($fresh:expr) => {
        $crate::session_contract!($fresh;
            a_session_is_found_by_its_first_token,
            a_used_token_has_a_successor_in_the_same_session,
            a_token_that_is_used_again_keeps_the_time_of_its_first_use,
            the_use_of_any_successor_is_known_of_the_token_itself,
            of_two_refreshes_at_once_the_second_sees_the_first,
            a_session_that_has_ended_is_dead_and_keeps_the_time_of_its_end,
            all_sessions_of_a_user_but_one_are_ended,
            a_session_is_live_until_its_last_token_expires,
            expired_tokens_are_deleted_and_then_their_sessions,
            no_more_than_the_limit_is_deleted,
            a_transaction_that_is_rolled_back_or_dropped_leaves_no_session,
        );
    };
}
