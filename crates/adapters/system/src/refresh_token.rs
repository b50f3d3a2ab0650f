//! Randomness for refresh tokens.

use auth::{RefreshToken, RefreshTokenGenerator};

/// Refresh tokens of 256 bits from the operating system's cryptographic source.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomRefreshTokens;

impl RefreshTokenGenerator for RandomRefreshTokens {
    /// Panics if the operating system has no randomness to give, which no supported one does once it
    /// is up: a token that could be guessed would be worse.
    fn generate(&self) -> RefreshToken {
        let mut bytes = [0; 32];
        if let Err(error) = getrandom::fill(&mut bytes) {
            panic!("the operating system has no randomness: {error}");
        }
        bytes.into()
    }
}

#[cfg(test)]
mod tests {
    auth::refresh_token_generator_contract!(super::RandomRefreshTokens);
}
