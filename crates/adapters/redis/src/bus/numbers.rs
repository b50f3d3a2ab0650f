//! Which of other nodes' signals were heard.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use uuid::Uuid;

/// The number of each node's last signal, and whether the node lives.
#[derive(Debug, Default)]
pub(super) struct Numbers(HashMap<Uuid, Last>);

#[derive(Debug)]
struct Last {
    number: u64,
    /// Whether it's known that some may be missing after it.
    gap_is_known: bool,
    /// When the node last gave a sign of life; `None` for one that gives none, or no more.
    beat_at: Option<Instant>,
}

/// Where a signal stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Right after the last one that was heard, or it's the first.
    Next,
    /// Some before it were lost.
    AfterGap,
    /// It was heard before: its node didn't know that it had got through.
    Repeated,
}

impl Numbers {
    /// Far more nodes than there are at any time. (A node that starts anew has a new name.)
    const MOST: usize = 1000;
    /// After how long without a sign of life a node counts as dead: some missed ones, each a second apart.
    const SILENCE: Duration = Duration::from_secs(5);

    /// Where this signal stands; remembers it.
    pub(super) fn place(&mut self, node: Uuid, number: u64) -> Place {
        let Some(last) = self.last_of(node, number) else { return Place::Next };
        let place = match number.checked_sub(last.number) {
            None | Some(0) => return Place::Repeated,
            Some(2..) if !last.gap_is_known => Place::AfterGap,
            Some(_) => Place::Next,
        };
        (last.number, last.gap_is_known) = (number, false);
        place
    }

    /// A sign of life of a node whose last signal was `number`; answers whether some were lost that
    /// nobody was told of.
    pub(super) fn beat(&mut self, node: Uuid, number: u64, now: Instant) -> bool {
        // The first that is heard of a node says where it stands, and nothing about before.
        let mut is_behind = false;
        if let Some(last) = self.last_of(node, number) {
            is_behind = number > last.number && !last.gap_is_known;
            (last.number, last.gap_is_known) = (last.number.max(number), false);
        }
        if let Some(last) = self.0.get_mut(&node) {
            last.beat_at = Some(now);
        }
        is_behind
    }

    /// A node takes leave after `number` signals; answers whether some were lost that nobody was told of.
    pub(super) fn leave(&mut self, node: Uuid, number: u64) -> bool {
        self.0.remove(&node).is_some_and(|last| number > last.number && !last.gap_is_known)
    }

    /// Whether a node has died since this was last asked: what it had not sent yet is lost with it.
    pub(super) fn someone_fell_silent(&mut self, now: Instant) -> bool {
        let is_dead = |last: &Last| {
            last.beat_at.is_some_and(|beat_at| now.saturating_duration_since(beat_at) >= Self::SILENCE)
        };
        let mut dead = self.0.values_mut().filter(|last| is_dead(last)).peekable();
        let someone_is = dead.peek().is_some();
        // Its number stays, in case it was only cut off.
        dead.for_each(|last| last.beat_at = None);
        someone_is
    }

    /// The next signal of each node may follow on a gap that everybody was told of, and its next sign of
    /// life may take as long as any.
    pub(super) fn expect_gaps(&mut self, now: Instant) {
        for last in self.0.values_mut() {
            last.gap_is_known = true;
            last.beat_at = last.beat_at.map(|_| now);
        }
    }

