//! Waiting for what happens a little later.

use std::time::Duration;

use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// What `look` finds, as soon as it finds something; it is asked again and again for ten seconds. Then
/// the test fails because `what` did not happen.
///
/// ```
/// # tokio_test(async {
/// # use goforme_testkit::eventually;
/// let mut looks = 0;
/// let found = eventually("the third look", async || {
///     looks += 1;
///     (looks == 3).then_some("found")
/// });
/// assert_eq!(found.await, "found");
/// # });
/// # fn tokio_test(test: impl Future) {
/// #     tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
/// # }
/// ```
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look).await
}

/// The same with another patience.
pub(crate) async fn within<T>(patience: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "did not happen within {patience:?}: {what}");
        sleep(PAUSE).await;
    }
}
