//! Plans, as lists and details show them.

use async_trait::async_trait;
use kernel::{
    Page, PageOf, PlanId, PlanStatus, ProfileImage, QuoteId, ServiceArea, StoreError, Timestamp, TripDate,
    TripType, UserId,
};
use plan::PlanError;

use super::UserName;

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanView {
    pub id: PlanId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub title: String,
    pub trip_date: TripDate,
    pub trip_type: TripType,
    pub service_area: ServiceArea,
    pub details: String,
    /// As stored; ask [`PlanView::shows_address_to`] before showing it.
    pub address: Option<String>,
    pub status: PlanStatus,
    /// The makers who were asked for a quote, in the order of asking.
    pub assignees: Vec<UserName>,
    pub dreamer: UserName,
    /// The maker of the confirmed quote.
    pub confirmed_maker: Option<UserId>,
}

impl PlanView {
    /// Whether `viewer` may see the address: the dreamer always, the confirmed maker while the plan is
    /// CONFIRMED. Only SHOPPING trips have one to show.
    pub fn shows_address_to(&self, viewer: UserId) -> bool {
        let is_host = self.status == PlanStatus::Confirmed && self.confirmed_maker == Some(viewer);
        self.trip_type == TripType::Shopping && (self.dreamer.id == viewer || is_host)
    }

    /// Refuses everybody but the dreamer who posted the plan, for reads that are theirs alone.
    pub fn check_owner(&self, viewer: UserId) -> Result<(), PlanError> {
        if self.dreamer.id == viewer { Ok(()) } else { Err(PlanError::NotOwned) }
    }
}

/// The confirmed quote of a plan, in the dreamer's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedQuoteView {
    pub id: QuoteId,
    pub price: i64,
    pub maker: UserName,
    pub maker_image: ProfileImage,
}

/// A plan of the dreamer's own list, with its confirmed quote where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DreamerPlanView {
    pub plan: PlanView,
    pub confirmed_quote: Option<ConfirmedQuoteView>,
}

/// What plans are sorted by; ties by id, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlanOrder {
    /// The newest first.
    #[default]
    Recent,
    /// By trip day, the soonest first.
    ScheduleFirst,
}

/// Which plans a maker wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MakerPlanFilter {
    pub order_by: PlanOrder,
    /// Any of these; empty is no restriction.
    pub trip_types: Vec<TripType>,
    /// Only plans that asked this maker, in any area.
    pub only_assigned: bool,
    /// Part of the title or of the dreamer's nickname, in any case.
    pub keyword: Option<String>,
}

/// The list of plans that a maker may quote on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakerPlanList {
    pub plans: PageOf<PlanView>,
    /// How many plans of each type match, whatever `trip_types` says; types without any are left out.
    pub by_trip_type: Vec<(TripType, i64)>,
}

/// Which of their own plans a dreamer wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DreamerPlanFilter {
    pub order_by: PlanOrder,
    /// Any of these; empty is no restriction.
    pub statuses: Vec<PlanStatus>,
    /// Only COMPLETED plans with (`true`) or without (`false`) a review.
    pub reviewed: Option<bool>,
    /// Only CONFIRMED plans whose trip day is this day or past: those that can be completed.
    pub ready_to_complete_on: Option<TripDate>,
}

/// Reads of plans.
#[async_trait]
pub trait PlanQueries: Send + Sync {
    /// How many plans there are in each area, whatever their status; areas without any are left out.
    async fn count_by_area(&self) -> Result<Vec<(ServiceArea, i64)>, StoreError>;

    /// How many plans of each type there are in an area.
    async fn count_by_trip_type(&self, area: ServiceArea) -> Result<Vec<(TripType, i64)>, StoreError>;

    /// PENDING plans in the maker's areas on which the maker has no live quote.
    async fn for_maker(
        &self,
        maker: UserId,
        filter: &MakerPlanFilter,
        page: Page,
    ) -> Result<MakerPlanList, StoreError>;

    /// The dreamer's own plans.
    async fn of_dreamer(
        &self,
        dreamer: UserId,
        filter: &DreamerPlanFilter,
        page: Page,
    ) -> Result<PageOf<DreamerPlanView>, StoreError>;

    /// One plan that is not deleted.
    async fn find(&self, plan: PlanId) -> Result<Option<PlanView>, StoreError>;
}
