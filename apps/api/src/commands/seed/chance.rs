//! Chance that repeats, so that everybody's demo world is the same one.

use std::ops::RangeInclusive;

/// A stream of numbers that look drawn by lot: `SplitMix64`, because it is a few lines that will give the
/// same numbers for ever. Good for a demo, not for secrets.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of the `number`th thing of a kind, which no other stream has any part in: adding a
    /// draw to one changes nothing elsewhere.
    pub fn of(kind: &str, number: u64) -> Self {
        let seed = kind.bytes().fold(SEED, |seed, byte| scramble(seed ^ u64::from(byte)));
        Self(scramble(seed ^ number))
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scramble(self.0)
    }

    /// A number of the range.
    pub fn between(&mut self, range: RangeInclusive<i64>) -> i64 {
        let (first, last) = range.into_inner();
        first.saturating_add_unsigned(self.draw() % (last.abs_diff(first) + 1))
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.draw().is_multiple_of(n)
    }

    /// One of the entries; there has to be one.
    #[expect(clippy::indexing_slicing, reason = "an index modulo the length is always within")]
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.position(from.len())]
    }

    /// A position in a list of that length.
    pub fn position(&mut self, length: usize) -> usize {
        let length = length.max(1);
        usize::try_from(self.draw() % length as u64).unwrap_or(0)
    }
}

/// Where every stream comes from. Another number would give another world.
const SEED: u64 = 20_310_506;
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

const fn scramble(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_and_differs_from_every_other() {
        let first_draws = |mut chance: Chance| [(); 4].map(|()| chance.draw());
        let streams = [("trip", 1), ("trip", 2), ("maker", 1), ("", 0)];
        let draws = streams.map(|(kind, number)| first_draws(Chance::of(kind, number)));
        assert_eq!(draws, streams.map(|(kind, number)| first_draws(Chance::of(kind, number))));
        for (position, draw) in draws.iter().enumerate() {
            assert!(draws.iter().skip(position + 1).all(|other| other != draw));
        }
    }

    #[test]
    fn every_number_of_a_range_is_drawn_and_no_other() {
        let mut chance = Chance::of("range", 0);
        let mut drawn: Vec<i64> = (0..1000).map(|_| chance.between(-2..=3)).collect();
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn, [-2, -1, 0, 1, 2, 3]);
        assert_eq!(chance.between(7..=7), 7);
    }
}
