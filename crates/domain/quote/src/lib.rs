//! Quotes: a maker's offer on a plan. One live quote per maker and plan, at most one confirmed quote per
//! plan.
//!
//! Depends on the kernel and on `plan`, since nothing happens to a quote without its plan: confirming
//! changes both in one call. A new rule is a check in [`Quote`] with a variant of [`QuoteError`]; a new
//! look-up for changing quotes is a method of [`QuoteRepository`] with its contract in `testing.rs`.

mod port;
mod quote;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

#[cfg(feature = "mock")]
pub use port::MockQuoteRepository;
pub use port::{AddQuote, HasQuotes, QuoteRepository, SaveQuote};
pub use quote::{Content, NewQuote, Quote, QuoteError, QuoteParts, QuoteState};
