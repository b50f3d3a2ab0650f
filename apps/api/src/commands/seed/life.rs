//! All that one dreamer has done.

use follow::Follow;

use super::chance::Chance;
use super::moment::Moment;
use super::people::Person;
use super::plot;
use super::purse::Purse;
use super::trip::{Trip, tell};
use super::world::World;

/// A dreamer's trips, in the order in which they are paid for, and whom they follow.
#[derive(Debug)]
pub struct Life {
    pub trips: Vec<Trip>,
    pub follows: Vec<Follow>,
}

impl Life {
    /// The life of that dreamer, which follows from their number and the day.
    pub fn of(world: &World, dreamer: &Person) -> anyhow::Result<Self> {
        let mut chance = Chance::of("life", dreamer.number.into());
        let plots = plot::of_dreamer(dreamer.number, world.day, &mut chance);
        let mut purse = Purse::default();
        let trips = plots.iter().zip(1..).map(|(plot, number)| {
            let chance = Chance::of("trip", (u64::from(dreamer.number) << 16) | number);
            tell(world, dreamer, plot, &mut purse, chance)
        });
        let trips = trips.collect::<anyhow::Result<_>>()?;
        Ok(Self { trips, follows: follows(world, dreamer, &mut chance) })
    }
}

/// Three to six makers who serve the dreamer's favourite area.
fn follows(world: &World, dreamer: &Person, chance: &mut Chance) -> Vec<Follow> {
    let Some(area) = dreamer.areas.first() else { return Vec::new() };
    let count = 3 + chance.position(4);
    let makers = world.makers_in(*area, count, chance);
    let begin = |maker: &Person| {
        let at = world.day.moment(chance.between(-300..=-1), chance.between(540..=1200));
        Follow::begin(Moment::new(at, chance).id(), dreamer.id, maker.id, at)
    };
    makers.into_iter().map(begin).collect()
}
