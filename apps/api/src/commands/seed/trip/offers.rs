//! Until there are quotes to choose from.

use kernel::{Coconuts, Timestamp};
use notification::Payload;
use quote::{NewQuote, Quote};

use super::{Story, in_area, quotes_of};
use crate::commands::seed::moment::Moment;
use crate::commands::seed::people::Person;
use crate::commands::seed::plot::Ending;
use crate::commands::seed::words::{paragraph, trips};

impl Story<'_> {
    /// Half of the plans ask the first maker for a quote, who sends one. Open plans also ask somebody who
    /// has not answered yet, and some plans somebody who turns them down.
    pub(super) fn ask_makers(&mut self) -> anyhow::Result<()> {
        let makers = self.makers.clone();
        let mut makers = makers.into_iter();
        let first = makers.next().filter(|_| self.chance.one_in(2));
        let mut others = makers.skip(quotes_of(self.plot.ending) - 1);
        let silent = others.next().filter(|_| self.plot.ending == Ending::Open);
        let is_turned_down = self.plot.ending != Ending::Reviewed && self.chance.one_in(4);
        for maker in first.into_iter().chain(silent) {
            self.ask(maker)?;
        }
        if let Some(maker) = others.next().filter(|_| is_turned_down) {
            let asked = self.ask(maker)?;
            self.be_turned_down(maker, asked)?;
        }
        self.trip.posted = self.trip.plan.clone();
        Ok(())
    }

    fn ask(&mut self, maker: &Person) -> anyhow::Result<Timestamp> {
        let at = self.later(self.plot.posted, 5..=50);
        self.trip.plan.ask(self.dreamer.id, maker.id, &maker.areas, at)?;
        let nick_name = self.dreamer.nick_name.clone();
        let told = Payload::ArriveRequest { nick_name, trip_type: self.trip.plan.trip_type() };
        self.notices.tell([(maker.id, told)], at, &mut self.chance);
        Ok(at)
    }

    fn be_turned_down(&mut self, maker: &Person, asked: Timestamp) -> anyhow::Result<()> {
        let at = self.later(asked, 60..=1200);
        self.trip.plan.turn_down(maker.id, at)?;
        let (nick_name, plan_title) = (maker.nick_name.clone(), self.title());
        let told = Payload::RejectRequest { nick_name, plan_title };
        self.notices.tell([(self.dreamer.id, told)], at, &mut self.chance);
        Ok(())
    }

    /// Within two days, after the first makers were asked.
    pub(super) fn receive_quotes(&mut self) -> anyhow::Result<()> {
        for maker in self.makers.clone().into_iter().take(quotes_of(self.plot.ending)) {
            let at = self.later(self.plot.posted, 60..=2880);
            let quote = self.quote_of(maker, at)?;
            self.trip.quotes.push(quote);
            let nick_name = maker.nick_name.clone();
            let told = Payload::ArriveQuote { nick_name, trip_type: self.trip.plan.trip_type() };
            self.notices.tell([(self.dreamer.id, told)], at, &mut self.chance);
        }
        Ok(())
    }

    fn quote_of(&mut self, maker: &Person, at: Timestamp) -> anyhow::Result<Quote> {
        let (language, chance) = (maker.language, &mut self.chance);
        let content = paragraph(&[&trips::GREETINGS, &trips::OFFERS, &trips::TERMS], language, chance);
        let new = NewQuote {
            id: Moment::new(at, chance).id(),
            maker: maker.id,
            price: Coconuts::try_from(10 * chance.between(30..=300))?,
            content: in_area(&content, self.trip.plan.service_area(), language).try_into()?,
        };
        Ok(Quote::send(new, &self.trip.plan, at)?)
    }
}
