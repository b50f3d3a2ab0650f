//! What makers and dreamers can do with quotes.

mod confirm_quote;
mod send_quote;
mod withdraw_quote;

pub use confirm_quote::{ConfirmQuote, ConfirmQuoteTx};
pub use send_quote::{SendQuote, SendQuoteTx};
pub use withdraw_quote::{WithdrawQuote, WithdrawQuoteTx};
