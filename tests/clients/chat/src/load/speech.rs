//! What messages of a load test say: who sent them, which one they are, and when they should have been sent.

use std::fmt;

/// The content of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speech {
    /// The seat of the sender.
    pub from: usize,
    /// Its number on the sender's connection, from 0.
    pub number: u32,
    /// In microseconds since the beginning of the test.
    pub due: u64,
}

/// Makes messages about as long as those of people.
const FILLER: &str = "We meet at exit 3 in ten minutes, I have an umbrella.";

impl fmt::Display for Speech {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {FILLER}", self.from, self.number, self.due)
    }
}

impl Speech {
    /// What the content says; `None` if it isn't of a load test.
    pub fn read(content: &str) -> Option<Self> {
        let mut words = content.split(' ');
        let from = words.next()?.parse().ok()?;
        let number = words.next()?.parse().ok()?;
        Some(Self { from, number, due: words.next()?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_understood_and_nothing_else() {
        let speech = Speech { from: 7, number: 0, due: 1_000_001 };
        assert_eq!(Speech::read(&speech.to_string()), Some(speech));
        for other in ["", "안녕하세요!", "7", "7 0", "7 0 soon", "-7 0 1"] {
            assert_eq!(Speech::read(other), None, "{other}");
        }
    }
}
