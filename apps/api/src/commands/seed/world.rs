//! The size of the demo world, and who lives in it.

use kernel::ServiceArea;

use super::calendar::WorldDay;
use super::chance::Chance;
use super::people::Person;

/// The world as of one day, at one scale.
#[derive(Debug)]
pub struct World {
    pub day: WorldDay,
    pub scale: u32,
    makers: Vec<Person>,
}

impl World {
    /// Dreamers at scale 1.
    const DREAMERS: u32 = 10;
    /// Two makers live in each area even at scale 1, so that eight serve each.
    const FEWEST_MAKERS: u32 = 34;
    /// Makers at scale 1, if that were not too few for all areas.
    const MAKERS: u32 = 10;

    /// That world, with its makers.
    pub fn new(day: WorldDay, scale: u32) -> Self {
        let makers = (1..=Self::count_of_makers(scale)).map(|number| Person::maker(day, number)).collect();
        Self { day, scale, makers }
    }

    /// How many dreamers there are.
    pub const fn count_of_dreamers(scale: u32) -> u32 {
        Self::DREAMERS * scale
    }

    /// How many makers there are.
    pub const fn count_of_makers(scale: u32) -> u32 {
        let makers = Self::MAKERS * scale;
        if makers < Self::FEWEST_MAKERS { Self::FEWEST_MAKERS } else { makers }
    }

    /// The dreamers, made one by one.
    pub fn dreamers(&self) -> impl Iterator<Item = Person> + use<> {
        let day = self.day;
        (1..=Self::count_of_dreamers(self.scale)).map(move |number| Person::dreamer(day, number))
    }

    /// The makers.
    pub fn makers(&self) -> &[Person] {
        &self.makers
    }

    /// `count` makers who serve the area, by chance (all of them, if there are fewer).
    pub fn makers_in(&self, area: ServiceArea, count: usize, chance: &mut Chance) -> Vec<&Person> {
        let local: Vec<_> = self.makers.iter().filter(|maker| maker.areas.contains(&area)).collect();
        let first = chance.position(local.len());
        local.iter().cycle().skip(first).take(count.min(local.len())).copied().collect()
    }
}
