//! What an operator sees, by the commands that work beside a running server.

use std::process::Output;
use std::time::Duration;

use crate::app::TestApp;
use crate::eventually::within;

fn told(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

/// Waits until no event and no job is left to be done.
pub async fn drained(app: &TestApp) {
    drained_within(app, Duration::from_secs(10)).await;
}

/// The same where there is more to do than usual.
pub async fn drained_within(app: &TestApp, patience: Duration) {
    within(patience, "every event and job is done", || async {
        let list = app.run(&["jobs", "list"]).await;
        assert!(list.status.success(), "{}", told(&list));
        (told(&list) == "0 jobs, 0 events in the outbox\n").then_some(())
    })
    .await;
}

/// Checks the books.
pub async fn ledger_is_clean(app: &TestApp) {
    let verified = app.run(&["ledger", "verify"]).await;
    assert!(verified.status.success(), "{}", told(&verified));
}

/// Checks that counting every Maker's statistics again makes no difference.
pub async fn statistics_are_right(app: &TestApp) {
    let rebuilt = app.run(&["stats", "rebuild"]).await;
    assert!(rebuilt.status.success() && told(&rebuilt).ends_with(", 0 were off\n"), "{}", told(&rebuilt));
}
