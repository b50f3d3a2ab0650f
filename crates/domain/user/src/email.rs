//! E-mail addresses.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A text of the shape of an e-mail address. It is shown as its owner wrote it, but two that differ only
/// in letter case are equal: people don't remember how they wrote theirs.
#[derive(Clone)]
pub struct Email {
    given: String,
    folded: String,
}

/// A text that is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// The most characters that mail servers accept.
    pub const MAX_CHARS: usize = 254;

    /// The address as its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// The address in lower case: what stores keep unique and look up.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(given: String) -> Result<Self, InvalidEmail> {
        // Cheap first: nothing longer is looked at.
        if given.chars().nth(Self::MAX_CHARS).is_some() || !looks_like_an_address(&given) {
            return Err(InvalidEmail);
        }
        let folded = fold(&given);
        Ok(Self { given, folded })
    }
}

impl TryFrom<&str> for Email {
    type Error = InvalidEmail;

    fn try_from(given: &str) -> Result<Self, InvalidEmail> {
        given.to_owned().try_into()
    }
}

/// Letter by letter: `str::to_lowercase` treats a final sigma by what stands around it.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// `local@domain.tld`, without the quoting and comments that the standard allows and nobody uses.
fn looks_like_an_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    const MAX_BYTES: usize = 64;
    let is_allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= MAX_BYTES && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_allowed))
}

fn is_domain(domain: &str) -> bool {
    const MAX_LABEL_BYTES: usize = 63;
    let is_label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A last label of digits alone would be an IP address.
    let is_top_level = |label: &str| label.chars().count() >= 2 && !label.bytes().all(|b| b.is_ascii_digit());
    domain.split('.').all(is_label)
        && domain.rsplit_once('.').is_some_and(|(_, top_level)| is_top_level(top_level))
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

/// Redacted: addresses must not reach the logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_like_an_address_is_kept_as_given() {
        for good in [
            "a@b.kr",
            "Mina.Kim+trips@Example.co.kr",
            "o'brien@mail-1.example.com",
            "여행@예시.한국",
            "x@xn--9n2bp8q.xn--3e0b707e",
        ] {
            assert_eq!(Email::try_from(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn what_does_not_look_like_an_address_is_refused() {
        for bad in [
            "",
            "@",
            "mina",
            "mina@",
            "@b.kr",
            "mina@localhost",
            "mi na@b.kr",
            "mina@b.kr ",
            "a@b@c.kr",
            ".a@b.kr",
            "a.@b.kr",
            "a..b@b.kr",
            "a@.kr",
            "a@b..kr",
            "a@b.",
            "a@-b.kr",
            "a@b-.kr",
            "a@b.k",
            "a@127.0.0.1",
            "a@b.kr\n",
            "a\0@b.kr",
            "<a@b.kr>",
            "\"a\"@b.kr",
            "a@b_c.kr",
        ] {
            assert_eq!(Email::try_from(bad), Err(InvalidEmail), "{bad:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_characters() {
        let of_length = |length: usize| {
            let labels = format!("{0}.{0}.{0}.", "d".repeat(60));
            format!("{}@{labels}kr", "a".repeat(length - labels.len() - 3))
        };
        assert!(Email::try_from(of_length(240)).is_ok());
        let long_domain = format!("a@{}kr", "dd.".repeat(83));
        assert_eq!(long_domain.len(), 253);
        assert!(Email::try_from(format!("a{long_domain}")).is_ok());
        assert_eq!(Email::try_from(format!("aa{long_domain}")), Err(InvalidEmail));
    }

    #[test]
    fn letter_case_makes_no_difference_but_is_kept() {
        let (loud, quiet) = (Email::try_from("Mina@B.KR").unwrap(), Email::try_from("mina@b.kr").unwrap());
        assert_eq!(loud, quiet);
        assert_eq!((loud.as_str(), loud.folded()), ("Mina@B.KR", "mina@b.kr"));
    }

    #[test]
    fn an_address_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", Email::try_from("mina@b.kr").unwrap()).contains("mina"));
    }

    proptest! {
        #[test]
        fn any_text_is_accepted_or_refused_without_a_panic(text in "\\PC{0,40}@?\\PC{0,40}") {
            drop(Email::try_from(text));
        }

        #[test]
        fn folding_twice_is_folding_once(text in "[\\PC]{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn an_address_equals_itself_in_capitals(local in "[a-zåäö0-9.+]{1,12}", domain in "[a-z]{1,9}\\.[a-z]{2,4}") {
            let quiet = format!("x{}y@{domain}", local.replace('.', "-"));
            prop_assert_eq!(Email::try_from(quiet.to_uppercase()), Email::try_from(quiet));
        }
    }
}
