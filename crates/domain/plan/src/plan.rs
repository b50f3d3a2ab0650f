//! The plan and its transitions.

use std::collections::HashSet;

use kernel::clock::seoul_day;
use kernel::{
    PlanId, PlanStatus, QuoteId, ServiceArea, StoreError, Text, Timestamp, TripDate, TripType, UserId,
};

use crate::error::PlanError;
use crate::state::PlanState;

/// What a plan is called.
pub type Title = Text<100>;
/// What the dreamer wishes.
pub type Details = Text<5000>;
/// Where what was bought is sent.
pub type Address = Text<300>;

/// How many days after its trip day a CONFIRMED plan completes by itself.
pub const COMPLETES_AFTER_DAYS: u64 = 7;

/// A trip that a dreamer wants. Deleting is soft: every operation on a deleted plan is refused as if
/// the plan did not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan(PlanParts);

/// Everything that a plan is made of, for stores: see [`Plan::restore`] and [`Plan::into_parts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanParts {
    /// Its id.
    pub id: PlanId,
    /// Who posted it and owns it.
    pub dreamer: UserId,
    /// What it is called.
    pub title: Title,
    /// The day of the trip.
    pub trip_date: TripDate,
    /// What kind of trip.
    pub trip_type: TripType,
    /// Where it goes.
    pub service_area: ServiceArea,
    /// What the dreamer wishes.
    pub details: Details,
    /// Where what was bought is sent; on SHOPPING trips only.
    pub address: Option<Address>,
    /// Where the plan is in its life.
    pub state: PlanState,
    /// The makers who were asked for a quote and have not turned it down, in order of asking, without
    /// duplicates.
    pub assignees: Vec<UserId>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// When it was posted.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
}

/// What a dreamer says of a new plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// The id it shall have.
    pub id: PlanId,
    /// Who posts it.
    pub dreamer: UserId,
    /// What it is called.
    pub title: Title,
    /// The day of the trip.
    pub trip_date: TripDate,
    /// What kind of trip.
    pub trip_type: TripType,
    /// Where it goes.
    pub service_area: ServiceArea,
    /// What the dreamer wishes.
    pub details: Details,
    /// Where what was bought is sent; forgotten unless it is a SHOPPING trip.
    pub address: Option<Address>,
}

impl Plan {
    /// A new PENDING plan. Its trip day may be today (in Seoul), but not earlier.
    pub fn post(new: NewPlan, at: Timestamp) -> Result<Self, PlanError> {
        let NewPlan { id, dreamer, title, trip_date, trip_type, service_area, details, address } = new;
        if trip_date < TripDate::today(at) {
            return Err(PlanError::TripDatePast);
        }
        Ok(Self(PlanParts {
            id,
            dreamer,
            title,
            trip_date,
            trip_type,
            service_area,
            details,
            address: address.filter(|_| trip_type == TripType::Shopping),
            state: PlanState::Pending,
            assignees: Vec::new(),
            deleted_at: None,
            created_at: at,
            updated_at: at,
        }))
    }

    /// A plan out of a store. Refuses parts that no plan can have.
    pub fn restore(parts: PlanParts) -> Result<Self, StoreError> {
        let corrupt = |what: &str| Err(StoreError::corrupt(format!("plan {}: {what}", parts.id)));
        if parts.address.is_some() && parts.trip_type != TripType::Shopping {
            return corrupt("an address on a trip that is not for shopping");
        }
        if parts.deleted_at.is_some() && parts.state.status() == PlanStatus::Confirmed {
            return corrupt("deleted while CONFIRMED");
        }
        if parts.assignees.iter().collect::<HashSet<_>>().len() < parts.assignees.len() {
            return corrupt("a maker who was asked twice");
        }
        Ok(Self(parts))
    }

    /// Everything, for stores: taking it apart by a pattern keeps a new part from being forgotten.
    pub fn into_parts(self) -> PlanParts {
        self.0
    }

    /// Chooses `quote`: PENDING → CONFIRMED. That the quote is on this plan, and who may choose, is
    /// the quote's business.
    pub fn confirm(&mut self, quote: QuoteId, at: Timestamp) -> Result<(), PlanError> {
        self.check_pending()?;
        self.enter(PlanState::Confirmed { quote }, at);
        Ok(())
    }

    /// The owner declares the trip over, on any day: CONFIRMED → COMPLETED. Answers the quote whose
    /// escrow is now due to its maker.
    pub fn complete(&mut self, by: UserId, at: Timestamp) -> Result<QuoteId, PlanError> {
        self.check_owner(by)?;
        self.complete_confirmed(at)
    }

    /// What [`Self::complete`] does, done by the schedule [`COMPLETES_AFTER_DAYS`] after the trip day.
    pub fn complete_when_due(&mut self, today: TripDate, at: Timestamp) -> Result<QuoteId, PlanError> {
        self.check_live()?;
        let due = self.0.trip_date.plus_days(COMPLETES_AFTER_DAYS) <= today;
        if self.status() == PlanStatus::Confirmed && !due {
            return Err(PlanError::NotDue);
        }
        self.complete_confirmed(at)
    }