    /// What is known of a node; if that's nothing, `number` is noted.
    fn last_of(&mut self, node: Uuid, number: u64) -> Option<&mut Last> {
        if !self.0.contains_key(&node) {
            if self.0.len() >= Self::MOST {
                self.0.retain(|_, last| last.beat_at.is_some());
            }
            if self.0.len() >= Self::MOST {
                self.0.clear();
            }
            self.0.insert(node, Last { number, gap_is_known: false, beat_at: None });
            return None;
        }
        self.0.get_mut(&node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_gap_is_seen_once_and_what_was_heard_is_not_heard_again() {
        let mut numbers = Numbers::default();
        for (number, place) in [
            (7, Place::Next),
            (8, Place::Next),
            (8, Place::Repeated),
            (11, Place::AfterGap),
            (9, Place::Repeated),
            (12, Place::Next),
        ] {
            assert_eq!(numbers.place(NODE, number), place);
        }
    }

    #[test]
    fn nodes_count_for_themselves() {
        let mut numbers = Numbers::default();
        for node in [NODE, OTHER] {
            assert_eq!(numbers.place(node, 5), Place::Next);
            assert_eq!(numbers.place(node, 6), Place::Next);
        }
    }

    #[test]
    fn a_gap_that_everybody_was_told_of_is_none_but_what_was_heard_still_was() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.place(NODE, 5), Place::Next);
        numbers.expect_gaps(Instant::now());
        let heard = [5, 9, 12].map(|number| numbers.place(NODE, number));
        assert_eq!(heard, [Place::Repeated, Place::Next, Place::AfterGap]);
    }

    #[test]
    fn nodes_that_are_long_gone_are_forgotten() {
        let mut numbers = Numbers::default();
        for node in 0..5000 {
            assert_eq!(numbers.place(Uuid::from_u128(node), 1), Place::Next);
        }
        assert!(numbers.0.len() <= Numbers::MOST);
    }

    #[test]
    fn a_sign_of_life_that_is_ahead_tells_of_lost_signals_once() {
        let (mut numbers, now) = (Numbers::default(), Instant::now());
        assert!(!numbers.beat(NODE, 3, now), "nothing is known of what came before");
        assert_eq!(numbers.place(NODE, 4), Place::Next);
        assert!(!numbers.beat(NODE, 4, now));
        assert!(numbers.beat(NODE, 5, now));
        assert!(!numbers.beat(NODE, 5, now));
        assert!(!numbers.beat(NODE, 2, now), "one that was late on its way");
        assert_eq!([5, 6].map(|number| numbers.place(NODE, number)), [Place::Repeated, Place::Next]);
    }

    #[test]
    fn a_sign_of_life_after_a_known_gap_says_where_the_next_one_begins() {
        let (mut numbers, now) = (Numbers::default(), Instant::now());
        assert!(!numbers.beat(NODE, 3, now));
        numbers.expect_gaps(now);
        assert!(!numbers.beat(NODE, 7, now));
        assert!(numbers.beat(NODE, 8, now));
    }

    #[test]
    fn a_node_that_falls_silent_is_noticed_once_and_one_that_never_spoke_not_at_all() {
        let (mut numbers, start) = (Numbers::default(), Instant::now());
        assert_eq!(numbers.place(OTHER, 1), Place::Next, "a node of a version without signs of life");
        assert!(!numbers.beat(NODE, 3, start));
        let silent = [4, 5, 6, 60].map(|at| numbers.someone_fell_silent(start + seconds(at)));
        assert_eq!(silent, [false, true, false, false]);
        // It was only cut off. What it could not send meanwhile is a gap.
        assert!(numbers.beat(NODE, 4, start + seconds(61)));
        assert!(numbers.someone_fell_silent(start + seconds(66)));
    }

    #[test]
    fn a_node_that_took_leave_is_not_missed() {
        let (mut numbers, start) = (Numbers::default(), Instant::now());
        for node in [NODE, OTHER] {
            assert!(!numbers.beat(node, 3, start));
        }
        assert!(!numbers.leave(NODE, 3));
        assert!(numbers.leave(OTHER, 4), "it had said something that was not heard");
        assert!(!numbers.someone_fell_silent(start + seconds(60)));
    }

    #[test]
    fn while_nothing_could_be_heard_nobody_falls_silent() {
        let (mut numbers, start) = (Numbers::default(), Instant::now());
        assert!(!numbers.beat(NODE, 3, start));
        numbers.expect_gaps(start + seconds(20));
        assert!(!numbers.someone_fell_silent(start + seconds(24)));
        assert!(numbers.someone_fell_silent(start + seconds(25)));
    }
}
