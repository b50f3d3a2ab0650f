//! The shape of a path: which of its segments are fixed and which are parameters.

use std::cmp::Ordering;

/// A path as a route spells it, such as `/plans/{id}/quotes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Segment>);

/// A part of a path between two slashes. The order is the order of precedence: `/reviews/me` is asked
/// before `/reviews/{makerId}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    /// Matches itself, in any case.
    Literal(String),
    /// Matches anything but nothing.
    Parameter,
    /// Matches all that follows, also nothing.
    Tail,
}

impl Template {
    /// Reads the spelling that actix and OpenAPI share: `{name}`, or `{name:.*}` at the end.
    pub fn parse(path: &str) -> Self {
        let segment = |text: &str| match text.strip_prefix('{') {
            None => Segment::Literal(text.to_owned()),
            Some(name) if name.ends_with(":.*}") => Segment::Tail,
            Some(_) => Segment::Parameter,
        };
        Self(split(path).map(segment).collect())
    }

    /// Which of two templates that match the same path is asked first.
    pub fn precedence(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }

    /// The path as this template spells it, if it matches: fixed segments in their own case, parameters
    /// in that of the caller.
    pub fn spell(&self, path: &[&str]) -> Option<String> {
        let mut spelled = String::new();
        let mut rest = path.iter();
        for segment in &self.0 {
            if *segment == Segment::Tail {
                let tail: Vec<&str> = rest.by_ref().copied().collect();
                spelled.push('/');
                spelled.push_str(&tail.join("/"));
                break;
            }
            spelled.push('/');
            spelled.push_str(segment.matched(rest.next()?)?);
        }
        rest.next().is_none().then_some(spelled)
    }
}

impl Segment {
    fn matched<'a>(&'a self, text: &'a str) -> Option<&'a str> {
        match self {
            Self::Literal(own) => own.eq_ignore_ascii_case(text).then_some(own.as_str()),
            Self::Parameter | Self::Tail => (!text.is_empty()).then_some(text),
        }
    }
}

/// The segments of a path, without the slash that it begins with.
pub fn split(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(template: &str, path: &str) -> Option<String> {
        Template::parse(template).spell(&split(path).collect::<Vec<_>>())
    }

    #[test]
    fn fixed_segments_take_the_routes_case_and_parameters_keep_the_callers() {
        assert_eq!(
            spell("/auth/check/nickname", "/AUTH/check/nickName").as_deref(),
            Some("/auth/check/nickname")
        );
        assert_eq!(spell("/plans/{id}/quotes", "/Plans/Ab-C/QUOTES").as_deref(), Some("/plans/Ab-C/quotes"));
    }

    #[test]
    fn other_paths_and_empty_parameters_do_not_match() {
        for path in [
            "/plans",
            "/plans/",
            "/plans/1/quotes/2",
            "/plans//quotes",
            "//plans/1/quotes",
            "/planz/1/quotes",
        ] {
            assert_eq!(spell("/plans/{id}/quotes", path), None, "{path}");
        }
    }

    #[test]
    fn a_tail_takes_all_that_follows_also_nothing() {
        assert_eq!(spell("/docs/{file:.*}", "/DOCS/Css/A.css").as_deref(), Some("/docs/Css/A.css"));
        assert_eq!(spell("/docs/{file:.*}", "/docs/").as_deref(), Some("/docs/"));
        assert_eq!(spell("/docs/{file:.*}", "/docs"), Some("/docs/".to_owned()));
    }

    #[test]
    fn what_is_fixed_goes_before_what_is_not() {
        let (me, maker) = (Template::parse("/reviews/me"), Template::parse("/reviews/{makerId}"));
        assert_eq!(me.precedence(&maker), Ordering::Less);
    }
}
