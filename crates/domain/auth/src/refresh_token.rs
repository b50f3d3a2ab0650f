//! Refresh tokens: random, kept by the client in a cookie, and by us as a hash only.

use std::fmt;

use kernel::{SessionId, Timestamp};
use sha2::{Digest, Sha256};

/// 256 random bits that stand for a session until they're used. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken([u8; 32]);

/// A text that no refresh token of ours reads as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh token")]
pub struct MalformedRefreshToken;

impl RefreshToken {
    /// The token for the client: 64 hexadecimal digits.
    pub fn expose(&self) -> String {
        self.0
            .iter()
            .fold(String::with_capacity(2 * self.0.len()), |text, byte| text + &format!("{byte:02x}"))
    }

    /// What the store keeps in place of the token. A fast hash is enough: there is nothing to guess in
    /// 256 random bits.
    pub fn hash(&self) -> RefreshTokenHash {
        RefreshTokenHash(Sha256::digest(self.0).into())
    }
}

/// A token of bytes that MUST be random and never used before.
impl From<[u8; 32]> for RefreshToken {
    fn from(random: [u8; 32]) -> Self {
        Self(random)
    }
}

/// Reads what [`RefreshToken::expose`] wrote, and nothing else.
impl TryFrom<&str> for RefreshToken {
    type Error = MalformedRefreshToken;

    fn try_from(text: &str) -> Result<Self, MalformedRefreshToken> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return Err(MalformedRefreshToken);
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digits
                .iter()
                .try_fold(0, |value, digit| Some(value << 4 | hexadecimal(*digit)?))
                .ok_or(MalformedRefreshToken)?;
        }
        Ok(Self(bytes))
    }
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

/// The SHA-256 of a refresh token: by it tokens are stored and found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RefreshTokenHash([u8; 32]);

impl RefreshTokenHash {
    /// The bare hash, for stores.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for RefreshTokenHash {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

/// What a store keeps of a token that is handed out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRefreshToken {
    /// Of the token.
    pub hash: RefreshTokenHash,
    /// Now.
    pub issued_at: Timestamp,
    /// The first moment at which it no longer holds.
    pub expires_at: Timestamp,
}

/// A token as the store knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRefreshToken {
    /// Of the token.
    pub hash: RefreshTokenHash,
    /// The session that it stands for.
    pub session: SessionId,
    /// The token in exchange for which it was issued; `None` for the one of the log-in.
    pub parent: Option<RefreshTokenHash>,
    /// When it was handed out.
    pub issued_at: Timestamp,
    /// The first moment at which it no longer holds.
    pub expires_at: Timestamp,
    /// When it was used for the first time.
    pub used_at: Option<Timestamp>,
    /// Whether a token that was issued in exchange for this one was used: then the client has got it,
    /// and has no reason to use this one again.
    pub successor_used: bool,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_does_not_show_in_debug_output_and_its_hash_is_not_the_token() {
        let token = RefreshToken::from([0xAB; 32]);
        assert_eq!(format!("{token:?}"), "RefreshToken(…)");
        assert_ne!(token.hash().as_bytes(), &[0xAB; 32]);
    }

    #[test]
    fn the_hash_is_sha_256() {
        let empty_looking = RefreshToken::from([0; 32]).hash();
        // `head -c 32 /dev/zero | sha256sum` begins so.
        assert_eq!(empty_looking.as_bytes()[..4], [0x66, 0x68, 0x7a, 0xad]);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let good = RefreshToken::from([0xAB; 32]).expose();
        let bad = [
            String::new(),
            good[1..].to_owned(),
            format!("{good}a"),
            good.to_uppercase(),
            format!("g{}", &good[1..]),
            format!("é{}", &good[2..]),
            format!("{}=", &good[1..]),
        ];
        for bad in bad {
            assert_eq!(RefreshToken::try_from(bad.as_str()), Err(MalformedRefreshToken), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_token_is_read_back_from_its_text(bytes: [u8; 32]) {
            let token = RefreshToken::from(bytes);
            prop_assert_eq!(RefreshToken::try_from(token.expose().as_str()), Ok(token));
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,70}") {
            drop(RefreshToken::try_from(text.as_str()));
        }
    }
}
