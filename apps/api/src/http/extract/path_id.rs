//! The parameter in a path.

use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use kernel::{Code, MessageId, NotificationId, PaymentId, PlanId, QuoteId, RoomId, UserId};

use super::gate::Gate;
use crate::http::error::ApiError;
use crate::http::refusal::Refusal;

/// What can stand in a path. A text that can't be one answers like one that nobody knows.
pub trait InPath: FromStr + 'static {
    /// What a route answers for one that nobody knows.
    const UNKNOWN: Code;
}

macro_rules! in_path {
    ($($name:ident => $code:expr),* $(,)?) => {
        $(impl InPath for $name {
            const UNKNOWN: Code = $code;
        })*
    };
}
in_path! {
    PlanId => Code::not_found("PLAN_NOT_FOUND"),
    QuoteId => Code::not_found("QUOTE_NOT_FOUND"),
    PaymentId => Code::not_found("PAYMENT_NOT_FOUND"),
    RoomId => Code::not_found("ROOM_NOT_FOUND"),
    MessageId => Code::not_found("MESSAGE_NOT_FOUND"),
    NotificationId => Code::not_found("NOTIFICATION_NOT_FOUND"),
    // The one user in a path is a maker, and the contract answers 400 for an unknown one.
    UserId => Code::invalid("MAKER_NOT_FOUND"),
}

/// The parameter of a path that has just one. `Option<PathId<…>>` is `None` for a malformed one, where
/// an unknown one is no error either.
#[derive(Debug, Clone, Copy)]
pub struct PathId<Id>(pub Id);

impl<Id: InPath> FromRequest for PathId<Id> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parameter = request.match_info().iter().next().map(|(_, text)| text.parse::<Id>());
        let passed = Gate::passed(request);
        Box::pin(async move {
            passed.await;
            match parameter {
                Some(Ok(id)) => Ok(Self(id)),
                _ => Err(Refusal::UnknownId(Id::UNKNOWN).into()),
            }
        })
    }
}
