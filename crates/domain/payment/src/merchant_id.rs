//! The id under which the provider knows a payment.

use std::fmt;

/// The id that the client made up for a payment and also gave to the provider. Unique over all payments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MerchantPaymentId(String);

/// A text that can't be such an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {max} characters of A-Z, a-z, 0-9, _ and -", max = MerchantPaymentId::MAX)]
pub struct InvalidMerchantPaymentId;

impl MerchantPaymentId {
    /// The most characters it has.
    pub const MAX: usize = 64;

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MerchantPaymentId {
    type Error = InvalidMerchantPaymentId;

    fn try_from(raw: String) -> Result<Self, InvalidMerchantPaymentId> {
        let fits = (1..=Self::MAX).contains(&raw.len())
            && raw.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        fits.then_some(Self(raw)).ok_or(InvalidMerchantPaymentId)
    }
}

impl TryFrom<&str> for MerchantPaymentId {
    type Error = InvalidMerchantPaymentId;

    fn try_from(raw: &str) -> Result<Self, InvalidMerchantPaymentId> {
        raw.to_owned().try_into()
    }
}

impl fmt::Display for MerchantPaymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_underscores_and_hyphens_are_taken_up_to_64() {
        for good in ["a", "pay-1_A", &"x".repeat(64)] {
            assert_eq!(MerchantPaymentId::try_from(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "pay 1", "pay/1", "결제", "pay\0", "a.b", &"x".repeat(65)] {
            assert_eq!(MerchantPaymentId::try_from(bad), Err(InvalidMerchantPaymentId), "{bad:?}");
        }
    }
}
