//! The name of a connection, which is also the key to it.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

/// Names a connection. Whoever knows it can poll in its place, so it can't be guessed: 128 random bits,
/// not a UUIDv7, of which half is the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sid(Uuid);

impl Sid {
    /// A name that nobody can guess.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self::from_bytes(bytes))
    }

    /// The name with these bits.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl FromStr for Sid {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike_and_each_reads_itself_back() {
        let (one, other) = (Sid::random().unwrap(), Sid::random().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.to_string().parse::<Sid>().unwrap(), one);
    }
}
