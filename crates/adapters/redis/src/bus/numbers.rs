//! Which of other nodes' signals were heard.

use std::collections::HashMap;

use uuid::Uuid;

/// The number of each node's last signal.
#[derive(Debug, Default)]
pub(super) struct Numbers(HashMap<Uuid, Last>);

#[derive(Debug)]
struct Last {
    number: u64,
    /// Whether it's known that some may be missing after it.
    gap_is_known: bool,
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

    /// Where this signal stands; remembers it.
    pub(super) fn place(&mut self, node: Uuid, number: u64) -> Place {
        if self.0.len() >= Self::MOST && !self.0.contains_key(&node) {
            self.0.clear();
        }
        let Some(last) = self.0.get_mut(&node) else {
            self.0.insert(node, Last { number, gap_is_known: false });
            return Place::Next;
        };
        let place = match number.checked_sub(last.number) {
            None | Some(0) => return Place::Repeated,
            Some(2..) if !last.gap_is_known => Place::AfterGap,
            Some(_) => Place::Next,
        };
        *last = Last { number, gap_is_known: false };
        place
    }

    /// The next signal of each node may follow on a gap that everybody was told of.
    pub(super) fn expect_gaps(&mut self) {
        for last in self.0.values_mut() {
            last.gap_is_known = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: Uuid = Uuid::from_u128(1);

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
        for node in [NODE, Uuid::from_u128(2)] {
            assert_eq!(numbers.place(node, 5), Place::Next);
            assert_eq!(numbers.place(node, 6), Place::Next);
        }
    }

    #[test]
    fn a_gap_that_everybody_was_told_of_is_none_but_what_was_heard_still_was() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.place(NODE, 5), Place::Next);
        numbers.expect_gaps();
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
}
