//! The story of one trip, told by the domain's own transitions: so nothing can come out of it that could
//! not have happened.

use std::ops::RangeInclusive;

use chrono::TimeDelta;
use kernel::enums::Named;
use kernel::{ServiceArea, Timestamp, TripType};
use notification::Notification;
use plan::{NewPlan, Plan};
use point::Transfer;
use quote::Quote;
use review::Review;

use super::chance::Chance;
use super::moment::Moment;
use super::notices::Notices;
use super::people::Person;
use super::plot::{Ending, Plot};
use super::purse::{Purchase, Purse};
use super::talk::Talk;
use super::words::{Language, paragraph, places, trips};
use super::world::World;

mod deal;
mod offers;

/// All that there is to store of a trip.
#[derive(Debug)]
pub struct Trip {
    /// The plan when the makers were asked, and nobody had sent a quote.
    pub posted: Plan,
    /// The plan as it is on the day of the world.
    pub plan: Plan,
    pub quotes: Vec<Quote>,
    pub purchase: Option<Purchase>,
    /// What moved for this trip, in order.
    pub transfers: Vec<Transfer>,
    pub review: Option<Review>,
    pub talk: Option<Talk>,
    pub notifications: Vec<Notification>,
}

/// Tells the trip of that plot.
pub fn tell(
    world: &World,
    dreamer: &Person,
    plot: &Plot,
    purse: &mut Purse,
    chance: Chance,
) -> anyhow::Result<Trip> {
    let mut story = Story::begin(world, dreamer, plot, chance)?;
    story.ask_makers()?;
    story.receive_quotes()?;
    match plot.ending {
        Ending::Open => {}
        Ending::Missed => story.trip.plan.expire(plot.trip_date, plot.trip_date.midnight())?,
        Ending::Agreed => story.confirm(purse)?,
        Ending::Over => {
            story.confirm(purse)?;
            story.complete()?;
        }
        Ending::Reviewed => {
            story.confirm(purse)?;
            let completed = story.complete()?;
            story.review(completed)?;
        }
    }
    Ok(Trip { notifications: story.notices.into_told(), ..story.trip })
}

/// A trip as far as it has been told.
struct Story<'a> {
    world: &'a World,
    dreamer: &'a Person,
    plot: &'a Plot,
    chance: Chance,
    /// Those who send quotes, in the order of the quotes, then two others.
    makers: Vec<&'a Person>,
    /// Which of the quotes is confirmed.
    chosen: usize,
    notices: Notices,
    trip: Trip,
}

impl<'a> Story<'a> {
    fn begin(
        world: &'a World,
        dreamer: &'a Person,
        plot: &'a Plot,
        mut chance: Chance,
    ) -> anyhow::Result<Self> {
        let plan = post(dreamer, plot, &mut chance)?;
        let quotes = quotes_of(plot.ending);
        let trip = Trip {
            posted: plan.clone(),
            plan,
            quotes: Vec::new(),
            purchase: None,
            transfers: Vec::new(),
            review: None,
            talk: None,
            notifications: Vec::new(),
        };
        Ok(Self {
            makers: world.makers_in(trip.plan.service_area(), quotes + 2, &mut chance),
            chosen: chance.position(quotes),
            notices: Notices::new(world.day),
            world,
            dreamer,
            plot,
            chance,
            trip,
        })
    }

    fn title(&self) -> String {
        self.trip.plan.title().as_str().to_owned()
    }

    /// Some time after `earlier`, by so many minutes.
    fn later(&mut self, earlier: Timestamp, minutes: RangeInclusive<i64>) -> Timestamp {
        let (first, last) = minutes.into_inner();
        earlier + TimeDelta::milliseconds(self.chance.between(first * 60_000..=last * 60_000))
    }
}

/// How many quotes such a trip gets.
const fn quotes_of(ending: Ending) -> usize {
    match ending {
        Ending::Reviewed => 1,
        Ending::Open | Ending::Agreed | Ending::Over | Ending::Missed => 4,
    }
}

fn post(dreamer: &Person, plot: &Plot, chance: &mut Chance) -> anyhow::Result<Plan> {
    let (language, trip_type) = (dreamer.language, *chance.pick(TripType::ALL));
    let areas = if chance.one_in(2) { &dreamer.areas } else { ServiceArea::ALL };
    let area = *chance.pick(areas);
    let title = trips::titles(trip_type).pick(language, chance);
    let details = paragraph(&[&trips::COMPANY, &trips::WISHES, &trips::CONCERNS], language, chance);
    let new = NewPlan {
        id: Moment::new(plot.posted, chance).id(),
        dreamer: dreamer.id,
        title: in_area(title, area, language).try_into()?,
        trip_date: plot.trip_date,
        trip_type,
        service_area: area,
        details: details.try_into()?,
        address: Some(trips::ADDRESSES.pick(language, chance).try_into()?),
    };
    Ok(Plan::post(new, plot.posted)?)
}

fn in_area(text: &str, area: ServiceArea, language: Language) -> String {
    text.replace("{area}", places::name(area, language))
}
