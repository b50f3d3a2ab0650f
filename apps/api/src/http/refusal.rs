//! What the HTTP side itself refuses, before or instead of a use case.

use actix_web::http::StatusCode;
use kernel::{Code, ErrorCode, Role};

/// A request that never reaches a use case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No route has this path.
    #[error("no route has this path")]
    UnknownRoute,
    /// The path has routes, but none for this method.
    #[error("the path answers {allow} only")]
    MethodNotAllowed {
        /// The methods that it has, as the `Allow` header lists them.
        allow: String,
    },
    /// The body has more bytes than we read.
    #[error("the body is larger than {limit} bytes")]
    BodyTooLarge {
        /// The most bytes that we read.
        limit: usize,
    },
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    /// The route is for the other role.
    #[error("this is for the role {0} only")]
    RoleForbidden(Role),
    /// The path holds a text where an id belongs; no thing has that id.
    #[error("the path holds what can't be an id")]
    UnknownId(Code),
    /// A handler panicked.
    #[error("a handler panicked: {0}")]
    Panicked(String),
    /// The web framework refused the request by itself.
    #[error("{message}")]
    Framework {
        /// The status that it chose.
        status: StatusCode,
        /// Its reason, for the log only.
        message: String,
    },
}

impl Refusal {
    /// The status; some of these have no counterpart among the kinds of the domain.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownRoute => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::RoleForbidden(_) => StatusCode::FORBIDDEN,
            Self::UnknownId(code) => super::error::status_of(code.kind),
            Self::Panicked(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Framework { status, .. } => *status,
        }
    }
}

impl ErrorCode for Refusal {
    fn code(&self) -> Code {
        match self {
            Self::UnknownRoute => Code::not_found("NOT_FOUND"),
            Self::MethodNotAllowed { .. } => Code::invalid("METHOD_NOT_ALLOWED"),
            Self::BodyTooLarge { .. } => Code::invalid("BODY_TOO_LARGE"),
            Self::BodyTooSlow => Code::invalid("BODY_TOO_SLOW"),
            Self::RoleForbidden(_) => Code::forbidden("ROLE_FORBIDDEN"),
            Self::UnknownId(code) => *code,
            Self::Panicked(_) => Code::internal("INTERNAL"),
            Self::Framework { status, .. } => framework_code(*status),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::MethodNotAllowed { allow } => Some(allow.clone()),
            Self::BodyTooLarge { limit } => Some(format!("{limit} bytes")),
            Self::RoleForbidden(role) => Some(role.to_string()),
            Self::UnknownRoute
            | Self::BodyTooSlow
            | Self::UnknownId(_)
            | Self::Panicked(_)
            | Self::Framework { .. } => None,
        }
    }
}

fn framework_code(status: StatusCode) -> Code {
    match status.as_u16() {
        404 => Code::not_found("NOT_FOUND"),
        405 => Code::invalid("METHOD_NOT_ALLOWED"),
        408 => Code::invalid("BODY_TOO_SLOW"),
        413 => Code::invalid("BODY_TOO_LARGE"),
        503 => Code::unavailable("UNAVAILABLE"),
        400..500 => Code::invalid("BAD_REQUEST"),
        _ => Code::internal("INTERNAL"),
    }
}
