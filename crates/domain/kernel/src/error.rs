//! What a refusal is called, and whose fault it is: the part of an error that a caller may see.

use std::error::Error;

use crate::validation::FieldError;

/// Whose fault an error is. The API turns each kind into one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request can't be granted as it is: 400.
    Invalid,
    /// The caller has not shown who they are: 401.
    Unauthenticated,
    /// The caller may not do this: 403.
    Forbidden,
    /// There is no such thing: 404.
    NotFound,
    /// Somebody was first, or it is done already: 409.
    Conflict,
    /// Too much at once: 429.
    TooMany,
    /// Something that is needed is down or overloaded; it may work later: 503.
    Unavailable,
    /// Two transactions got in each other's way; trying again at once may work. 503 once we give up.
    Contended,
    /// Our bug, or data that should not be: 500.
    Internal,
}

/// A stable name for programs, with its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Whose fault it is.
    pub kind: Kind,
    /// The name, `SCREAMING_SNAKE_CASE`; a part of the API.
    pub name: &'static str,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $function:ident => $kind:ident),* $(,)?) => {
        impl Code {$(
            $(#[$doc])*
            pub const fn $function(name: &'static str) -> Self {
                Self { kind: Kind::$kind, name }
            }
        )*}
    };
}
constructors! {
    /// A refusal of the kind [`Kind::Invalid`].
    invalid => Invalid,
    /// A refusal of the kind [`Kind::Unauthenticated`].
    unauthenticated => Unauthenticated,
    /// A refusal of the kind [`Kind::Forbidden`].
    forbidden => Forbidden,
    /// A refusal of the kind [`Kind::NotFound`].
    not_found => NotFound,
    /// A refusal of the kind [`Kind::Conflict`].
    conflict => Conflict,
    /// A refusal of the kind [`Kind::TooMany`].
    too_many => TooMany,
    /// A failure of the kind [`Kind::Unavailable`].
    unavailable => Unavailable,
    /// A failure of the kind [`Kind::Contended`].
    contended => Contended,
    /// A failure of the kind [`Kind::Internal`].
    internal => Internal,
}

/// Every error that can reach a caller: each variant has a [`Code`], by an exhaustive match, so that a
/// new refusal does not compile before it has one.
pub trait ErrorCode: Error + Send + Sync + 'static {
    /// The name of this refusal and whose fault it is.
    fn code(&self) -> Code;

    /// What a person should be told beyond the sentence for the code (a state, a limit).
    fn detail(&self) -> Option<String> {
        None
    }

    /// The fields that were refused, if it is a validation failure.
    fn fields(&self) -> &[FieldError] {
        &[]
    }

    /// After how many seconds trying again makes sense.
    fn retry_after(&self) -> Option<u64> {
        None
    }
}

/// A store could not answer, or holds something that the domain rejects. Nobody decides by it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Down, overloaded, or timed out.
    #[error("the store could not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A serialization failure or a deadlock; the whole unit of work may be tried again.
    #[error("the store gave up one of two transactions that collided")]
    Contended(#[source] Box<dyn Error + Send + Sync>),
    /// A row that can't be.
    #[error("the store holds an impossible value: {0}")]
    Corrupt(String),
}

impl StoreError {
    /// The store is down, overloaded, or timed out.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    /// The stored value of `what` is not one that the domain knows.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
}

impl ErrorCode for StoreError {
    fn code(&self) -> Code {
        match self {
            Self::Unavailable(_) => Code::unavailable("STORE_UNAVAILABLE"),
            Self::Contended(_) => Code::contended("STORE_CONTENDED"),
            Self::Corrupt(_) => Code::internal("INTERNAL"),
        }
    }
}