    /// The trip day has come and nothing was confirmed: PENDING → OVERDUE, done by the schedule. A plan that was
    /// posted for the same day has until the next midnight, however late today's schedule runs.
    pub fn expire(&mut self, today: TripDate, at: Timestamp) -> Result<(), PlanError> {
        self.check_pending()?;
        let posted_today = TripDate::from(seoul_day(self.0.created_at)) >= today;
        if self.0.trip_date > today || posted_today {
            return Err(PlanError::NotDue);
        }
        self.enter(PlanState::Overdue, at);
        Ok(())
    }

    /// The owner deletes the plan, in any state but CONFIRMED. Answers the state that it had: if that
    /// is PENDING, the makers with a live quote have to be told. The quotes go with it.
    pub fn delete(&mut self, by: UserId, at: Timestamp) -> Result<PlanStatus, PlanError> {
        self.check_owner(by)?;
        if self.status() == PlanStatus::Confirmed {
            return Err(PlanError::Confirmed);
        }
        self.0.deleted_at = Some(at);
        self.0.updated_at = at;
        Ok(self.status())
    }

    /// The owner asks `maker`, who serves `maker_areas`, for a quote.
    pub fn ask(
        &mut self,
        by: UserId,
        maker: UserId,
        maker_areas: &[ServiceArea],
        at: Timestamp,
    ) -> Result<(), PlanError> {
        self.check_owner(by)?;
        if self.has_asked(maker) {
            return Err(PlanError::MakerAlreadyAsked);
        }
        self.check_pending()?;
        if !maker_areas.contains(&self.0.service_area) {
            return Err(PlanError::AreaNotServed);
        }
        self.0.assignees.push(maker);
        self.0.updated_at = at;
        Ok(())
    }

    /// `maker`, who was asked, won't send a quote. They may be asked again.
    pub fn turn_down(&mut self, maker: UserId, at: Timestamp) -> Result<(), PlanError> {
        self.check_live()?;
        if !self.has_asked(maker) {
            return Err(PlanError::MakerNotAsked);
        }
        self.check_pending()?;
        self.0.assignees.retain(|asked| *asked != maker);
        self.0.updated_at = at;
        Ok(())
    }

    /// Refuses unless the plan is there and PENDING, for what may happen to quotes only then.
    pub fn check_pending(&self) -> Result<(), PlanError> {
        self.check_live()?;
        match self.status() {
            PlanStatus::Pending => Ok(()),
            other => Err(PlanError::NotPending(other)),
        }
    }

    /// Refuses if the plan was deleted.
    pub fn check_live(&self) -> Result<(), PlanError> {
        if self.is_deleted() { Err(PlanError::NotFound) } else { Ok(()) }
    }

    /// Refuses if the plan was deleted or belongs to somebody else.
    pub fn check_owner(&self, by: UserId) -> Result<(), PlanError> {
        self.check_live()?;
        if by == self.0.dreamer { Ok(()) } else { Err(PlanError::NotOwned) }
    }

    fn complete_confirmed(&mut self, at: Timestamp) -> Result<QuoteId, PlanError> {
        let PlanState::Confirmed { quote } = self.0.state else {
            return Err(PlanError::NotConfirmed(self.status()));
        };
        self.enter(PlanState::Completed { quote }, at);
        Ok(quote)
    }

    fn enter(&mut self, state: PlanState, at: Timestamp) {
        self.0.state = state;
        self.0.updated_at = at;
    }
}

/// What can be read of a plan.
impl Plan {
    /// Its id.
    pub const fn id(&self) -> PlanId {
        self.0.id
    }

    /// Who posted it and owns it.
    pub const fn dreamer(&self) -> UserId {
        self.0.dreamer
    }

    /// What it is called.
    pub const fn title(&self) -> &Title {
        &self.0.title
    }

    /// The day of the trip.
    pub const fn trip_date(&self) -> TripDate {
        self.0.trip_date
    }

    /// What kind of trip.
    pub const fn trip_type(&self) -> TripType {
        self.0.trip_type
    }

    /// Where it goes.
    pub const fn service_area(&self) -> ServiceArea {
        self.0.service_area
    }

    /// What the dreamer wishes.
    pub const fn details(&self) -> &Details {
        &self.0.details
    }

    /// Where what was bought is sent; on SHOPPING trips only.
    pub const fn address(&self) -> Option<&Address> {
        self.0.address.as_ref()
    }

    /// Where the plan is in its life.
    pub const fn state(&self) -> PlanState {
        self.0.state
    }

    /// The name of its state.
    pub const fn status(&self) -> PlanStatus {
        self.0.state.status()
    }

    /// The makers who were asked for a quote and have not turned it down, in order of asking.
    pub fn assignees(&self) -> &[UserId] {
        &self.0.assignees
    }

    /// Whether `maker` was asked for a quote and has not turned it down.
    pub fn has_asked(&self, maker: UserId) -> bool {
        self.0.assignees.contains(&maker)
    }

    /// Whether it was deleted.
    pub const fn is_deleted(&self) -> bool {
        self.0.deleted_at.is_some()
    }

    /// When it was posted.
    pub const fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// When anything of it last changed.
    pub const fn updated_at(&self) -> Timestamp {
        self.0.updated_at
    }
}
