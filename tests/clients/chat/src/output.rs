//! Lines on the terminal.

use std::io::{self, Write};

/// Prints a line. If nobody reads any more, as after `| head`, that is an error to end with.
pub fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// The text without what a terminal would obey: others have written it.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_can_not_command_the_terminal() {
        assert_eq!(harmless("안녕\u{1b}[2J\r\n"), "안녕\u{fffd}[2J\u{fffd}\u{fffd}");
    }
}
