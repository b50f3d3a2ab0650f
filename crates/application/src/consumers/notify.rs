//! Those whom an event concerns are notified: the table of notifications of the contract.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Envelope, Event, UserId};
use notification::{AddNotification, NewNotification, Notification, NotificationStore, Payload};
use user::UserDirectory;

use crate::Error;
use crate::bus::{Bus, Signal};
use crate::environment::Environment;
use crate::jobs::Consumer;

/// Writes notifications and tells those who are connected: each exactly once, since a notification is
/// named by its event and its recipient.
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
        for (user, payload) in recipients(&envelope.event, &names) {
            let new =
                NewNotification { id: self.environment.next_id(), user, payload, source: source.clone() };
            let notification = Notification::new(new, self.environment.now());
            match self.notifications.add(&notification).await? {
                AddNotification::Added => self.bus.publish(Signal::Notified { notification }).await,
                AddNotification::AlreadyThere => {}
            }
        }
        Ok(())
    }
}

impl Notify {
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
