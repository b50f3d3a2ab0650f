//! The rule of rotation: as a table, and as a property of what clients and thieves may do.

use proptest::prelude::*;

use super::*;
use crate::refresh_token::RefreshTokenHash;
use crate::testing::{a_session, ids, now};

const LIFETIME: TimeDelta = TimeDelta::days(7);

fn after(seconds: i64) -> Timestamp {
    now() + TimeDelta::seconds(seconds)
}

/// A session as a store would keep it, with all its tokens, and an adapter's part in rotating them.
struct Family {
    session: Session,
    tokens: Vec<StoredRefreshToken>,
}

/// A token, by its place in the family.
type Token = usize;

impl Family {
    fn new() -> Self {
        let session = a_session(ids().next());
        let mut family = Self { session, tokens: Vec::new() };
        family.issue(None, now());
        family
    }

    fn issue(&mut self, parent: Option<Token>, at: Timestamp) -> Token {
        self.tokens.push(StoredRefreshToken {
            hash: hash(self.tokens.len()),
            session: self.session.id(),
            parent: parent.map(hash),
            issued_at: at,
            expires_at: at + LIFETIME,
            used_at: None,
            successor_used: false,
        });
        self.tokens.len() - 1
    }

    /// Somebody sends a token: what is decided, done, and answered.
    fn send(&mut self, token: Token, at: Timestamp) -> (Rotation, Option<Token>) {
        let decision = decide(&self.session, &self.tokens[token], at);
        match decision {
            Rotation::Rotate => {
                self.tokens[token].used_at.get_or_insert(at);
                let parent = self.tokens[token].parent;
                for other in &mut self.tokens {
                    other.successor_used |= Some(other.hash) == parent;
                }
                (decision, Some(self.issue(Some(token), at)))
            }
            Rotation::Reused => {
                self.session.state = SessionState::Ended { at };
                (decision, None)
            }
            Rotation::Invalid => (decision, None),
        }
    }

    /// Sends a token that holds.
    fn exchange(&mut self, token: Token, at: Timestamp) -> Token {
        self.send(token, at).1.expect("a token that holds")
    }

    fn is_dead(&mut self, at: Timestamp) -> bool {
        (0..self.tokens.len()).all(|token| self.send(token, at).0 == Rotation::Invalid)
    }
}

fn hash(token: Token) -> RefreshTokenHash {
    let mut bytes = [0; 32];
    bytes[0] = u8::try_from(token).expect("few tokens");
    bytes.into()
}

#[test]
fn a_token_is_decided_upon_by_its_uses_and_the_time() {
    let session = a_session(ids().next());
    let (fresh, used_at) = (None, Some(after(100)));
    let table = [
        (fresh, false, after(0), Rotation::Rotate),
        (fresh, false, after(7 * 24 * 3600 - 1), Rotation::Rotate),
        (fresh, false, after(7 * 24 * 3600), Rotation::Invalid),
        // The answer was lost.
        (used_at, false, after(101), Rotation::Rotate),
        (used_at, false, after(100_000), Rotation::Rotate),
        (used_at, false, after(7 * 24 * 3600), Rotation::Invalid),
        // Another tab, or somebody else.
        (used_at, true, after(100), Rotation::Rotate),
        (used_at, true, after(130), Rotation::Rotate),
        (used_at, true, after(130) + TimeDelta::milliseconds(1), Rotation::Reused),
        (used_at, true, after(100_000), Rotation::Reused),
        (used_at, true, after(7 * 24 * 3600), Rotation::Invalid),
    ];
    for (used_at, successor_used, at, expected) in table {
        let token = StoredRefreshToken {
            hash: hash(1),
            session: session.id(),
            parent: None,
            issued_at: now(),
            expires_at: now() + LIFETIME,
            used_at,
            successor_used,
        };
        assert_eq!(decide(&session, &token, at), expected, "{used_at:?} {successor_used} {at}");
        let ended = Session::restore(session.id(), session.user(), now(), SessionState::Ended { at: now() });
        assert_eq!(decide(&ended, &token, at), Rotation::Invalid);
        assert_eq!(decide(&a_session(session.user()), &token, at), Rotation::Invalid);
    }
}

