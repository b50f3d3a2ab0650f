//! What a dreamer, a maker and the clock can do with plans.

mod ask_maker;
mod complete_plan;
mod delete_plan;
mod post_plan;
mod turn_down_request;

pub use ask_maker::{AskMaker, AskMakerTx};
pub(crate) use complete_plan::pay_out;
pub use complete_plan::{CompletePlan, CompletePlanTx};
pub use delete_plan::{DeletePlan, DeletePlanTx};
pub use post_plan::{PlanDraft, PostPlan, PostPlanTx};
pub use turn_down_request::{TurnDownRequest, TurnDownRequestTx};
