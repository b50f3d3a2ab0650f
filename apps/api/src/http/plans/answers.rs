//! How a plan is shown.

use application::queries::PlanView;
use kernel::{PlanId, PlanStatus, ServiceArea, TripType, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::json::Time;
use crate::http::schema;
use crate::http::users::answers::NameAnswer;

/// The address of a plan, where it is shown.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AddressAnswer {
    /// Not for the eyes of the caller, or not in this answer: the field is left out.
    Hidden,
    /// Null if the plan has none.
    Shown(Option<String>),
}

impl AddressAnswer {
    /// The address, where `shown`.
    pub fn of(address: Option<String>, shown: bool) -> Self {
        if shown { Self::Shown(address) } else { Self::Hidden }
    }

    /// Whether the field is left out.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

/// A travel plan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanAnswer {
    #[schema(value_type = schema::Id)]
    id: PlanId,
    created_at: Time,
    updated_at: Time,
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
    /// The Makers who were asked for a quote, in the order of asking.
    assignees: Vec<NameAnswer>,
    dreamer: NameAnswer,
    /// Where what was bought is sent. Left out wherever the caller may not see it.
    #[serde(skip_serializing_if = "AddressAnswer::is_hidden")]
    #[schema(value_type = Option<String>, examples("서울특별시 중구 세종대로 110"))]
    address: AddressAnswer,
}

impl PlanAnswer {
    /// Without the address.
    pub fn without_address(view: PlanView) -> Self {
        Self::new(view, |_| false)
    }

    /// With the address, if `viewer` may see it.
    pub fn shown_to(viewer: UserId, view: PlanView) -> Self {
        Self::new(view, |view| view.shows_address_to(viewer))
    }

    /// With the address, or null; for the dreamer's own eyes.
    pub fn to_owner(view: PlanView) -> Self {
        Self::new(view, |_| true)
    }

    fn new(mut view: PlanView, shows_address: impl FnOnce(&PlanView) -> bool) -> Self {
        let shown = shows_address(&view);
        Self {
            address: AddressAnswer::of(view.address.take(), shown),
            id: view.id,
            created_at: view.created_at.into(),
            updated_at: view.updated_at.into(),
            title: view.title,
            trip_date: view.trip_date.midnight().into(),
            trip_type: view.trip_type,
            service_area: view.service_area,
            details: view.details,
            status: view.status,
            assignees: view.assignees.into_iter().map(NameAnswer::from).collect(),
            dreamer: view.dreamer.into(),
        }
    }
}

/// How many plans of a type there are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TripTypeCount {
    #[schema(value_type = schema::TripType)]
    trip_type: TripType,
    #[schema(minimum = 1)]
    count: i64,
}

impl From<(TripType, i64)> for TripTypeCount {
    fn from((trip_type, count): (TripType, i64)) -> Self {
        Self { trip_type, count }
    }
}

#[cfg(test)]
mod tests {
    use application::queries::UserName;
    use kernel::testing::FakeClock;
    use kernel::{Clock, TripDate};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    fn user(number: u128) -> UserId {
        Uuid::from_u128(number).into()
    }

    fn a_shopping_trip() -> PlanView {
        let at = FakeClock::default().now();
        let name = |number| UserName { id: user(number), nick_name: format!("n{number}") };
        PlanView {
            id: Uuid::from_u128(9).into(),
            created_at: at,
            updated_at: at,
            title: "t".to_owned(),
            trip_date: TripDate::try_from("2031-05-06").unwrap(),
            trip_type: TripType::Shopping,
            service_area: ServiceArea::Seoul,
            details: "d".to_owned(),
            address: Some("a".to_owned()),
            status: PlanStatus::Confirmed,
            assignees: vec![name(3)],
            dreamer: name(1),
            confirmed_maker: Some(user(2)),
        }
    }

    fn json_of(answer: PlanAnswer) -> Value {
        serde_json::to_value(answer).unwrap()
    }

    #[test]
    fn a_plan_is_shown_as_the_contract_has_it() {
        let at = "2031-01-15T03:00:00.000Z";
        let id = |number| user(number).to_string();
        assert_eq!(
            json_of(PlanAnswer::without_address(a_shopping_trip())),
            json!({
                "id": id(9), "createdAt": at, "updatedAt": at, "title": "t",
                "tripDate": "2031-05-05T15:00:00.000Z", "tripType": "SHOPPING", "serviceArea": "SEOUL",
                "details": "d", "status": "CONFIRMED",
                "assignees": [{ "id": id(3), "nickName": "n3" }],
                "dreamer": { "id": id(1), "nickName": "n1" },
            })
        );
    }

    #[test]
    fn the_address_is_for_the_dreamer_and_for_the_host_of_a_trip_that_is_agreed_on() {
        let shown = |viewer, view| json_of(PlanAnswer::shown_to(user(viewer), view)).get("address").cloned();
        assert_eq!(shown(1, a_shopping_trip()), Some(json!("a")));
        assert_eq!(shown(2, a_shopping_trip()), Some(json!("a")));
        assert_eq!(shown(3, a_shopping_trip()), None);
        let over = || PlanView { status: PlanStatus::Completed, ..a_shopping_trip() };
        assert_eq!((shown(1, over()), shown(2, over())), (Some(json!("a")), None));
    }

    #[test]
    fn a_shopping_trip_without_an_address_has_null_and_another_trip_has_no_such_field() {
        let without = || PlanView { address: None, ..a_shopping_trip() };
        assert_eq!(json_of(PlanAnswer::shown_to(user(1), without())).get("address"), Some(&Value::Null));
        let other = || PlanView { trip_type: TripType::Festival, ..without() };
        assert_eq!(json_of(PlanAnswer::shown_to(user(1), other())).get("address"), None);
        assert_eq!(json_of(PlanAnswer::to_owner(other())).get("address"), Some(&Value::Null));
    }
}
