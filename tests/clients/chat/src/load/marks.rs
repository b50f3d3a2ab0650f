//! Which numbers there have been.

/// A set of small numbers.
#[derive(Debug, Default)]
pub struct Marks(Vec<u64>);

impl Marks {
    /// Whether the number is new.
    pub fn add(&mut self, number: u32) -> bool {
        let (word, bit) = ((number / 64) as usize, 1 << (number % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let Some(word) = self.0.get_mut(word) else { return false };
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Whether the number is there.
    pub fn has(&self, number: u32) -> bool {
        self.0.get((number / 64) as usize).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// How many there are that the other set doesn't have.
    pub fn without(&self, other: &Self) -> u64 {
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        self.0.iter().zip(others).map(|(own, other)| u64::from((own & !other).count_ones())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_know_what_they_hold_and_what_others_lack() {
        let (mut some, mut others) = (Marks::default(), Marks::default());
        for number in [0, 63, 64, 1000] {
            assert!(!some.has(number) && some.add(number));
            assert!(some.has(number) && !some.add(number));
        }
        assert_eq!(some.without(&others), 4);
        others.add(63);
        assert_eq!((some.without(&others), others.without(&some)), (3, 0));
    }
}
