//! What the clock asks for: the daily schedule at midnight in Seoul.

mod daily;
mod port;
#[cfg(feature = "testing")]
pub mod testing;

pub use daily::{DailySchedule, ScheduleTx, process_name};
pub use port::{ClaimDay, ScheduleRuns};
