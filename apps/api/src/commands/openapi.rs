//! `goforme openapi`.

use std::io::Write;

use crate::http::app::endpoints;
use crate::http::routes::Routes;

/// Prints the document that `/openapi.json` answers, for a server at its default address.
pub(super) fn run() -> anyhow::Result<()> {
    let document = Routes::new(endpoints()).openapi("http://127.0.0.1:4000");
    writeln!(std::io::stdout(), "{}", document.to_pretty_json()?)?;
    Ok(())
}
