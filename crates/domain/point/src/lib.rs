//! Coconuts, kept in a double-entry ledger: every movement takes from one account what it gives to
//! another, is written once under a key that names its cause, and is never changed or deleted.
//!
//! Depends on the kernel only; who may move coconuts, and when, is decided by the payment, quote and
//! plan crates, and put together by the use cases. A new kind of movement is a new constructor of
//! [`Transfer`] with a key of its own, plus a line in this crate's property tests; the stores need no
//! change.

mod account;
mod audit;
mod port;
#[cfg(feature = "testing")]
pub mod testing;
mod transfer;

pub use account::Account;
pub use audit::Discrepancy;
pub use port::{HasLedger, Ledger, LedgerAudit, Posting};
#[cfg(feature = "mock")]
pub use port::{MockLedger, MockLedgerAudit};
pub use transfer::{CoconutsInsufficient, Entry, Transfer};
