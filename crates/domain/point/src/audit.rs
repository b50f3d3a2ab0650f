//! What can be off in a ledger.

use std::fmt;

use crate::account::Account;

/// A rule that the stored ledger breaks. None of them can happen while every write goes through
/// [`Ledger::post`](crate::Ledger::post); so each means a bug, or a hand in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discrepancy {
    /// All entries together don't sum to zero.
    Total {
        /// What they sum to.
        sum: i64,
    },
    /// The entries of one transfer don't sum to zero.
    Transfer {
        /// The transfer's idempotency key.
        key: String,
        /// What they sum to.
        sum: i64,
    },
    /// A balance that is kept isn't the sum of the account's entries.
    Balance {
        /// The account.
        account: Account,
        /// The balance that is kept.
        kept: i64,
        /// What the entries sum to.
        entries: i64,
    },
    /// The escrow accounts don't hold what CONFIRMED plans cost.
    Escrow {
        /// The sum of all escrow balances.
        held: i64,
        /// The sum of the prices of the confirmed quotes of CONFIRMED plans.
        owed: i64,
    },
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total { sum } => write!(f, "all entries together sum to {sum}, not to 0"),
            Self::Transfer { key, sum } => write!(f, "the entries of {key} sum to {sum}, not to 0"),
            Self::Balance { account, kept, entries } => {
                write!(f, "the balance of {account} is kept as {kept}, but its entries sum to {entries}")
            }
            Self::Escrow { held, owed } => {
                write!(f, "escrow holds {held}, but the confirmed quotes of CONFIRMED plans cost {owed}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_off_is_told_with_its_numbers() {
        let user = Account::User("019b0000-0000-7000-8000-000000000001".parse().unwrap());
        for (off, told) in [
            (Discrepancy::Total { sum: 3 }, "all entries together sum to 3, not to 0"),
            (
                Discrepancy::Transfer { key: "payment:1".to_owned(), sum: -2 },
                "the entries of payment:1 sum to -2, not to 0",
            ),
            (
                Discrepancy::Balance { account: user, kept: 5, entries: 4 },
                "the balance of user:019b0000-0000-7000-8000-000000000001 is kept as 5, but its entries sum to 4",
            ),
            (
                Discrepancy::Escrow { held: 1, owed: 0 },
                "escrow holds 1, but the confirmed quotes of CONFIRMED plans cost 0",
            ),
        ] {
            assert_eq!(off.to_string(), told);
        }
    }
}
