//! Which page of a list is asked for.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use kernel::{Invalid, Page, Validation};
use serde::Deserialize;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, openapi::Required};

use super::gate::Gate;
use super::query;
use crate::http::error::ApiError;

/// `page` (from 1, default 1) and `pageSize` (1 to 100) of the query; `SIZE` is the route's default for
/// the latter. Name it in `params(…)` of the description, too.
#[derive(Debug, Clone, Copy)]
pub struct Paged<const SIZE: i64>(pub Page);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    page: Option<String>,
    page_size: Option<String>,
}

impl<const SIZE: i64> FromRequest for Paged<SIZE> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = parse(request.query_string(), SIZE);
        let passed = Gate::passed(request);
        Box::pin(async move {
            passed.await;
            Ok(Self(parsed?))
        })
    }
}

fn parse(query: &str, default_size: i64) -> Result<Page, Invalid> {
    let raw: Raw = query::parse(query)?;
    // A number that isn't one is outside of every range.
    let number =
        |text: Option<String>, default| text.map_or(default, |text| text.parse().unwrap_or(i64::MIN));
    let (page, size) = (number(raw.page, 1), number(raw.page_size, default_size));
    // Each is checked beside a good other one, so that both can be named.
    let mut check = Validation::default();
    check.field("page", Page::new(page, 1));
    check.field("pageSize", Page::new(1, size));
    check.finish()?;
    Page::new(page, size).map_err(|error| Invalid::field("page", error))
}

impl<const SIZE: i64> IntoParams for Paged<SIZE> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |name: &str, description: &str, max: i64, default: i64| {
            let schema = ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(1))
                .maximum(Some(max))
                .default(Some(default.into()));
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(description))
                .schema(Some(schema))
                .build()
        };
        vec![
            parameter("page", "The page, from 1.", Page::MAX_NUMBER, 1),
            parameter("pageSize", "The most entries of a page.", Page::MAX_SIZE, SIZE),
        ]
    }
}

#[cfg(test)]
mod tests {
    use kernel::page::InvalidPage;

    use super::*;

    #[test]
    fn a_page_has_defaults_and_both_parts_can_be_given() {
        assert_eq!(parse("", 5), Ok(Page::new(1, 5).unwrap()));
        assert_eq!(parse("page=2&pageSize=7&orderBy=RECENT", 5), Ok(Page::new(2, 7).unwrap()));
    }

    #[test]
    fn what_is_no_page_is_refused_with_its_field() {
        for bad in ["0", "-1", "101", "abc", "", "1.5", "%201", "9999999999999999999999"] {
            let refused = parse(&format!("pageSize={bad}"), 5).unwrap_err();
            assert_eq!(refused, Invalid::field("pageSize", InvalidPage::Size), "{bad}");
        }
        assert_eq!(parse("page=1&page=2", 5), Err(Invalid::field("page", "must be given once")));
        let both = parse("page=0&pageSize=0", 5).unwrap_err();
        assert!(both.to_string().contains("page ") && both.to_string().contains("pageSize "), "{both}");
    }
}
