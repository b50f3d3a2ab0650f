//! `goforme-chat load idle`: connections that say nothing, and what they cost the server.

use std::fmt;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::crowd::Crowd;
use super::opening::Opening;
use super::roster::Roster;
use super::tally::Times;
use super::{Target, open_files, process};

/// What to hold.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// How many seconds to hold them
    #[arg(long, default_value_t = 30)]
    hold: u64,
}

/// How long a server is given to come to rest before its memory is read.
const REST: Duration = Duration::from_secs(3);

/// What was found.
#[derive(Debug, Serialize)]
struct Measured {
    connections: u32,
    /// How many were up when all had been opened.
    opened: u32,
    opening_seconds: f64,
    hold_seconds: u64,
    /// How many were still up in the end.
    held: u32,
    memory: Option<Memory>,
    /// Why connections were not opened, or ended.
    lost: Times,
}

/// The server's memory that is in RAM, in bytes.
#[derive(Debug, Default, Serialize)]
struct Memory {
    before: u64,
    /// With a tenth of the connections, when caches are filled and threads have been used.
    with_a_tenth: u64,
    with_all: u64,
    after_holding: u64,
    /// From before until all were opened.
    per_connection: u64,
    /// From a tenth until all were opened.
    per_further_connection: u64,
}

/// Opens, holds, tells.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let Options { target, hold } = options;
    open_files::allow(target.connections)?;
    let crowd = Crowd::default();
    let mut measured = fill(&target, &crowd).await?;
    sleep(Duration::from_secs(hold)).await;
    if let (Some(memory), Some(pid)) = (&mut measured.memory, target.pid) {
        memory.after_holding = process::memory(pid)?;
    }
    (measured.hold_seconds, measured.held, measured.lost) = (hold, crowd.size(), crowd.lost());
    target.print(&measured)?;
    if measured.held < target.connections {
        bail!("{} of {} connections are up", measured.held, target.connections);
    }
    Ok(())
}

/// Opens the connections, in two parts.
async fn fill(target: &Target, crowd: &Crowd) -> anyhow::Result<Measured> {
    let roster = Roster::read(&target.roster)?;
    let opening = Opening::of(target).await?;
    // Of each pair the second one may be connected elsewhere.
    let users = roster.users.iter().zip([false, true].into_iter().cycle()).cycle();
    let mut guests = users.map(|(user, is_second)| (user.token.as_str(), is_second));
    let all = target.connections;
    let mut measured = Measured {
        connections: all,
        opened: 0,
        opening_seconds: 0.0,
        hold_seconds: 0,
        held: 0,
        memory: None,
        lost: Times::new(),
    };
    let mut memory = Vec::new();
    for part in [0, all / 10, all - all / 10] {
        let began = Instant::now();
        let sockets = opening.open(guests.by_ref().take(usize::try_from(part)?));
        crowd.take_in(target.protocol, sockets).await;
        measured.opening_seconds += began.elapsed().as_secs_f64();
        sleep(REST).await;
        memory.extend(target.pid.map(process::memory).transpose()?);
    }
    measured.opened = crowd.size();
    if let [before, with_a_tenth, with_all] = *memory {
        measured.memory = Some(Memory::of(before, with_a_tenth, with_all, all));
    }
    Ok(measured)
}

impl Memory {
    fn of(before: u64, with_a_tenth: u64, with_all: u64, connections: u32) -> Self {
        let each = |more: u64, less: u64, count: u32| more.saturating_sub(less) / u64::from(count.max(1));
        let per_connection = each(with_all, before, connections);
        let per_further_connection = each(with_all, with_a_tenth, connections - connections / 10);
        Self { before, with_a_tenth, with_all, after_holding: 0, per_connection, per_further_connection }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, opened, opening_seconds, hold_seconds, held, memory, lost } = self;
        write!(f, "{opened} of {connections} connections were opened in {opening_seconds:.1} s")?;
        write!(f, "; {held} are up after {hold_seconds} s")?;
        for (why, times) in lost {
            write!(f, "\n  {times} not: {why}")?;
        }
        if let Some(memory) = memory {
            let kib = |bytes: u64| std::time::Duration::from_nanos(bytes).as_secs_f64() * 1e9 / 1024.0;
            write!(
                f,
                "\n  memory of the server: {:.0} KiB before, {:.0} KiB with all: {:.1} KiB each ({:.1} KiB after the first tenth)",
                kib(memory.before),
                kib(memory.with_all),
                kib(memory.per_connection),
                kib(memory.per_further_connection)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_shared_out_among_all_connections_and_among_those_after_the_first_tenth() {
        let memory = Memory::of(1_000_000, 1_300_000, 2_200_000, 100);
        assert_eq!((memory.per_connection, memory.per_further_connection), (12_000, 10_000));
    }

    #[test]
    fn connections_that_are_not_up_are_explained() {
        let measured = Measured {
            connections: 100,
            opened: 98,
            opening_seconds: 1.0,
            hold_seconds: 30,
            held: 98,
            memory: Some(Memory::of(1_048_576, 1_048_576, 2_097_152, 100)),
            lost: Times::from([("connecting: refused".to_owned(), 2)]),
        };
        assert_eq!(
            measured.to_string(),
            "98 of 100 connections were opened in 1.0 s; 98 are up after 30 s\n  2 not: connecting: refused\n  \
             memory of the server: 1024 KiB before, 2048 KiB with all: 10.2 KiB each (11.4 KiB after the first tenth)"
        );
    }
}
