//! Coconuts: the points of the marketplace. One costs 100 KRW.

use std::fmt;

/// A positive, whole amount of coconuts: a price, or what a payment buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Coconuts(i64);

/// An amount that nobody can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 1 to {max}", max = Coconuts::MAX)]
pub struct InvalidCoconuts;

impl Coconuts {
    /// The largest amount, far from where sums of them could overflow.
    pub const MAX: i64 = 1_000_000_000;

    /// The bare number, above zero.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Coconuts {
    type Error = InvalidCoconuts;

    fn try_from(raw: i64) -> Result<Self, InvalidCoconuts> {
        (1..=Self::MAX).contains(&raw).then_some(Self(raw)).ok_or(InvalidCoconuts)
    }
}

impl fmt::Display for Coconuts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_from_one_to_a_billion() {
        assert!(Coconuts::try_from(1).is_ok());
        assert!(Coconuts::try_from(Coconuts::MAX).is_ok());
        for bad in [0, -1, Coconuts::MAX + 1, i64::MAX, i64::MIN] {
            assert_eq!(Coconuts::try_from(bad), Err(InvalidCoconuts));
        }
    }
}
