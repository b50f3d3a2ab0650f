//! Read ports: each method answers one list or detail of the API, ready to be shown, in one round trip.
//! No aggregate is loaded and no transaction is open. Deleted plans and quotes are never shown (reviews,
//! statistics and rooms outlive them).

pub mod maker;
pub mod plan;
pub mod point;
pub mod quote;
pub mod review;
pub mod shared;
#[cfg(feature = "testing")]
pub mod testing;
pub mod user;

pub use maker::{FollowedMaker, MakerCard, MakerFilter, MakerOrder, MakerQueries};
pub use plan::{
    ConfirmedQuoteView, DreamerPlanFilter, DreamerPlanView, MakerPlanFilter, MakerPlanList, PlanOrder,
    PlanQueries, PlanView,
};
pub use point::{PointEntryView, PointQueries};
pub use quote::{PlanQuoteView, QuotePlanView, QuoteQueries, QuoteView};
pub use review::{MakerReviewView, MakerReviews, MyReviewView, ReviewQueries};
pub use shared::{NothingShared, SharedViews};
pub use user::{Me, UserName, UserQueries};
