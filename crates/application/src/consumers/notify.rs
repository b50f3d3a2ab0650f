//! Those whom an event concerns are notified: the table of notifications of the contract.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Envelope, Event, StoreError, Timestamp, UserId};
use notification::{AddNotification, NewNotification, Notification, NotificationStore, Payload};
use user::UserDirectory;

use crate::Error;
use crate::bus::{Bus, Signal};
use crate::environment::Environment;
use crate::jobs::Consumer;

/// Writes notifications, each exactly once, since a notification is named by its event and its recipient.
/// Then tells those who are connected: again, if this was cut short before.
#[derive(Clone)]
pub struct Notify {
    pub users: Arc<dyn UserDirectory>,
    pub notifications: Arc<dyn NotificationStore>,
    pub bus: Arc<dyn Bus>,
    pub environment: Environment,
}

#[async_trait]
impl Consumer for Notify {
    async fn consume(&self, envelope: &Envelope) -> Result<(), Error> {
        let source = source_of(envelope);
        let names = self.names(&envelope.event).await?;
        // All are stored before any is told: until then this is tried again, and would tell some of them twice.
        let mut told = Vec::new();
        for (user, payload) in recipients(&envelope.event, &names) {
            let new =
                NewNotification { id: self.environment.next_id(), user, payload, source: source.clone() };
            let notification = Notification::new(new, self.environment.now());
            match self.notifications.add(&notification).await? {
                AddNotification::Added => told.push(notification),
                AddNotification::AlreadyThere => {
                    told.extend(self.stored_like(&notification, envelope.occurred_at).await?);
                }
            }
        }
        for notification in told {
            self.bus.publish(Signal::Notified { notification }).await;
        }
        Ok(())
    }
}

impl Notify {
    /// What an earlier try at the same event has stored, and may not have told. Not what an earlier event
    /// of the same name (see [`source_of`]) has, which is older than this one.
    async fn stored_like(
        &self,
        new: &Notification,
        since: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        let is_same = |stored: &Notification| {
            let stored = stored.parts();
            (&stored.new.source, stored.new.payload.event()) == (&new.parts().new.source, new.event())
                && stored.created_at >= since
        };
        // An earlier try is seconds ago. If so much has come since that it's not here, it's found by looking.
        Ok(self.notifications.newest(new.user(), None).await?.into_iter().find(is_same))
    }

    /// The nicknames of the two sides; somebody who is gone has none.
    async fn names(&self, event: &Event) -> Result<Names, Error> {
        let Some((dreamer, maker)) = sides(event) else { return Ok(Names::default()) };
        let ids: Vec<UserId> = std::iter::once(dreamer).chain(maker).collect();
        let cards = self.users.cards(&ids).await?;
        let mut by_id: HashMap<UserId, String> =
            cards.into_iter().map(|card| (card.id, card.nick_name.into_string())).collect();
        let mut take = |id: UserId| by_id.remove(&id).unwrap_or_default();
        Ok(Names { dreamer: take(dreamer), maker: maker.map(take).unwrap_or_default() })
    }
}

#[derive(Debug, Default)]
struct Names {
    dreamer: String,
    maker: String,
}

/// What a notification is named after. A reminder is due once per plan, however often the schedule of
/// that day is begun again; everything else once per event.
fn source_of(envelope: &Envelope) -> String {
    match &envelope.event {
        Event::TripTomorrow { plan, .. } => format!("trip-tomorrow:{plan}"),
        _ => envelope.id.to_string(),
    }
}

fn sides(event: &Event) -> Option<(UserId, Option<UserId>)> {
    match event {
        Event::MakerAsked { dreamer, maker, .. }
        | Event::RequestRejected { dreamer, maker, .. }
        | Event::QuoteSent { dreamer, maker, .. }
        | Event::QuoteConfirmed { dreamer, maker, .. } => Some((*dreamer, Some(*maker))),
        Event::PendingPlanDeleted { dreamer, .. } => Some((*dreamer, None)),
        Event::TripTomorrow { .. }
        | Event::PlanCompleted { .. }
        | Event::ReviewWritten { .. }
        | Event::FollowChanged { .. } => None,
    }
}

/// Who is told what.
fn recipients(event: &Event, names: &Names) -> Vec<(UserId, Payload)> {
    let of_dreamer = || names.dreamer.clone();
    let of_maker = || names.maker.clone();
    match event {
        Event::MakerAsked { maker, trip_type, .. } => {
            vec![(*maker, Payload::ArriveRequest { nick_name: of_dreamer(), trip_type: *trip_type })]
        }
        Event::RequestRejected { dreamer, plan_title, .. } => {
            vec![(*dreamer, Payload::RejectRequest { nick_name: of_maker(), plan_title: plan_title.clone() })]
        }
        Event::QuoteSent { dreamer, trip_type, .. } => {
            vec![(*dreamer, Payload::ArriveQuote { nick_name: of_maker(), trip_type: *trip_type })]
        }
        Event::QuoteConfirmed { dreamer, maker, not_chosen, plan_title, .. } => {
            let mut told = vec![
                (*maker, Payload::ConfirmRequest { nick_name: of_dreamer() }),
                (*dreamer, Payload::ConfirmQuote { nick_name: of_maker() }),
            ];
            told.extend(rejected(not_chosen, names, plan_title));
            told
        }
        Event::PendingPlanDeleted { makers, plan_title, .. } => rejected(makers, names, plan_title).collect(),
        Event::TripTomorrow { dreamer, maker, plan_title, .. } => [dreamer, maker]
            .map(|user| (*user, Payload::Schedule { plan_title: plan_title.clone() }))
            .to_vec(),
        Event::PlanCompleted { .. } | Event::ReviewWritten { .. } | Event::FollowChanged { .. } => Vec::new(),
    }
}

/// The makers whose quotes came to nothing.
fn rejected<'a>(
    makers: &'a [UserId],
    names: &'a Names,
    plan_title: &'a str,
) -> impl Iterator<Item = (UserId, Payload)> + 'a {
    makers.iter().map(|maker| {
        let (nick_name, plan_title) = (names.dreamer.clone(), plan_title.to_owned());
        (*maker, Payload::RejectQuote { nick_name, plan_title })
    })
}