#[test]
fn whichever_of_thief_and_owner_comes_too_late_both_are_out() {
    for late_by in [31, 3600, 86_400] {
        // The two are alike to us, so it's one test: the first to use the shared token goes on with its
        // successors, and then the other sends the shared one.
        let mut family = Family::new();
        let shared = 0;
        let successor = family.exchange(shared, after(10));
        let newest = family.exchange(successor, after(11));
        assert_eq!(family.send(shared, after(10 + late_by)), (Rotation::Reused, None));
        assert_eq!(family.send(newest, after(11 + late_by)), (Rotation::Invalid, None));
        assert!(family.is_dead(after(12 + late_by)));
    }
}

#[test]
fn two_tabs_may_go_on_from_the_same_token_side_by_side() {
    let mut family = Family::new();
    let one = family.exchange(0, after(10));
    let one = family.exchange(one, after(12));
    let other = family.exchange(0, after(40));
    family.exchange(other, after(3600));
    family.exchange(one, after(7200));
}

/// What forgiving lost answers costs: see [`decide`].
#[test]
fn a_thief_and_an_owner_whose_uses_look_like_a_lost_answer_are_not_told_apart() {
    let mut family = Family::new();
    let thiefs = family.exchange(0, after(10));
    let owners = family.exchange(0, after(3600));
    family.exchange(thiefs, after(7200));
    family.exchange(owners, after(10_800));
}

proptest! {
    /// A client keeps the last token that it got. However many answers are lost, that one holds.
    #[test]
    fn a_client_that_loses_answers_never_loses_its_session(
        refreshes in proptest::collection::vec((0_i64..3 * 3600, any::<bool>()), 1..50),
    ) {
        let (mut family, mut kept, mut time) = (Family::new(), 0, 0);
        for (pause, answer_is_lost) in refreshes {
            time += pause;
            let (decision, answer) = family.send(kept, after(time));
            prop_assert_eq!(decision, Rotation::Rotate);
            if !answer_is_lost {
                kept = answer.unwrap();
            }
        }
    }

    /// Any number of parties send any tokens at any times. A token that was replaced, and whose
    /// successor was used, kills the family if it's sent after the grace; nothing revives it.
    #[test]
    fn once_a_token_is_reused_nobody_can_refresh(
        sends in proptest::collection::vec((0_i64..60, any::<prop::sample::Index>()), 1..80),
    ) {
        let (mut family, mut time, mut is_dead) = (Family::new(), 0, false);
        for (pause, choice) in sends {
            time += pause;
            let token = choice.index(family.tokens.len());
            let before = family.tokens[token];
            let (decision, _) = family.send(token, after(time));
            let too_late = before.used_at.is_some_and(|first| after(time) - first > REUSE_GRACE);
            let expected = match (is_dead, too_late && before.successor_used) {
                (true, _) => Rotation::Invalid,
                (false, true) => Rotation::Reused,
                (false, false) => Rotation::Rotate,
            };
            prop_assert_eq!(decision, expected);
            is_dead |= decision == Rotation::Reused;
        }
        if is_dead {
            prop_assert!(family.is_dead(after(time)));
        }
    }

    /// A thief copies the token that the owner holds, and keeps it while the owner goes on for two
    /// refreshes or more. Whenever it's used then, outside the grace, both are out.
    #[test]
    fn a_stolen_token_that_comes_too_late_ends_the_session(
        before in 0_usize..10, pauses in proptest::collection::vec(31_i64..7200, 2..30), wait in 0_i64..86_400,
    ) {
        let (mut family, mut held, mut time) = (Family::new(), 0, 0);
        for _ in 0..before {
            held = family.exchange(held, after(time));
        }
        let stolen = held;
        for pause in pauses {
            time += pause;
            held = family.exchange(held, after(time));
        }
        time += wait;
        prop_assert_eq!(family.send(stolen, after(time)), (Rotation::Reused, None));
        prop_assert!(family.is_dead(after(time)));
    }
}
