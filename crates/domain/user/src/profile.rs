//! What users show of themselves: dreamers their tastes, makers their offer.

use kernel::enums::Named;
use kernel::{ProfileImage, Role, ServiceArea, Text, Timestamp, TripType};

/// A link to a maker's photographs, or a text in place of one.
pub type Gallery = Text<2048>;

/// A maker in a sentence or two.
pub type Description = Text<500>;

/// A maker at length.
pub type DetailDescription = Text<5000>;

/// One or more of a closed set, each once, in the order in which they were chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices<E>(Vec<E>);

/// An empty list where something has to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have at least one entry")]
pub struct NothingChosen;

impl<E> Choices<E> {
    /// What was chosen, in order.
    pub fn as_slice(&self) -> &[E] {
        &self.0
    }

    /// What was chosen, in order, owned.
    pub fn into_vec(self) -> Vec<E> {
        self.0
    }
}

/// Repetitions are dropped, so there are never more entries than the set has.
impl<E: Named + PartialEq> TryFrom<Vec<E>> for Choices<E> {
    type Error = NothingChosen;

    fn try_from(listed: Vec<E>) -> Result<Self, NothingChosen> {
        let mut chosen = Vec::with_capacity(listed.len().min(E::ALL.len()));
        for entry in listed {
            if !chosen.contains(&entry) {
                chosen.push(entry);
            }
        }
        if chosen.is_empty() { Err(NothingChosen) } else { Ok(Self(chosen)) }
    }
}

/// What a dreamer shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DreamerProfile {
    /// The picture that stands for them.
    pub image: ProfileImage,
    /// Where they like to go.
    pub service_area: Choices<ServiceArea>,
    /// What they like to do there.
    pub trip_types: Choices<TripType>,
}

/// What a maker shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakerProfile {
    /// The picture that stands for them.
    pub image: ProfileImage,
    /// Where they guide; they see, and are asked about, plans in these areas only.
    pub service_area: Choices<ServiceArea>,
    /// What kinds of trips they guide.
    pub service_types: Choices<TripType>,
    /// Where their photographs are.
    pub gallery: Gallery,
    /// Themselves in short.
    pub description: Description,
    /// Themselves at length.
    pub detail_description: DetailDescription,
}

/// A profile's content: the kind of profile is the kind of user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileDetails {
    /// A dreamer's.
    Dreamer(DreamerProfile),
    /// A maker's.
    Maker(MakerProfile),
}

impl ProfileDetails {
    /// Whose profile this is.
    pub fn role(&self) -> Role {
        match self {
            Self::Dreamer(_) => Role::Dreamer,
            Self::Maker(_) => Role::Maker,
        }
    }

    /// The picture that stands for the user.
    pub fn image(&self) -> ProfileImage {
        match self {
            Self::Dreamer(profile) => profile.image,
            Self::Maker(profile) => profile.image,
        }
    }
}

/// A user's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    details: ProfileDetails,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// New values for some fields of a profile. Those that the profile's kind does not have are ignored, as
/// the contract has it for all unknown fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileUpdate {
    /// For both kinds.
    pub image: Option<ProfileImage>,
    /// For both kinds.
    pub service_area: Option<Choices<ServiceArea>>,
    /// For dreamers.
    pub trip_types: Option<Choices<TripType>>,
    /// For makers.
    pub service_types: Option<Choices<TripType>>,
    /// For makers.
    pub gallery: Option<Gallery>,
    /// For makers.
    pub description: Option<Description>,
    /// For makers.
    pub detail_description: Option<DetailDescription>,
}

impl Profile {
    /// The profile with which somebody signs up.
    pub fn new(details: ProfileDetails, at: Timestamp) -> Self {
        Self { details, created_at: at, updated_at: at }
    }

    /// The profile that a store kept.
    pub fn restore(details: ProfileDetails, created_at: Timestamp, updated_at: Timestamp) -> Self {
        Self { details, created_at, updated_at }
    }

    /// Overwrites the fields that are given. If nothing comes out different, `updated_at` stays.
    pub fn update(&mut self, update: ProfileUpdate, at: Timestamp) {
        let before = self.details.clone();
        match &mut self.details {
            ProfileDetails::Dreamer(profile) => {
                replace(&mut profile.image, update.image);
                replace(&mut profile.service_area, update.service_area);
                replace(&mut profile.trip_types, update.trip_types);
            }
            ProfileDetails::Maker(profile) => {
                replace(&mut profile.image, update.image);
                replace(&mut profile.service_area, update.service_area);
                replace(&mut profile.service_types, update.service_types);
                replace(&mut profile.gallery, update.gallery);
                replace(&mut profile.description, update.description);
                replace(&mut profile.detail_description, update.detail_description);
            }
        }
        if self.details != before {
            self.updated_at = at;
        }
    }

    /// What it shows.
    pub fn details(&self) -> &ProfileDetails {
        &self.details
    }

    /// When its user signed up.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When it last changed.
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

fn replace<T>(field: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *field = new;
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Clock, testing::FakeClock};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{a_dreamer, a_maker, now};

    fn later() -> Timestamp {
        FakeClock::at("2031-01-16T03:00:00Z").now()
    }

    #[test]
    fn choices_keep_their_order_and_drop_repetitions() {
        use ServiceArea::{Busan, Jeju, Seoul};
        let chosen = Choices::try_from(vec![Jeju, Seoul, Jeju, Busan, Seoul]).unwrap();
        assert_eq!(chosen.as_slice(), [Jeju, Seoul, Busan]);
        assert_eq!(Choices::<ServiceArea>::try_from(vec![]), Err(NothingChosen));
    }

    #[test]
    fn an_update_overwrites_what_it_has_and_nothing_else() {
        let (_, mut profile) = a_maker();
        let ProfileDetails::Maker(before) = profile.details().clone() else { panic!("no maker") };
        let description: Description = "골목 전문".try_into().unwrap();
        let update = ProfileUpdate { description: Some(description.clone()), ..ProfileUpdate::default() };
        profile.update(update, later());
        assert_eq!(profile.details(), &ProfileDetails::Maker(MakerProfile { description, ..before }));
        assert_eq!((profile.created_at(), profile.updated_at()), (now(), later()));
    }

    #[test]
    fn fields_of_the_other_kind_are_ignored() {
        let (_, mut dreamer) = a_dreamer();
        let (_, mut maker) = a_maker();
        let before = (dreamer.clone(), maker.clone());
        let types = || Choices::try_from(vec![TripType::Festival]).ok();
        dreamer.update(
            ProfileUpdate {
                service_types: types(),
                gallery: "g".try_into().ok(),
                description: "d".try_into().ok(),
                detail_description: "dd".try_into().ok(),
                ..ProfileUpdate::default()
            },
            later(),
        );
        maker.update(ProfileUpdate { trip_types: types(), ..ProfileUpdate::default() }, later());
        assert_eq!((dreamer, maker), before);
    }

    proptest! {
        #[test]
        fn choices_hold_each_entry_once_and_are_never_more_than_there_are(
            indices in proptest::collection::vec(0..ServiceArea::ALL.len(), 1..100),
        ) {
            let listed: Vec<_> = indices.into_iter().map(|index| ServiceArea::ALL[index]).collect();
            let chosen = Choices::try_from(listed.clone()).unwrap();
            prop_assert!(chosen.as_slice().len() <= ServiceArea::ALL.len());
            for area in &listed {
                prop_assert_eq!(chosen.as_slice().iter().filter(|kept| *kept == area).count(), 1);
            }
            prop_assert_eq!(Choices::try_from(chosen.clone().into_vec()), Ok(chosen));
        }
    }
}
