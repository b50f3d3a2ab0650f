//! `GET /plans/dreamer`: a Dreamer's own plans.

use std::sync::Arc;

use actix_web::web::Data;
use application::Environment;
use application::queries::{ConfirmedQuoteView, DreamerPlanFilter, DreamerPlanView, PlanOrder, PlanQueries};
use kernel::{PlanStatus, ProfileImage, QuoteId, TripDate, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answers::PlanAnswer;
use super::order::PlansBy;
use crate::http::error::ApiError;
use crate::http::extract::{Dreamer, Flag, Paged, Query};
use crate::http::json::{Json, ListAnswer};
use crate::http::schema;

/// Which plans are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct OwnPlansQuery {
    /// What they are sorted by.
    #[param(inline)]
    order_by: Option<PlansBy>,
    /// Any of these.
    #[serde(default)]
    #[param(value_type = Vec<schema::PlanStatus>)]
    status: Vec<PlanStatus>,
    /// Only COMPLETED plans with a review (`true`) or without one (`false`).
    #[param(inline)]
    reviewed: Option<Flag>,
    /// Only CONFIRMED plans whose day is today or past; `false` is as if absent.
    #[param(inline)]
    ready_to_complete: Option<Flag>,
}

impl OwnPlansQuery {
    /// Whether the trips are agreed on, so that each plan is shown with its address and its quote.
    fn asks_for_agreed_trips(&self) -> bool {
        self.reviewed.is_some() || self.is_ready()
    }

    fn is_ready(&self) -> bool {
        self.ready_to_complete.is_some_and(|Flag(flag)| flag)
    }

    fn filter(self, today: TripDate) -> DreamerPlanFilter {
        DreamerPlanFilter {
            order_by: self.order_by.map_or(PlanOrder::default(), PlanOrder::from),
            reviewed: self.reviewed.map(|Flag(flag)| flag),
            ready_to_complete_on: self.is_ready().then_some(today),
            statuses: self.status,
        }
    }
}

/// The Maker of a confirmed quote.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostAnswer {
    #[schema(value_type = schema::Id)]
    id: UserId,
    #[schema(examples("서울토박이"))]
    nick_name: String,
    #[schema(value_type = schema::ProfileImage)]
    image: ProfileImage,
}

/// The confirmed quote of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmedQuoteAnswer {
    #[schema(value_type = schema::Id)]
    id: QuoteId,
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(120))]
    price: i64,
    /// Always `true`.
    is_confirmed: bool,
    maker: HostAnswer,
}

impl From<ConfirmedQuoteView> for ConfirmedQuoteAnswer {
    fn from(quote: ConfirmedQuoteView) -> Self {
        let ConfirmedQuoteView { id, price, maker, maker_image } = quote;
        let maker = HostAnswer { id: maker.id, nick_name: maker.nick_name, image: maker_image };
        Self { id, price, is_confirmed: true, maker }
    }
}

/// A plan of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnPlanAnswer {
    #[serde(flatten)]
    plan: PlanAnswer,
    /// The confirmed quote, if there is one. Only with `reviewed` or `readyToComplete`, and so is the
    /// address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quotes: Option<Vec<ConfirmedQuoteAnswer>>,
}

impl OwnPlanAnswer {
    fn in_short(view: DreamerPlanView) -> Self {
        Self { plan: PlanAnswer::without_address(view.plan), quotes: None }
    }

    fn with_the_agreement(view: DreamerPlanView) -> Self {
        let quotes = view.confirmed_quote.into_iter().map(ConfirmedQuoteAnswer::from).collect();
        Self { plan: PlanAnswer::to_owner(view.plan), quotes: Some(quotes) }
    }
}

/// One's own plans.
///
/// With `reviewed` or `readyToComplete`, each has its address and its confirmed quote. Refuses with
/// `ROLE_FORBIDDEN`.
#[utoipa::path(get, path = "/plans/dreamer", tag = "plans", params(Paged<3>, OwnPlansQuery),
    security(("bearer" = [])), responses((status = 200, body = ListAnswer<OwnPlanAnswer>)))]
pub async fn list_own_plans(
    caller: Dreamer,
    Paged(page): Paged<3>,
    Query(query): Query<OwnPlansQuery>,
    plans: Data<Arc<dyn PlanQueries>>,
    environment: Data<Environment>,
) -> Result<Json<ListAnswer<OwnPlanAnswer>>, ApiError> {
    let entry = if query.asks_for_agreed_trips() {
        OwnPlanAnswer::with_the_agreement
    } else {
        OwnPlanAnswer::in_short
    };
    let filter = query.filter(TripDate::today(environment.now()));
    let found = plans.of_dreamer(caller.user, &filter, page).await?;
    Ok(Json(ListAnswer::of(found, entry)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::extract::query;

    fn today() -> TripDate {
        TripDate::try_from("2031-05-06").unwrap()
    }

    fn read(text: &str) -> (bool, DreamerPlanFilter) {
        let query: OwnPlansQuery = query::parse(text).unwrap();
        (query.asks_for_agreed_trips(), query.filter(today()))
    }

    #[test]
    fn a_query_becomes_a_filter() {
        assert_eq!(read(""), (false, DreamerPlanFilter::default()));
        let statuses = vec![PlanStatus::Pending, PlanStatus::Overdue];
        let order_by = PlanOrder::ScheduleFirst;
        assert_eq!(
            read("status=PENDING&status=OVERDUE&orderBy=SCHEDULE_FIRST").1,
            DreamerPlanFilter { order_by, statuses, ..DreamerPlanFilter::default() }
        );
    }

    #[test]
    fn agreed_trips_are_asked_for_by_their_reviews_or_by_the_day() {
        let (agreed, filter) = read("reviewed=false");
        assert_eq!((agreed, filter.reviewed, filter.ready_to_complete_on), (true, Some(false), None));
        let (agreed, filter) = read("readyToComplete=true");
        assert_eq!((agreed, filter.ready_to_complete_on), (true, Some(today())));
        assert_eq!(read("readyToComplete=false"), (false, DreamerPlanFilter::default()));
    }
}
