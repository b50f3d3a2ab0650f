//! What the provider calls us with. A webhook is a hint: it says which payment to look up, never what
//! is true of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use kernel::{Code, ErrorCode, Timestamp};
use serde::Deserialize;
use sha2::Sha256;

use crate::merchant_id::MerchantPaymentId;

/// The headers that a signature is about; `None` for one that is absent, sent twice, or isn't text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookHeaders {
    /// `webhook-id`.
    pub id: Option<String>,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: Option<String>,
    /// `webhook-signature`: `v1,<base64>`, several of them separated by spaces.
    pub signature: Option<String>,
}

/// What a genuine webhook is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookNotice {
    /// Something happened to a payment: look it up.
    Transaction {
        /// Which one.
        merchant_id: MerchantPaymentId,
        /// What happened, in the provider's words (`Transaction.Paid`); for the log only.
        kind: String,
    },
    /// About something else, or of a kind that this version doesn't know: to be answered with 200.
    Ignored,
}

/// Why a webhook was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// One of the three headers isn't there, or is there twice.
    #[error("a webhook header is missing")]
    MissingHeaders,
    /// The time in the header is no number.
    #[error("the webhook's timestamp is not a number of seconds")]
    InvalidTimestamp,
    /// It was signed too long ago: somebody may be playing back an old one.
    #[error("the webhook is too old")]
    TooOld,
    /// It was signed in the future.
    #[error("the webhook is from the future")]
    TooNew,
    /// None of the signatures was made with one of our secrets.
    #[error("no signature of the webhook is valid")]
    NoMatchingSignature,
    /// It is genuine, but not of a version that can be understood.
    #[error("the webhook's body is malformed")]
    MalformedBody,
}

impl ErrorCode for WebhookError {
    fn code(&self) -> Code {
        match self {
            Self::MissingHeaders
            | Self::InvalidTimestamp
            | Self::TooOld
            | Self::TooNew
            | Self::NoMatchingSignature => Code::unauthenticated("WEBHOOK_INVALID"),
            Self::MalformedBody => Code::invalid("WEBHOOK_MALFORMED"),
        }
    }
}

/// Tells genuine webhooks from others.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait WebhookVerifier: Send + Sync {
    /// Checks the signature over the body as it came, then reads it. There MUST be no way to pass
    /// without a valid signature, also when nothing is configured.
    fn verify(
        &self,
        headers: &WebhookHeaders,
        raw_body: &[u8],
        now: Timestamp,
    ) -> Result<WebhookNotice, WebhookError>;
}

/// Webhooks that are signed by the Standard Webhooks specification with a shared secret (`v1`), as
/// PortOne V2 does.
pub struct StandardWebhook {
    keys: Vec<Vec<u8>>,
}

/// A text that is no webhook secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret must be whsec_ followed by base64")]
pub struct InvalidWebhookSecret;

impl StandardWebhook {
    /// How far the time of a webhook may be from ours, in seconds, either way.
    pub const TOLERANCE_SECONDS: i64 = 5 * 60;

    /// Takes all secrets that are valid at present: while one is being replaced there are two. Without
    /// any secret every webhook is refused.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidWebhookSecret> {
        let keys = secrets.into_iter().map(key_of).collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }

    fn check_signature(&self, id: &str, timestamp: &str, signatures: &str, body: &[u8]) -> bool {
        signatures
            .split(' ')
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .filter_map(|signature| STANDARD.decode(signature).ok())
            .any(|signature| self.keys.iter().any(|key| is_signed(key, id, timestamp, body, &signature)))
    }
}

impl std::fmt::Debug for StandardWebhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The keys are secrets.
        f.debug_struct("StandardWebhook").field("keys", &self.keys.len()).finish()
    }
}

impl WebhookVerifier for StandardWebhook {
    fn verify(
        &self,
        headers: &WebhookHeaders,
        raw_body: &[u8],
        now: Timestamp,
    ) -> Result<WebhookNotice, WebhookError> {
        let WebhookHeaders { id: Some(id), timestamp: Some(timestamp), signature: Some(signatures) } =
            headers
        else {
            return Err(WebhookError::MissingHeaders);
        };
        let signed_at: i64 = timestamp.parse().map_err(|_| WebhookError::InvalidTimestamp)?;
        let age = now.timestamp().saturating_sub(signed_at);
        if age > Self::TOLERANCE_SECONDS {
            return Err(WebhookError::TooOld);
        }
        if age < -Self::TOLERANCE_SECONDS {
            return Err(WebhookError::TooNew);
        }
        if !self.check_signature(id, timestamp, signatures, raw_body) {
            return Err(WebhookError::NoMatchingSignature);
        }
        notice_of(raw_body)
    }
}

fn key_of(secret: &str) -> Result<Vec<u8>, InvalidWebhookSecret> {
    secret
        .strip_prefix("whsec_")
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .filter(|key| !key.is_empty())
        .ok_or(InvalidWebhookSecret)
}

/// Compares in constant time.
fn is_signed(key: &[u8], id: &str, timestamp: &str, body: &[u8], signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return false };
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac.verify_slice(signature).is_ok()
}

/// The body of version `2024-04-25`. Version `2024-01-01` has no `type` and is refused.
#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    data: serde_json::Value,
}

fn notice_of(raw_body: &[u8]) -> Result<WebhookNotice, WebhookError> {
    let Body { kind, data } = serde_json::from_slice(raw_body).map_err(|_| WebhookError::MalformedBody)?;
    if !kind.starts_with("Transaction.") {
        return Ok(WebhookNotice::Ignored);
    }
    let id = data.get("paymentId").and_then(serde_json::Value::as_str).ok_or(WebhookError::MalformedBody)?;
    // An id that we would never have accepted belongs to another shop of the same account.
    Ok(MerchantPaymentId::try_from(id)
        .map_or(WebhookNotice::Ignored, |merchant_id| WebhookNotice::Transaction { merchant_id, kind }))
}

#[cfg(test)]
mod tests;
