//! From the choice of a quote to the review of the trip.

use anyhow::Context;
use kernel::Timestamp;
use notification::Payload;
use plan::COMPLETES_AFTER_DAYS;
use point::Transfer;
use quote::Quote;
use review::{NewReview, Rating, Review};

use super::Story;
use crate::commands::seed::moment::Moment;
use crate::commands::seed::plot::Ending;
use crate::commands::seed::purse::Purse;
use crate::commands::seed::talk::Talk;
use crate::commands::seed::words::trips;

/// As people rate: mostly well.
const RATINGS: [i64; 15] = [5, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 2, 1];

impl Story<'_> {
    /// On the third or fourth day: the price goes into escrow, the room opens, and everybody is told.
    pub(super) fn confirm(&mut self, purse: &mut Purse) -> anyhow::Result<()> {
        let at = self.later(self.plot.posted, 2940..=5700);
        let (trip, chance, dreamer) = (&mut self.trip, &mut self.chance, self.dreamer);
        let quote = trip.quotes.get_mut(self.chosen).context("a trip has quotes")?;
        trip.purchase = purse.spend(quote.price(), dreamer, at, chance)?;
        quote.confirm(dreamer.id, &mut trip.plan, at)?;
        let moment = Moment::new(at, chance);
        trip.transfers.push(Transfer::escrow(&moment, quote.id(), dreamer.id, quote.price(), at));
        trip.talk = Some(Talk::begin(&trip.plan, quote, dreamer.language, at, self.world.day, chance)?);
        self.tell_of_confirmation(at);
        self.remind();
        Ok(())
    }

    fn tell_of_confirmation(&mut self, at: Timestamp) {
        let (mut told, mut host) = (Vec::new(), String::new());
        for (position, maker) in self.makers.iter().take(self.trip.quotes.len()).enumerate() {
            let nick_name = self.dreamer.nick_name.clone();
            let payload = if position == self.chosen {
                host.clone_from(&maker.nick_name);
                Payload::ConfirmRequest { nick_name }
            } else {
                Payload::RejectQuote { nick_name, plan_title: self.title() }
            };
            told.push((maker.id, payload));
        }
        told.push((self.dreamer.id, Payload::ConfirmQuote { nick_name: host }));
        self.notices.tell(told, at, &mut self.chance);
    }

    /// The schedule reminds both members at the beginning of the day before the trip.
    fn remind(&mut self) {
        let at = self.plot.trip_date.minus_days(1).midnight();
        if at > self.world.day.midnight() {
            return;
        }
        let Some(maker) = self.makers.get(self.chosen) else { return };
        let moment = Moment::new(at, &mut self.chance);
        self.notices.remind([self.dreamer.id, maker.id], self.trip.plan.id(), &self.title(), &moment);
    }

    /// Three dreamers in four say that the trip is over; for the others the schedule does, a week later.
    /// The escrow goes to the maker. Answers when.
    pub(super) fn complete(&mut self) -> anyhow::Result<Timestamp> {
        let trip_date = self.plot.trip_date;
        let at = if self.plot.ending == Ending::Reviewed && self.chance.one_in(4) {
            let due = trip_date.plus_days(COMPLETES_AFTER_DAYS);
            self.trip.plan.complete_when_due(due, due.midnight())?;
            due.midnight()
        } else {
            let at = self.later(trip_date.plus_days(1).midnight(), 480..=4000);
            self.trip.plan.complete(self.dreamer.id, at)?;
            at
        };
        let quote = self.trip.quotes.get(self.chosen).context("a trip has quotes")?;
        let moment = Moment::new(at, &mut self.chance);
        self.trip.transfers.push(Transfer::pay_out(&moment, quote.id(), quote.maker(), quote.price(), at));
        if let Some(talk) = &mut self.trip.talk {
            talk.end(at, &mut self.chance)?;
        }
        Ok(at)
    }

    pub(super) fn review(&mut self, completed: Timestamp) -> anyhow::Result<()> {
        let at = self.later(completed, 30..=4000);
        let host = self.trip.quotes.get(self.chosen).map(Quote::maker).context("a trip has quotes")?;
        let rating = *self.chance.pick(&RATINGS);
        let new = NewReview {
            id: Moment::new(at, &mut self.chance).id(),
            writer: self.dreamer.id,
            owner: host,
            rating: Rating::try_from(rating)?,
            content: trips::verdicts(rating).pick(self.dreamer.language, &mut self.chance).try_into()?,
        };
        self.trip.review = Some(Review::write(new, &self.trip.plan, Some(host), at)?);
        Ok(())
    }
}
