//! Why a plan refuses.

use kernel::enums::Named;
use kernel::{Code, ErrorCode, PlanStatus};

/// A refusal by a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Unknown or deleted: the two can't be told apart from outside.
    #[error("there is no such plan")]
    NotFound,
    /// Only the dreamer who posted the plan may do this.
    #[error("the plan belongs to somebody else")]
    NotOwned,
    /// This is possible on PENDING plans only.
    #[error("the plan is {0}, not PENDING")]
    NotPending(PlanStatus),
    /// This is possible on CONFIRMED plans only.
    #[error("the plan is {0}, not CONFIRMED")]
    NotConfirmed(PlanStatus),
    /// A plan whose trip is agreed on can't go away.
    #[error("the plan is CONFIRMED")]
    Confirmed,
    /// The schedule came for a plan whose day is yet to come.
    #[error("the plan's day has not come")]
    NotDue,
    /// A new plan for a day that is over in Seoul.
    #[error("the trip day is in the past")]
    TripDatePast,
    /// The plan has asked this maker and got no refusal.
    #[error("the maker was asked already")]
    MakerAlreadyAsked,
    /// The maker does not work where the trip goes.
    #[error("the maker does not serve the plan's area")]
    AreaNotServed,
    /// A maker turns down what nobody asked of them.
    #[error("the maker was not asked")]
    MakerNotAsked,
}

impl ErrorCode for PlanError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::not_found("PLAN_NOT_FOUND"),
            Self::NotOwned => Code::forbidden("PLAN_NOT_OWNED"),
            Self::NotPending(_) => Code::invalid("PLAN_NOT_PENDING"),
            Self::NotConfirmed(_) => Code::invalid("PLAN_NOT_CONFIRMED"),
            Self::Confirmed => Code::invalid("PLAN_CONFIRMED"),
            Self::NotDue => Code::invalid("PLAN_NOT_DUE"),
            Self::TripDatePast => Code::invalid("TRIP_DATE_PAST"),
            Self::MakerAlreadyAsked => Code::conflict("MAKER_ALREADY_ASKED"),
            Self::AreaNotServed => Code::invalid("AREA_NOT_SERVED"),
            Self::MakerNotAsked => Code::invalid("MAKER_NOT_ASKED"),
        }
    }

    /// The status that the plan is in, by its name in the contract, where that is why it refuses.
    fn detail(&self) -> Option<String> {
        let status = match self {
            Self::NotPending(status) | Self::NotConfirmed(status) => *status,
            Self::Confirmed => PlanStatus::Confirmed,
            Self::NotFound
            | Self::NotOwned
            | Self::NotDue
            | Self::TripDatePast
            | Self::MakerAlreadyAsked
            | Self::AreaNotServed
            | Self::MakerNotAsked => return None,
        };
        Some(status.as_str().to_owned())
    }
}
