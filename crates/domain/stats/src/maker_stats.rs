//! The figures of one maker.

use kernel::UserId;

/// What a maker's card shows, exact: the average is kept as a sum and a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MakerStats {
    /// Whose statistics these are.
    pub maker: UserId,
    /// The ratings of all reviews, summed up.
    pub rating_sum: i64,
    /// How many reviews there are of them.
    pub total_reviews: i64,
    /// How many dreamers follow them.
    pub total_follows: i64,
    /// How many of their quotes were confirmed, whatever became of the plans.
    pub total_confirms: i64,
}

impl MakerStats {
    /// The statistics of a maker of whom nothing is known.
    pub const fn none(maker: UserId) -> Self {
        Self { maker, rating_sum: 0, total_reviews: 0, total_follows: 0, total_confirms: 0 }
    }

    /// The mean rating with one decimal, rounded half up; 0.0 without reviews. As JSON it has at most
    /// that one decimal (`4.7`, never `4.699999…`).
    pub fn average_rating(&self) -> f64 {
        let (sum, count) = (i128::from(self.rating_sum), i128::from(self.total_reviews));
        if count <= 0 {
            return 0.0;
        }
        // Exact in integers: ⌊sum/count · 10 + 1/2⌋. The tenth of a small integer is the double
        // nearest to the decimal, and that is what prints as the decimal.
        let tenths = (20 * sum + count).div_euclid(2 * count);
        f64::from(i32::try_from(tenths).unwrap_or(i32::MAX)) / 10.0
    }
}
