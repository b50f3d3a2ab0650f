//! The closed sets of names that several domains, the API and the stores speak of. Their spelling is
//! fixed by the contract: the same on the wire and in the stores.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that is none of an enum's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown value; expected one of{expected}")]
pub struct UnknownName {
    /// The names that would have been understood.
    pub expected: &'static str,
}

/// An enum whose variants have fixed names on the wire and in the stores; made by `named_enum!`.
pub trait Named: Copy + Sized + 'static {
    /// Every variant, in the order in which the contract lists (and sorts) them.
    const ALL: &'static [Self];
    /// All names, for messages.
    const NAMES: &'static str;

    /// The name of this variant.
    fn as_str(self) -> &'static str;

    /// The variant of that name.
    fn parse(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .iter()
            .copied()
            .find(|variant| variant.as_str() == name)
            .ok_or(UnknownName { expected: Self::NAMES })
    }
}

/// For `serde(with)`-free impls of the enums below.
#[doc(hidden)]
pub fn serialize<E: Named, S: Serializer>(value: E, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_str().serialize(serializer)
}

#[doc(hidden)]
pub fn deserialize<'de, E: Named, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    E::parse(&name).map_err(de::Error::custom)
}

/// Declares an enum with its names: `Named`, `FromStr`, `Display` and serde in one place.
#[macro_export]
macro_rules! named_enum {
    ($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $crate::enums::Named for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const NAMES: &'static str = concat!($(" ", $text),+);

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::enums::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                <Self as $crate::enums::Named>::parse(name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::enums::Named::as_str(*self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::enums::serialize(*self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::enums::deserialize(deserializer)
            }
        }
    };
}

named_enum! {
    /// What an account is for. It never changes.
    pub enum Role {
        /// Posts travel plans and pays for them.
        Dreamer = "DREAMER",
        /// A local guide, who quotes on plans.
        Maker = "MAKER",
    }
}

named_enum! {
    /// What kind of trip a plan is.
    pub enum TripType {
        FoodTour = "FOOD_TOUR",
        Shopping = "SHOPPING",
        Relaxation = "RELAXATION",
        Culture = "CULTURE",
        Activity = "ACTIVITY",
        Festival = "FESTIVAL",
    }
}

named_enum! {
    /// The region of Korea a plan is in, or a maker serves.
    pub enum ServiceArea {
        Seoul = "SEOUL",
        Busan = "BUSAN",
        Incheon = "INCHEON",
        Daegu = "DAEGU",
        Daejeon = "DAEJEON",
        Gwangju = "GWANGJU",
        Ulsan = "ULSAN",
        Sejong = "SEJONG",
        Gyeonggi = "GYEONGGI",
        Gangwon = "GANGWON",
        Chungbuk = "CHUNGBUK",
        Chungnam = "CHUNGNAM",
        Jeonbuk = "JEONBUK",
        Jeonnam = "JEONNAM",
        Gyeongbuk = "GYEONGBUK",
        Gyeongnam = "GYEONGNAM",
        Jeju = "JEJU",
    }
}

named_enum! {
    /// The picture that stands for a user.
    pub enum ProfileImage {
        Default1 = "DEFAULT_1",
        Default2 = "DEFAULT_2",
        Default3 = "DEFAULT_3",
        Default4 = "DEFAULT_4",
    }
}

named_enum! {
    /// Where a plan is in its life; in the order in which lists sort by status.
    pub enum PlanStatus {
        Pending = "PENDING",
        Confirmed = "CONFIRMED",
        Completed = "COMPLETED",
        Overdue = "OVERDUE",
    }
}

named_enum! {
    /// Why coconuts moved, seen from a user's account.
    pub enum PointEvent {
        /// Bought with money.
        Charge = "CHARGE",
        /// Put into escrow for a confirmed quote.
        Spend = "SPEND",
        /// Paid out of escrow to the maker of a completed trip.
        Earn = "EARN",
        /// Gone to the outside world.
        Withdraw = "WITHDRAW",
        /// Come back out of escrow.
        Refund = "REFUND",
    }
}

named_enum! {
    /// Who vouches for a user's identity.
    pub enum OAuthProvider {
        /// We do, by a password.
        Local = "LOCAL",
        Google = "GOOGLE",
        Kakao = "KAKAO",
        Naver = "NAVER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_as_the_same_variant() {
        for area in ServiceArea::ALL {
            assert_eq!(area.as_str().parse(), Ok(*area));
            let json = serde_json::to_string(area).unwrap();
            assert_eq!(serde_json::from_str::<ServiceArea>(&json).unwrap(), *area);
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let refused = "seoul".parse::<Role>().unwrap_err();
        assert_eq!(refused.to_string(), "unknown value; expected one of DREAMER MAKER");
    }

    #[test]
    fn plan_statuses_sort_in_the_order_of_the_contract() {
        use PlanStatus::{Completed, Confirmed, Overdue, Pending};
        let mut all = vec![Overdue, Completed, Pending, Confirmed];
        all.sort();
        assert_eq!(all, [Pending, Confirmed, Completed, Overdue]);
    }
}
