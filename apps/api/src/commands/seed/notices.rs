//! What everybody was told of.

use chrono::TimeDelta;
use kernel::{EventId, PlanId, Timestamp, UserId};
use notification::{NewNotification, Notification, Payload};

use super::calendar::WorldDay;
use super::chance::Chance;
use super::moment::Moment;

/// The notifications of one trip that the world remembers. Those that are more than a week old have been
/// read.
#[derive(Debug)]
pub struct Notices {
    day: WorldDay,
    told: Vec<Notification>,
}

impl Notices {
    /// None so far.
    pub fn new(day: WorldDay) -> Self {
        Self { day, told: Vec::new() }
    }

    /// One event, of which each of them is told.
    pub fn tell(
        &mut self,
        recipients: impl IntoIterator<Item = (UserId, Payload)>,
        at: Timestamp,
        chance: &mut Chance,
    ) {
        let moment = Moment::new(at, chance);
        let event: EventId = moment.id();
        self.add(recipients, &event.to_string(), &moment);
    }

    /// The reminder on the day before. Named after the plan, as the daily schedule names it, which
    /// therefore sends none of these again.
    pub fn remind(&mut self, members: [UserId; 2], plan: PlanId, title: &str, moment: &Moment) {
        let remind = |user| (user, Payload::Schedule { plan_title: title.to_owned() });
        self.add(members.map(remind), &format!("trip-tomorrow:{plan}"), moment);
    }

    fn add(
        &mut self,
        recipients: impl IntoIterator<Item = (UserId, Payload)>,
        source: &str,
        moment: &Moment,
    ) {
        if !self.day.remembers(moment.at()) {
            return;
        }
        let is_read = moment.at() < self.day.day(-7).midnight();
        for (user, payload) in recipients {
            let new = NewNotification { id: moment.id(), user, payload, source: source.to_owned() };
            let mut notification = Notification::new(new, moment.at());
            if is_read {
                notification.mark_read(moment.at() + TimeDelta::hours(1));
            }
            self.told.push(notification);
        }
    }

    /// All of them.
    pub fn into_told(self) -> Vec<Notification> {
        self.told
    }
}
