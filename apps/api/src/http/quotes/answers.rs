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

#[cfg(test)]
mod tests {
    use application::queries::{QuotePlanView, UserName};
    use kernel::testing::FakeClock;
    use kernel::{Clock, ProfileImage, TripDate};
    use serde_json::{Value, json};
    use stats::MakerStats;
    use uuid::Uuid;

    use super::*;

    fn user(number: u128) -> UserId {
        Uuid::from_u128(number).into()
    }

    fn a_confirmed_quote() -> QuoteView {
        let at = FakeClock::default().now();
        let name = |number| UserName { id: user(number), nick_name: format!("n{number}") };
        QuoteView {
            id: Uuid::from_u128(8).into(),
            created_at: at,
            updated_at: at,
            price: 120,
            content: "c".to_owned(),
            is_confirmed: true,
            is_assigned: false,
            maker: name(2),
            dreamer: name(1),
            plan: QuotePlanView {
                id: Uuid::from_u128(9).into(),
                created_at: at,
                title: "t".to_owned(),
                trip_date: TripDate::try_from("2031-05-06").unwrap(),
                trip_type: TripType::Shopping,
                service_area: ServiceArea::Seoul,
                details: "d".to_owned(),
                status: PlanStatus::Confirmed,
                address: Some("a".to_owned()),
            },
        }
    }

    fn json_of(answer: impl Serialize) -> Value {
        serde_json::to_value(answer).unwrap()
    }

    #[test]
    fn a_quote_is_shown_as_the_contract_has_it() {
        let at = "2031-01-15T03:00:00.000Z";
        let id = |number| user(number).to_string();
        let mut expected = json!({
            "id": id(8), "createdAt": at, "updatedAt": at, "price": 120, "content": "c",
            "isConfirmed": true, "isAssigned": false,
            "maker": { "id": id(2), "nickName": "n2" },
            "plan": {
                "id": id(9), "createdAt": at, "title": "t", "tripDate": "2031-05-05T15:00:00.000Z",
                "tripType": "SHOPPING", "serviceArea": "SEOUL", "details": "d", "status": "CONFIRMED",
                "address": "a",
            },
        });
        assert_eq!(json_of(QuoteAnswer::shown_to(user(1), a_confirmed_quote())), expected);
        expected["dreamer"] = json!({ "id": id(1), "nickName": "n1" });
        assert_eq!(json_of(SentQuoteAnswer::of(a_confirmed_quote())), expected);
    }

    #[test]
    fn the_dreamer_sees_the_makers_card_with_an_average_of_one_decimal() {
        let maker = MakerCard {
            nick_name: "n2".to_owned(),
            image: ProfileImage::Default2,
            gallery: "g".to_owned(),
            service_types: vec![TripType::Shopping],
            service_areas: vec![ServiceArea::Seoul],
            description: "d".to_owned(),
            detail_description: "dd".to_owned(),
            is_followed: true,
            stats: MakerStats { rating_sum: 14, total_reviews: 3, ..MakerStats::none(user(2)) },
        };
        let shown = json_of(ReceivedQuoteAnswer::of(a_confirmed_quote(), maker));
        assert_eq!(
            shown["maker"],
            json!({
                "id": user(2), "nickName": "n2", "image": "DEFAULT_2", "gallery": "g",
                "serviceTypes": ["SHOPPING"], "serviceArea": ["SEOUL"], "description": "d",
                "detailDescription": "dd", "isFollowed": true, "averageRating": 4.7,
                "totalReviews": 3, "totalFollows": 0, "totalConfirms": 0,
            })
        );
        assert_eq!((shown.get("dreamer"), &shown["plan"]["address"]), (None, &json!("a")));
    }

    #[test]
    fn the_maker_sees_the_address_with_the_confirmed_quote_of_a_confirmed_plan_only() {
        let address = |view| json_of(SentQuoteAnswer::of(view))["plan"].get("address").cloned();
        assert_eq!(address(a_confirmed_quote()), Some(json!("a")));
        assert_eq!(address(QuoteView { is_confirmed: false, ..a_confirmed_quote() }), None);
        let mut over = a_confirmed_quote();
        over.plan.status = PlanStatus::Completed;
        assert_eq!(address(over), None);
    }
}
