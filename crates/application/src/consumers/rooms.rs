//! The room of a plan opens when a quote is confirmed, and becomes read-only when the trip is over.

use std::sync::Arc;

use async_trait::async_trait;
use chat::{OpenRoom as Opening, Room, RoomFacts, RoomStore};
use kernel::{Envelope, Event, PlanId, QuoteId, StoreError};
use plan::HasPlans;
use quote::HasQuotes;

use crate::Error;
use crate::bus::{Bus, Signal};
use crate::environment::Environment;
use crate::jobs::Consumer;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// Where the facts of a room come from. They are read in a transaction, since a plan that was deleted
    /// meanwhile still gets its room.
    pub trait RoomFactsTx: HasPlans, HasQuotes;
}

/// Opens the room of a confirmed plan: one per plan, however often this runs.
#[derive(Clone)]
pub struct OpenRoom {
    pub store: Store<dyn RoomFactsTx>,
    pub rooms: Arc<dyn RoomStore>,
    pub bus: Arc<dyn Bus>,
    pub environment: Environment,
}

impl OpenRoom {
    async fn facts(&self, plan: PlanId, quote: QuoteId) -> Result<RoomFacts, Error> {
        let id = self.environment.next_id();
        atomically!(self.store, |tx| {
            let missing = || StoreError::corrupt(format!("plan {plan} or its quote {quote} is not there"));
            let plan = tx.plans().find_for_update(plan).await?.ok_or_else(missing)?;
            let quote = tx.quotes().find(quote).await?.ok_or_else(missing)?;
            Ok(RoomFacts {
                id,
                plan: plan.id(),
                dreamer: plan.dreamer(),
                maker: quote.maker(),
                plan_title: plan.title().as_str().to_owned(),
                trip_date: plan.trip_date(),
                price: quote.price(),
            })
        })
    }

    async fn tell(&self, room: Room) {
        self.bus.publish(Signal::RoomChanged { room }).await;
    }
}

#[async_trait]
impl Consumer for OpenRoom {
    async fn consume(&self, envelope: &Envelope) -> Result<(), Error> {
        let Event::QuoteConfirmed { plan, quote, .. } = &envelope.event else { return Ok(()) };
        let facts = self.facts(*plan, *quote).await?;
        let room = Room::open(facts, self.environment.now());
        match self.rooms.open(&room).await? {
            Opening::Opened => self.tell(room).await,
            // Whoever opened it may have died before saying so.
            Opening::AlreadyOpen(room) => self.tell(room).await,
        }
        Ok(())
    }
}

/// Makes the room of a completed plan read-only. If the room's opening is late, it's opened read-only, so
/// that the order of the two doesn't matter.
#[derive(Clone)]
pub struct DeactivateRoom(pub OpenRoom);

#[async_trait]
impl Consumer for DeactivateRoom {
    async fn consume(&self, envelope: &Envelope) -> Result<(), Error> {
        let Event::PlanCompleted { plan, quote, .. } = &envelope.event else { return Ok(()) };
        let (opening, at) = (&self.0, self.0.environment.now());
        if let Some(room) = opening.rooms.deactivate(*plan, at).await? {
            opening.tell(room).await;
            return Ok(());
        }
        let mut room = Room::open(opening.facts(*plan, *quote).await?, at);
        room.deactivate(at);
        // An opening that came in between has left the room active.
        let (Opening::Opened | Opening::AlreadyOpen(_)) = opening.rooms.open(&room).await?;
        if let Some(room) = opening.rooms.deactivate(*plan, at).await? {
            opening.tell(room).await;
        }
        Ok(())
    }
}
