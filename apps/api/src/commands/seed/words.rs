//! What the people of the demo world say, in Korean and in English.

pub mod people;
pub mod places;
pub mod talk;
pub mod trips;

use super::chance::Chance;

/// The language that somebody writes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Korean,
    English,
}

impl Language {
    /// One in three people writes English.
    pub const fn of(number: u32) -> Self {
        if number % 3 == 2 { Self::English } else { Self::Korean }
    }
}

/// Several ways of saying something, in either language.
#[derive(Debug)]
pub struct Phrases {
    pub korean: &'static [&'static str],
    pub english: &'static [&'static str],
}

impl Phrases {
    /// One of them.
    pub fn pick(&self, language: Language, chance: &mut Chance) -> &'static str {
        let all = match language {
            Language::Korean => self.korean,
            Language::English => self.english,
        };
        chance.pick::<&'static str>(all)
    }
}

/// One phrase of each, as a paragraph.
pub fn paragraph(parts: &[&Phrases], language: Language, chance: &mut Chance) -> String {
    let sentences: Vec<_> = parts.iter().map(|phrases| phrases.pick(language, chance)).collect();
    sentences.join(" ")
}
