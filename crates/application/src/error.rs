//! The one error of the use cases: whatever the domain or a store refused, with its code.

use std::fmt;

use kernel::{Code, ErrorCode, Kind};

/// What a use case answers when it can't do what was asked. Made by `?` from every error that has a
/// code; the API asks for the code and nothing else.
pub struct Error(Box<dyn ErrorCode>);

impl Error {
    /// The stable name and the kind.
    pub fn code(&self) -> Code {
        self.0.code()
    }

    /// The refusal itself, with its details.
    pub fn cause(&self) -> &dyn ErrorCode {
        &*self.0
    }

    /// Whether the same unit of work may succeed when it's tried again at once.
    pub fn is_contended(&self) -> bool {
        self.code().kind == Kind::Contended
    }

    /// Whether something that is needed is down, so that trying later makes sense.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.code().kind, Kind::Unavailable | Kind::Contended)
    }
}

impl<E: ErrorCode> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.code().name, self.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}
