//! What a person has to read even if every test passes.

use std::io::{self, Write};

/// Writes a line where it is seen.
pub(crate) fn say(line: &str) {
    // Not `eprintln!`, which the test harness swallows.
    let _ = writeln!(io::stderr(), "!!! {line}");
}
