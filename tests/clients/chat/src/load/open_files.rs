//! The limit on open files, of which each connection is one.

use anyhow::{Context, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are open beside the connections.
const OTHERS: u64 = 64;

/// Makes room for so many connections, up to what this process may.
pub fn allow(connections: u32) -> anyhow::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = raised(limit, u64::from(connections) + OTHERS)? else { return Ok(()) };
    setrlimit(Resource::Nofile, Rlimit { current: Some(current), maximum: limit.maximum })
        .context("the limit on open files could not be raised")
}

/// What to raise the limit to, if that is needed. No limit is `None`.
fn raised(limit: Rlimit, needed: u64) -> anyhow::Result<Option<u64>> {
    match limit {
        Rlimit { current, .. } if current.is_none_or(|current| current >= needed) => Ok(None),
        Rlimit { maximum: Some(maximum), .. } if maximum < needed => bail!(
            "{needed} open files are needed, and this process may have {maximum}: raise `ulimit -Hn`, or open fewer connections"
        ),
        _ => Ok(Some(needed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_raised_only_if_needed_and_only_as_far_as_allowed() {
        let limit = |current, maximum| Rlimit { current, maximum };
        assert_eq!(raised(limit(Some(1024), Some(4096)), 1000).unwrap(), None);
        assert_eq!(raised(limit(None, None), 1000).unwrap(), None);
        assert_eq!(raised(limit(Some(1024), Some(4096)), 4096).unwrap(), Some(4096));
        assert_eq!(raised(limit(Some(1024), None), 5000).unwrap(), Some(5000));
        assert!(raised(limit(Some(1024), Some(4096)), 4097).is_err());
    }
}
