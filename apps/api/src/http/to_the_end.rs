//! Work that is finished whether its client waits or not.

use application::Error;
use tracing::Instrument;

use super::error::ApiError;
use super::refusal::Refusal;

/// Does `work` in a task of its own. A request is dropped when its client hangs up; what has begun to be
/// stored must still be told to everybody else.
pub async fn to_the_end<T: 'static>(
    work: impl Future<Output = Result<T, Error>> + 'static,
) -> Result<T, ApiError> {
    let done = actix_web::rt::spawn(work.in_current_span()).await;
    Ok(done.map_err(|error| Refusal::Panicked(error.to_string()))??)
}
