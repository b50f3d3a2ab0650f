//! What the clock asks for: the daily schedule at midnight in Seoul.

mod daily;
mod port;

pub use daily::{DailySchedule, ScheduleTx, process_name};
pub use port::{ClaimDay, ScheduleRuns};
