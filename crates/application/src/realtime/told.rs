//! Which notifications a connection was told of.

use std::collections::BTreeSet;

use kernel::NotificationId;

/// Which notifications were told. An id is made a moment before its notification is stored and heard of,
/// so they don't quite come in the order of their ids.
#[derive(Debug)]
pub(super) struct Told {
    /// Where reading the store again begins: nothing older is missed.
    from: NotificationId,
    /// The latest that were told.
    recent: BTreeSet<NotificationId>,
    /// Up to here all were told, if any has left `recent`.
    up_to: Option<NotificationId>,
}

impl Told {
    /// How many are remembered: far more than are on their way at any moment.
    const MOST: usize = 200;

    /// Those before `from` were told.
    pub(super) const fn after(from: NotificationId) -> Self {
        Self { from, recent: BTreeSet::new(), up_to: None }
    }

    /// Where reading the store again begins.
    pub(super) const fn from(&self) -> NotificationId {
        self.from
    }

    /// Whether it was not told before; remembers it.
    pub(super) fn is_new(&mut self, id: NotificationId) -> bool {
        let is_new = Some(id) > self.up_to && self.recent.insert(id);
        if self.recent.len() > Self::MOST
            && let Some(oldest) = self.recent.pop_first()
        {
            self.up_to = Some(oldest);
            self.from = self.from.max(oldest);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> NotificationId {
        Uuid::from_u128(number).into()
    }

    #[test]
    fn each_is_told_once_in_whatever_order_they_come() {
        let mut told = Told::after(id(10));
        assert!([11, 13, 12, 9].into_iter().all(|number| told.is_new(id(number))));
        assert!([13, 9, 11, 12].into_iter().all(|number| !told.is_new(id(number))));
        assert_eq!(told.from, id(10));
    }

    #[test]
    fn what_is_long_gone_counts_as_told() {
        let mut told = Told::after(id(1));
        assert!((2..502).all(|number| told.is_new(id(number))));
        assert_eq!((told.recent.len(), told.from), (Told::MOST, id(301)));
        assert!(!told.is_new(id(300)) && !told.is_new(id(400)));
        assert!(told.is_new(id(502)));
    }
}
