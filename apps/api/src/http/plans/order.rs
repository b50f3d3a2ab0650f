//! What lists of plans can be sorted by.

use application::queries::PlanOrder;
use kernel::enums::Named;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::http::schema;

kernel::named_enum! {
    /// What plans can be sorted by.
    pub enum PlansBy {
        /// The newest first.
        Recent = "RECENT",
        /// By trip day, the soonest first.
        ScheduleFirst = "SCHEDULE_FIRST",
    }
}

impl From<PlansBy> for PlanOrder {
    fn from(by: PlansBy) -> Self {
        match by {
            PlansBy::Recent => Self::Recent,
            PlansBy::ScheduleFirst => Self::ScheduleFirst,
        }
    }
}

impl PartialSchema for PlansBy {
    fn schema() -> RefOr<Schema> {
        schema::names::<Self>("The newest first, or by the day of the trip, the soonest first.")
            .default(Some(Self::Recent.as_str().into()))
            .into()
    }
}
