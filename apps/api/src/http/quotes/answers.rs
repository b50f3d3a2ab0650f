//! How a quote is shown with its plan: to both sides, to its Maker, to its Dreamer.

use application::queries::{MakerCard, QuoteView};
use kernel::{PlanId, PlanStatus, QuoteId, ServiceArea, TripType, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::json::Time;
use crate::http::plans::answers::AddressAnswer;
use crate::http::schema;
use crate::http::users::answers::{MakerCardAnswer, NameAnswer};

/// The plan that a quote is on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotePlanAnswer {
    #[schema(value_type = schema::Id)]
    id: PlanId,
    created_at: Time,
    #[schema(examples("제주에서 보내는 느린 하루"))]
    title: String,
    /// Midnight in Seoul, at which the day of the trip begins.
    trip_date: Time,
    #[schema(value_type = schema::TripType)]
    trip_type: TripType,
    #[schema(value_type = schema::ServiceArea)]
    service_area: ServiceArea,
    #[schema(examples("바다가 보이는 조용한 길을 걷고 싶어요."))]
    details: String,
    #[schema(value_type = schema::PlanStatus)]
    status: PlanStatus,
    /// Where what was bought is sent: on SHOPPING trips, for the Dreamer, and for the Maker of the
    /// confirmed quote while the plan is CONFIRMED. Left out wherever the caller may not see it.
    #[serde(skip_serializing_if = "AddressAnswer::is_hidden")]
    #[schema(value_type = Option<String>, examples("서울특별시 중구 세종대로 110"))]
    address: AddressAnswer,
}

/// What a quote says, whoever looks at it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuoteFields {
    #[schema(value_type = schema::Id)]
    id: QuoteId,
    created_at: Time,
    updated_at: Time,
    /// In coconuts.
    #[schema(minimum = 1, maximum = 1_000_000_000, examples(120))]
    price: i64,
    #[schema(examples("을지로 골목을 함께 걷고 저녁을 먹습니다."))]
    content: String,
    is_confirmed: bool,
    /// Whether the plan had asked this Maker.
    is_assigned: bool,
    plan: QuotePlanAnswer,
}

/// A quote.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteAnswer {
    #[serde(flatten)]
    quote: QuoteFields,
    maker: NameAnswer,
}

/// A quote, as its Maker sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentQuoteAnswer {
    #[serde(flatten)]
    quote: QuoteFields,
    maker: NameAnswer,
    dreamer: NameAnswer,
}

/// A quote, as its Dreamer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedQuoteAnswer {
    #[serde(flatten)]
    quote: QuoteFields,
    maker: MakerCardAnswer,
}

impl QuoteAnswer {
    /// With the plan's address, if `viewer` may see it.
    pub fn shown_to(viewer: UserId, view: QuoteView) -> Self {
        Self { maker: view.maker.clone().into(), quote: QuoteFields::shown_to(viewer, view) }
    }
}

impl SentQuoteAnswer {
    /// With the plan's address, if the Maker may see it.
    pub fn of(view: QuoteView) -> Self {
        let (maker, dreamer) = (view.maker.clone(), view.dreamer.clone());
        Self { quote: QuoteFields::shown_to(maker.id, view), maker: maker.into(), dreamer: dreamer.into() }
    }
}

impl ReceivedQuoteAnswer {
    /// With the plan's address.
    pub fn of(view: QuoteView, maker: MakerCard) -> Self {
        Self { quote: QuoteFields::shown_to(view.dreamer.id, view), maker: maker.into() }
    }
}

impl QuoteFields {
    fn shown_to(viewer: UserId, view: QuoteView) -> Self {
        let shows_address = view.shows_address_to(viewer);
        let plan = view.plan;
        Self {
            id: view.id,
            created_at: view.created_at.into(),
            updated_at: view.updated_at.into(),
            price: view.price,
            content: view.content,
            is_confirmed: view.is_confirmed,
            is_assigned: view.is_assigned,
            plan: QuotePlanAnswer {
                id: plan.id,
                created_at: plan.created_at.into(),
                title: plan.title,
                trip_date: plan.trip_date.midnight().into(),
                trip_type: plan.trip_type,
                service_area: plan.service_area,
                details: plan.details,
                status: plan.status,
                address: AddressAnswer::of(plan.address, shows_address),
            },
        }
    }
}
