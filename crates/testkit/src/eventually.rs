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
/// let found = eventually("the third look", || {
///     looks += 1;
///     async move { (looks == 3).then_some("found") }
/// });
/// assert_eq!(found.await, "found");
/// # });
/// # fn tokio_test(test: impl Future) {
/// #     tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
/// # }
/// ```
pub async fn eventually<T, F>(what: &str, look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    within(PATIENCE, what, look).await
}

/// The same with another patience.
// Not `AsyncFnMut`: as of Rust 1.95 its futures can't be shown to be `Send`, and tests spawn tasks.
pub async fn within<T, F>(patience: Duration, what: &str, mut look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "did not happen within {patience:?}: {what}");
        sleep(PAUSE).await;
    }
}
