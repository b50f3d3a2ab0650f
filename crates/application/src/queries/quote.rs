//! Quotes, as lists and details show them.

use async_trait::async_trait;
use kernel::{
    Page, PageOf, PlanId, PlanStatus, QuoteId, Role, ServiceArea, StoreError, Timestamp, TripDate, TripType,
    UserId,
};
use quote::QuoteError;

use super::{MakerCard, UserName};

/// The plan that a quote is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotePlanView {
    pub id: PlanId,
    pub created_at: Timestamp,
    pub title: String,
    pub trip_date: TripDate,
    pub trip_type: TripType,
    pub service_area: ServiceArea,
    pub details: String,
    pub status: PlanStatus,
    /// As stored; ask [`QuoteView::shows_address_to`] before showing it.
    pub address: Option<String>,
}

/// A quote with its plan and both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteView {
    pub id: QuoteId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub price: i64,
    pub content: String,
    pub is_confirmed: bool,
    pub is_assigned: bool,
    pub maker: UserName,
    pub dreamer: UserName,
    pub plan: QuotePlanView,
}

impl QuoteView {
    /// Whether `viewer` may see the plan's address: the dreamer always, the maker once this quote is the
    /// confirmed one and while the plan is CONFIRMED. Only SHOPPING trips have one to show.
    pub fn shows_address_to(&self, viewer: UserId) -> bool {
        let is_host =
            self.maker.id == viewer && self.is_confirmed && self.plan.status == PlanStatus::Confirmed;
        self.plan.trip_type == TripType::Shopping && (self.dreamer.id == viewer || is_host)
    }

    /// As what `viewer` takes part in the quote. Refuses whoever is neither its dreamer nor its maker.
    pub fn side_of(&self, viewer: UserId) -> Result<Role, QuoteError> {
        if viewer == self.dreamer.id {
            Ok(Role::Dreamer)
        } else if viewer == self.maker.id {
            Ok(Role::Maker)
        } else {
            Err(QuoteError::NotOwned)
        }
    }
}

/// A quote in the list of its plan, with the maker's card.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanQuoteView {
    pub id: QuoteId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub price: i64,
    pub content: String,
    pub is_confirmed: bool,
    pub is_assigned: bool,
    pub maker: MakerCard,
}

/// Reads of quotes.
#[async_trait]
pub trait QuoteQueries: Send + Sync {
    /// The live quotes on a plan, newest first, as its dreamer sees them.
    async fn of_plan(
        &self,
        plan: PlanId,
        dreamer: UserId,
        only_confirmed: bool,
        page: Page,
    ) -> Result<PageOf<PlanQuoteView>, StoreError>;

    /// A maker's quotes that are confirmed or whose plan is PENDING, by plan status, then newest first.
    async fn sent_by(&self, maker: UserId, page: Page) -> Result<PageOf<QuoteView>, StoreError>;

    /// A maker's quotes that were not chosen: the plan is CONFIRMED, COMPLETED or OVERDUE without them.
    async fn not_chosen_of(&self, maker: UserId, page: Page) -> Result<PageOf<QuoteView>, StoreError>;

    /// One quote that is not deleted.
    async fn find(&self, quote: QuoteId) -> Result<Option<QuoteView>, StoreError>;
}
