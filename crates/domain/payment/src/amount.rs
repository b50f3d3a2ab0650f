//! Money from outside, and what it buys.

use std::fmt;

use kernel::Coconuts;

/// An amount of Korean won that a payment can have: a multiple of 100, since one coconut costs 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Won(Coconuts);

/// An amount that no payment can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a multiple of {price} from {price} to {max}", price = Won::PER_COCONUT, max = Won::MAX)]
pub struct InvalidWon;

impl Won {
    /// What one coconut costs.
    pub const PER_COCONUT: i64 = 100;
    /// The largest payment.
    pub const MAX: i64 = 100_000_000;

    /// The bare number of won.
    pub const fn get(self) -> i64 {
        self.0.get() * Self::PER_COCONUT
    }

    /// What it buys.
    pub const fn coconuts(self) -> Coconuts {
        self.0
    }
}

impl TryFrom<i64> for Won {
    type Error = InvalidWon;

    fn try_from(raw: i64) -> Result<Self, InvalidWon> {
        if raw > Self::MAX || raw % Self::PER_COCONUT != 0 {
            return Err(InvalidWon);
        }
        Coconuts::try_from(raw / Self::PER_COCONUT).map(Self).map_err(|_| InvalidWon)
    }
}

impl fmt::Display for Won {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// The only currency that payments are made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency;

/// A currency that payments aren't made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be KRW")]
pub struct InvalidCurrency;

impl Currency {
    /// Its ISO code, as the provider's REST API has it.
    pub const fn as_str(self) -> &'static str {
        "KRW"
    }
}

impl TryFrom<&str> for Currency {
    type Error = InvalidCurrency;

    /// Takes the ISO code, and what the provider's browser SDK calls it.
    fn try_from(raw: &str) -> Result<Self, InvalidCurrency> {
        matches!(raw, "KRW" | "CURRENCY_KRW").then_some(Self).ok_or(InvalidCurrency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_amount_buys_a_hundredth_of_it(coconuts in 1..=Won::MAX / Won::PER_COCONUT) {
            let amount = Won::try_from(coconuts * Won::PER_COCONUT).unwrap();
            prop_assert_eq!(amount.coconuts().get(), coconuts);
            prop_assert_eq!(amount.get(), coconuts * Won::PER_COCONUT);
        }

        #[test]
        fn what_is_no_multiple_of_a_hundred_or_out_of_range_is_refused(raw in any::<i64>()) {
            let fits = raw % 100 == 0 && (100..=100_000_000).contains(&raw);
            prop_assert_eq!(Won::try_from(raw).is_ok(), fits);
        }
    }

    #[test]
    fn the_bounds_are_those_of_the_rules() {
        for good in [100, 200, Won::MAX] {
            assert!(Won::try_from(good).is_ok(), "{good}");
        }
        for bad in [0, 1, 50, 99, 150, -100, Won::MAX + 1, Won::MAX + 100, i64::MAX, i64::MIN] {
            assert_eq!(Won::try_from(bad), Err(InvalidWon), "{bad}");
        }
    }

    #[test]
    fn won_is_the_only_currency_under_both_its_names() {
        assert_eq!(Currency::try_from("KRW"), Ok(Currency));
        assert_eq!(Currency::try_from("CURRENCY_KRW"), Ok(Currency));
        for other in ["", "krw", "USD", "CURRENCY_USD", " KRW"] {
            assert_eq!(Currency::try_from(other), Err(InvalidCurrency), "{other}");
        }
    }
}
