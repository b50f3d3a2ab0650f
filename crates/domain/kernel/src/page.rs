//! Which part of a list is wanted.

/// A page of a list: `number` from 1, `size` from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: u32,
    size: u32,
}

/// Why a page was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// `page` is off.
    #[error("must be a whole number from 1 to {max}", max = Page::MAX_NUMBER)]
    Number,
    /// `pageSize` is off.
    #[error("must be a whole number from 1 to {max}", max = Page::MAX_SIZE)]
    Size,
}

impl Page {
    /// The last page that can be asked for: beyond the end of any list, and `offset` can't overflow.
    pub const MAX_NUMBER: i64 = u32::MAX as i64;
    /// The most entries of a page.
    pub const MAX_SIZE: i64 = 100;

    /// The `number`th page of `size` entries.
    pub fn new(number: i64, size: i64) -> Result<Self, InvalidPage> {
        let in_range =
            |value: i64, max: i64| u32::try_from(value).ok().filter(|_| (1..=max).contains(&value));
        Ok(Self {
            number: in_range(number, Self::MAX_NUMBER).ok_or(InvalidPage::Number)?,
            size: in_range(size, Self::MAX_SIZE).ok_or(InvalidPage::Size)?,
        })
    }

    /// How many entries to skip.
    pub fn offset(self) -> i64 {
        i64::from(self.number - 1) * i64::from(self.size)
    }

    /// How many entries to answer at most.
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }
}

/// A page of a list, with the number of all entries that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOf<T> {
    /// All entries that match, not only those on this page.
    pub total: i64,
    /// The entries of this page.
    pub list: Vec<T>,
}

impl<T> PageOf<T> {
    /// The same page with every entry turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> PageOf<U> {
        PageOf { total: self.total, list: self.list.into_iter().map(f).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let (first, second) = (Page::new(1, 7).unwrap(), Page::new(2, 7).unwrap());
        assert_eq!((first.offset(), first.limit(), second.offset()), (0, 7, 7));
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for number in [0, -1, i64::MIN, i64::MAX, Page::MAX_NUMBER + 1] {
            assert_eq!(Page::new(number, 5), Err(InvalidPage::Number));
        }
        for size in [0, -1, 101, i64::MAX] {
            assert_eq!(Page::new(1, size), Err(InvalidPage::Size));
        }
    }
}
