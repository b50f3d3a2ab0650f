//! How answers look: times, lists, and the statuses that the contract gives them.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use chrono::SecondsFormat;
use kernel::{PageOf, Timestamp};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A moment in an answer: UTC, ISO 8601, exactly three digits of milliseconds, and `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-01-02T03:04:05.678Z"))]
pub struct Time(pub Timestamp);

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A page of a list, with the number of all entries that match.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListAnswer<T> {
    /// All entries that match, not only those on this page.
    #[schema(minimum = 0)]
    pub total_count: i64,
    /// The entries of this page.
    pub list: Vec<T>,
}

impl<T> ListAnswer<T> {
    /// The page with each entry turned into its answer.
    pub fn of<V>(page: PageOf<V>, entry: impl FnMut(V) -> T) -> Self {
        let PageOf { total, list } = page.map(entry);
        Self { total_count: total, list }
    }
}

/// 200 with a JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

/// 201 with a JSON body.
#[derive(Debug)]
pub struct Created<T>(pub T);

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Created().json(self.0)
    }
}

/// 204, without a body.
#[derive(Debug)]
pub struct NoContent;

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn times_have_exactly_three_digits_of_milliseconds() {
        for (stored, shown) in [
            ("2026-01-02T03:04:05Z", "\"2026-01-02T03:04:05.000Z\""),
            ("2026-01-02T03:04:05.678901Z", "\"2026-01-02T03:04:05.678Z\""),
            ("2026-01-02T12:04:05.600+09:00", "\"2026-01-02T03:04:05.600Z\""),
        ] {
            let at = DateTime::parse_from_rfc3339(stored).unwrap().to_utc();
            assert_eq!(serde_json::to_string(&Time(at)).unwrap(), shown);
        }
    }

    #[test]
    fn a_list_answers_the_total_beside_its_page() {
        let answer = ListAnswer::of(PageOf { total: 12, list: vec![1, 2] }, |n| n * 10);
        assert_eq!(serde_json::to_string(&answer).unwrap(), r#"{"totalCount":12,"list":[10,20]}"#);
    }
}
