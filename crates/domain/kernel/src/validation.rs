//! Collecting everything that is wrong with a request, so that the caller hears of it at once.

use std::fmt;

use crate::error::{Code, ErrorCode};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The path of the field in the request, such as `user.email`.
    pub field: String,
    /// What is wrong, as the end of a sentence that begins with the field's name.
    pub message: String,
}

/// A request with fields that can't be understood or accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Vec<FieldError>);

impl Invalid {
    /// One field is wrong.
    pub fn field(field: impl Into<String>, message: impl fmt::Display) -> Self {
        Self(vec![FieldError { field: field.into(), message: message.to_string() }])
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid request:")?;
        self.0.iter().try_for_each(|error| write!(f, " {} {};", error.field, error.message))
    }
}

impl std::error::Error for Invalid {}

impl ErrorCode for Invalid {
    fn code(&self) -> Code {
        Code::invalid("VALIDATION_FAILED")
    }

    fn fields(&self) -> &[FieldError] {
        &self.0
    }
}

/// Checks one field after the other and remembers what was wrong.
///
/// ```
/// # use goforme_kernel::{Coconuts, Validation};
/// let mut check = Validation::default();
/// let price = check.field("price", Coconuts::try_from(-1));
/// assert!(price.is_none());
/// assert!(check.finish().is_err());
///
/// let mut check = Validation::default();
/// let (low, high) = (check.field("low", Coconuts::try_from(1)), check.field("high", Coconuts::try_from(2)));
/// assert!(check.build(|| Some((low?, high?))).is_ok());
/// ```
#[derive(Debug, Default)]
pub struct Validation(Vec<FieldError>);

impl Validation {
    /// The value, or `None` after noting why not.
    pub fn field<T, E: fmt::Display>(&mut self, field: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.refuse(field, error)).ok()
    }

    /// The same for a field that may be left out.
    pub fn optional<T, E: fmt::Display>(&mut self, field: &str, value: Option<Result<T, E>>) -> Option<T> {
        value.and_then(|value| self.field(field, value))
    }

    /// Notes that `field` is wrong.
    pub fn refuse(&mut self, field: &str, message: impl fmt::Display) {
        self.0.push(FieldError { field: field.to_owned(), message: message.to_string() });
    }

    /// `Ok` if nothing was refused.
    pub fn finish(self) -> Result<(), Invalid> {
        if self.0.is_empty() { Ok(()) } else { Err(Invalid(self.0)) }
    }

    /// What `whole` puts together out of the checked fields, if nothing was refused. It may answer
    /// `None` only for want of a field that was refused.
    pub fn build<T>(self, whole: impl FnOnce() -> Option<T>) -> Result<T, Invalid> {
        whole().filter(|_| self.0.is_empty()).ok_or(Invalid(self.0))
    }
}
