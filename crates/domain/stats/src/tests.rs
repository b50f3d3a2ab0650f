//! The average rating against a model in exact fractions.

use kernel::IdGenerator;
use kernel::UserId;
use kernel::testing::CountingIds;
use proptest::prelude::*;

use crate::MakerStats;

fn someone() -> UserId {
    (&CountingIds::default() as &dyn IdGenerator).next()
}

fn rated(rating_sum: i64, total_reviews: i64) -> MakerStats {
    MakerStats { rating_sum, total_reviews, ..MakerStats::none(someone()) }
}

#[test]
fn without_reviews_the_average_is_zero() {
    assert_eq!(json(MakerStats::none(someone())), "0.0");
}

#[test]
fn halves_are_rounded_up() {
    // 17/4 = 4.25, 87/20 = 4.35 (whose nearest double lies below), 13/3 = 4.33…, 14/3 = 4.66…
    for (sum, count, shown) in
        [(17, 4, "4.3"), (87, 20, "4.4"), (13, 3, "4.3"), (14, 3, "4.7"), (5, 1, "5.0")]
    {
        assert_eq!(json(rated(sum, count)), shown, "{sum}/{count}");
    }
}

#[test]
fn sums_that_no_maker_will_ever_have_do_not_overflow() {
    assert_eq!(json(rated(i64::MAX, i64::MAX)), "1.0");
    assert_eq!(json(rated(i64::MAX, i64::MAX / 5 + 1)), "5.0");
}

/// The average as the API writes it.
fn json(stats: MakerStats) -> String {
    serde_json::to_string(&stats.average_rating()).unwrap()
}

proptest! {
    /// Of all decimals with one digit the one shown is the nearest to sum/count, and the upper one of two
    /// that are equally near; compared in fractions, by multiplying out.
    #[test]
    fn the_average_is_the_nearest_tenth(ratings in prop::collection::vec(1..=5i64, 1..400)) {
        let (sum, count) = (ratings.iter().sum::<i64>(), i64::try_from(ratings.len()).unwrap());
        let shown = json(rated(sum, count));
        let (units, tenth) = shown.split_once('.').unwrap();
        prop_assert_eq!(tenth.len(), 1);
        let tenths = 10 * units.parse::<i64>().unwrap() + tenth.parse::<i64>().unwrap();
        // tenths/10 - 1/20 <= sum/count < tenths/10 + 1/20
        prop_assert!((2 * tenths - 1) * count <= 20 * sum);
        prop_assert!(20 * sum < (2 * tenths + 1) * count);
    }
}
