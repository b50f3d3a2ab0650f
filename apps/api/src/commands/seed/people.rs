//! The people of the demo world. Who they are follows from their number alone.

use anyhow::Context;
use chrono::TimeDelta;
use kernel::enums::Named;
use kernel::{ProfileImage, Role, ServiceArea, Timestamp, TripType, UserId};
use user::{
    Choices, Credentials, DreamerProfile, Email, MakerProfile, NewUser, PasswordHash, Profile,
    ProfileDetails, User,
};

use super::calendar::WorldDay;
use super::chance::Chance;
use super::moment::Moment;
use super::words::{Language, paragraph, people, places};

/// Somebody with a demo account.
#[derive(Debug)]
pub struct Person {
    /// From 1, for each role.
    pub number: u32,
    pub role: Role,
    pub id: UserId,
    pub nick_name: String,
    /// Where a maker guides, or a dreamer likes to go; the first is home.
    pub areas: Vec<ServiceArea>,
    pub language: Language,
    joined: Timestamp,
}

/// From one home to the next areas that a maker serves: each area is served by as many makers as live in
/// it, times this.
const STEPS_FROM_HOME: [usize; 4] = [0, 1, 5, 9];

/// The log-in of the `number`th of that role.
pub fn email(role: Role, number: u32) -> String {
    let role = match role {
        Role::Dreamer => "dreamer",
        Role::Maker => "maker",
    };
    format!("{role}{number}@goforme.example")
}

impl Person {
    /// The `number`th dreamer.
    pub fn dreamer(day: WorldDay, number: u32) -> Self {
        let mut chance = Chance::of("dreamer", number.into());
        let language = Language::of(number);
        let mood = people::MOODS.pick(language, &mut chance);
        let nick_name = format!("{mood}{}{number}", people::ANIMALS.pick(language, &mut chance));
        let areas = (0..3).map(|_| *chance.pick(ServiceArea::ALL)).collect();
        Self::new(day, Role::Dreamer, number, nick_name, areas, &mut chance)
    }

    /// The `number`th maker. One in 17 lives in each area.
    pub fn maker(day: WorldDay, number: u32) -> Self {
        let mut chance = Chance::of("maker", number.into());
        let language = Language::of(number);
        let from_home = ServiceArea::ALL.iter().cycle().skip(number.saturating_sub(1) as usize);
        let areas: Vec<_> =
            STEPS_FROM_HOME.iter().filter_map(|step| from_home.clone().nth(*step).copied()).collect();
        let home = areas.first().map_or("", |home| places::name(*home, language));
        let nick_name = format!("{home}{}{number}", people::GUIDES.pick(language, &mut chance));
        Self::new(day, Role::Maker, number, nick_name, areas, &mut chance)
    }

    fn new(
        day: WorldDay,
        role: Role,
        number: u32,
        nick_name: String,
        areas: Vec<ServiceArea>,
        chance: &mut Chance,
    ) -> Self {
        // The first dreamer founds the world; the others follow, one a minute.
        let joined = day.founded() + TimeDelta::minutes(i64::from(number.saturating_sub(1)));
        let id = Moment::new(joined, chance).id();
        Self { number, role, id, nick_name, areas, language: Language::of(number), joined }
    }

    /// Their account, with the password behind `hash`.
    pub fn register(&self, hash: &PasswordHash) -> anyhow::Result<(User, Profile)> {
        let mut chance = Chance::of("profile", self.id.to_uuid().as_u64_pair().1);
        let new = NewUser {
            id: self.id,
            nick_name: self.nick_name.as_str().try_into()?,
            phone_number: format!("010-{:04}-{:04}", chance.between(1000..=9999), self.number % 10_000)
                .try_into()?,
            credentials: Credentials::Password {
                email: Email::try_from(email(self.role, self.number))?,
                hash: hash.clone(),
            },
            profile: match self.role {
                Role::Dreamer => ProfileDetails::Dreamer(self.dreamer_profile(&mut chance)?),
                Role::Maker => ProfileDetails::Maker(self.maker_profile(&mut chance)?),
            },
        };
        Ok(User::register(new, self.joined))
    }

    fn dreamer_profile(&self, chance: &mut Chance) -> anyhow::Result<DreamerProfile> {
        Ok(DreamerProfile {
            image: *chance.pick(ProfileImage::ALL),
            service_area: Choices::try_from(self.areas.clone())?,
            trip_types: some_trip_types(chance)?,
        })
    }

    fn maker_profile(&self, chance: &mut Chance) -> anyhow::Result<MakerProfile> {
        let (home, language) = (*self.areas.first().context("a maker has a home")?, self.language);
        let at_home = |text: String| text.replace("{area}", places::name(home, language));
        let detail = paragraph(&[&people::BACKGROUNDS, &people::WAYS], language, chance);
        Ok(MakerProfile {
            image: *chance.pick(ProfileImage::ALL),
            service_area: Choices::try_from(self.areas.clone())?,
            service_types: some_trip_types(chance)?,
            gallery: format!("https://gallery.goforme.example/maker{}", self.number).try_into()?,
            description: at_home(people::DESCRIPTIONS.pick(language, chance).to_owned()).try_into()?,
            detail_description: at_home(detail).try_into()?,
        })
    }
}

/// Two to four kinds of trips.
fn some_trip_types(chance: &mut Chance) -> anyhow::Result<Choices<TripType>> {
    let (first, count) = (chance.position(TripType::ALL.len()), 2 + chance.position(3));
    let some: Vec<_> = TripType::ALL.iter().cycle().skip(first).take(count).copied().collect();
    Ok(Choices::try_from(some)?)
}
