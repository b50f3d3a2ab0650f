//! The room of a confirmed plan, and what is written there.

use anyhow::Context;
use chat::{MessageContent, NewMessage, Room, RoomFacts};
use chrono::TimeDelta;
use kernel::{Role, Timestamp, UserId};
use plan::Plan;
use quote::Quote;

use super::calendar::WorldDay;
use super::chance::Chance;
use super::moment::Moment;
use super::words::Language;
use super::words::talk::{Script, script};

/// A conversation.
#[derive(Debug)]
pub struct Talk {
    /// The room as it was opened.
    pub room: Room,
    pub messages: Vec<NewMessage>,
    /// Up to which message each member has read.
    pub read: [(UserId, i64); 2],
    /// When the room is to be closed, after the messages.
    pub closed_at: Option<Timestamp>,
    script: &'static Script,
}

impl Talk {
    /// The room of the plan that was confirmed with `quote` at `at`, and how the two made their
    /// arrangements, if that is remembered on `day`. The dreamer has yet to read the last word.
    pub fn begin(
        plan: &Plan,
        quote: &Quote,
        language: Language,
        at: Timestamp,
        day: WorldDay,
        chance: &mut Chance,
    ) -> anyhow::Result<Self> {
        let facts = RoomFacts {
            id: Moment::new(at, chance).id(),
            plan: plan.id(),
            dreamer: plan.dreamer(),
            maker: quote.maker(),
            plan_title: plan.title().as_str().to_owned(),
            trip_date: plan.trip_date(),
            price: quote.price(),
        };
        let room = Room::open(facts, at);
        let read = room.members().map(|member| (member, 0));
        let script = script(language, chance);
        let mut talk = Self { room, messages: Vec::new(), read, closed_at: None, script };
        if !day.remembers(at) {
            return Ok(talk);
        }
        talk.write(script.before, at, chance)?;
        let [(_, dreamer), (_, maker)] = &mut talk.read;
        *maker = i64::try_from(talk.messages.len())?;
        *dreamer = *maker - 1;
        Ok(talk)
    }

    /// What they say after the trip, in the evening of its day, until the room is closed. All is read.
    /// An empty room is closed from the beginning, since nothing has to be written to it.
    pub fn end(&mut self, at: Timestamp, chance: &mut Chance) -> anyhow::Result<()> {
        if self.messages.is_empty() {
            self.room.deactivate(at);
            return Ok(());
        }
        let evening = self.room.facts().trip_date.midnight() + TimeDelta::hours(20);
        self.write(self.script.after, evening, chance)?;
        let all = i64::try_from(self.messages.len())?;
        self.read = self.room.members().map(|member| (member, all));
        self.closed_at = Some(at);
        Ok(())
    }

    fn write(&mut self, lines: &[(Role, &str)], after: Timestamp, chance: &mut Chance) -> anyhow::Result<()> {
        let [dreamer, maker] = self.room.members();
        let mut at = after;
        for (speaker, text) in lines {
            at += TimeDelta::seconds(chance.between(40..=2400));
            let moment = Moment::new(at, chance);
            self.messages.push(NewMessage {
                id: moment.id(),
                room: self.room.id(),
                sender: match speaker {
                    Role::Dreamer => dreamer,
                    Role::Maker => maker,
                },
                content: MessageContent::Text((*text).try_into().context("a line of a script")?),
                // So that a world that is made again repeats no message.
                client_message_id: Some(moment.id()),
                at,
            });
        }
        Ok(())
    }
}
