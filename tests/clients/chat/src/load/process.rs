//! How much memory and time a process of this machine uses.

use std::fs;

use anyhow::Context;
use rustix::param::clock_ticks_per_second;
use tokio::time::Instant;

/// The process that asks.
pub const SELF: &str = "self";

/// The memory of a process that is in RAM, in bytes.
pub fn memory(pid: u32) -> anyhow::Result<u64> {
    let status = read(&pid.to_string(), "status")?;
    resident(&status).context("the kernel says it in another way")
}

/// How much time a process has used, to compare with a later moment.
#[derive(Debug)]
pub struct CpuTime {
    process: String,
    ticks: u64,
    at: Instant,
}

impl CpuTime {
    /// The time that it has used so far.
    pub fn of(process: impl Into<String>) -> anyhow::Result<Self> {
        let process = process.into();
        let ticks = used(&read(&process, "stat")?).context("the kernel says it in another way")?;
        Ok(Self { process, ticks, at: Instant::now() })
    }

    /// How much of a core it has used since.
    pub fn share_since(&self) -> anyhow::Result<f64> {
        let now = Self::of(self.process.clone())?;
        let used = u32::try_from(now.ticks.saturating_sub(self.ticks))?;
        let ticks_per_second = u32::try_from(clock_ticks_per_second())?;
        let seconds = f64::from(used) / f64::from(ticks_per_second);
        Ok(seconds / (now.at - self.at).as_secs_f64().max(0.001))
    }
}

fn read(process: &str, file: &str) -> anyhow::Result<String> {
    fs::read_to_string(format!("/proc/{process}/{file}"))
        .with_context(|| format!("nothing is known of the process {process}"))
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// In and out of the kernel together. The name of the process may hold spaces and brackets.
fn used(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_understood() {
        assert_eq!(resident("Name:\tgoforme\nVmRSS:\t   26624 kB\nRssAnon: 1 kB\n"), Some(26_624 * 1024));
        let stat = "4242 (a (odd) name) S 1 4242 4242 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 5 0 100";
        assert_eq!(used(stat), Some(200));
        assert!(memory(std::process::id()).unwrap() > 0);
        assert!(CpuTime::of(SELF).unwrap().share_since().unwrap() >= 0.0);
    }
}
