//! What was measured, for people and for programs.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::tally::{Counts, Tally, Times};

/// A distribution of times, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Percentiles {
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

/// What must not happen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// Messages that were acknowledged and have not arrived.
    pub lost: u64,
    /// Messages and answers that came twice.
    pub doubled: u64,
    pub out_of_order: u64,
    /// Messages that nobody sent.
    pub strange: u64,
    /// Messages of which nobody knows whether they are stored.
    pub unanswered: u64,
    /// By the code of the refusal.
    pub refused: Times,
    /// By the reason.
    pub connections_lost: Times,
}

/// What a rate came to.
#[derive(Debug, Serialize)]
pub struct Report {
    pub connections: usize,
    /// Messages a second, as asked for.
    pub rate: u32,
    pub sent: u64,
    pub acknowledged: u64,
    pub delivered: u64,
    /// Messages a second that arrived, of those that were measured.
    pub delivered_per_second: f64,
    /// From when a message was due until the other member had it.
    pub delivery: Percentiles,
    /// From when a message was due until its sender knew that it's stored.
    pub acknowledgement: Percentiles,
    /// From when its sender knew that it's stored until the other member had it.
    pub spreading: Percentiles,
    /// From when a message was due until this client sent it.
    pub sending: Percentiles,
    /// How much of a core this client used.
    pub client_cpu: f64,
    /// How much of a core the server used, if it was named.
    pub server_cpu: Option<f64>,
    pub faults: Faults,
}

impl Faults {
    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Report {
    /// What has been counted since there were so many messages, and measured since that time (in
    /// microseconds). Who was busy with it is for the caller to say.
    pub fn of(tally: &Tally, before: Counts, measured_from: u64) -> Self {
        let (now, latency) = (tally.counts(), &tally.latency);
        let micros = latency.last_delivery.saturating_sub(measured_from).max(1);
        let arrived = u32::try_from(latency.delivery.len()).unwrap_or(u32::MAX);
        Self {
            connections: 0,
            rate: 0,
            sent: now.sent - before.sent,
            acknowledged: now.acknowledged - before.acknowledged,
            delivered: now.delivered - before.delivered,
            delivered_per_second: f64::from(arrived) / Duration::from_micros(micros).as_secs_f64(),
            delivery: (&latency.delivery).into(),
            acknowledgement: (&latency.acknowledgement).into(),
            spreading: (&latency.spreading).into(),
            sending: (&latency.sending).into(),
            client_cpu: 0.0,
            server_cpu: None,
            faults: tally.faults(),
        }
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms", self.p50, self.p99, self.max)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.lost, "acknowledged messages lost"),
            (self.doubled, "doubled"),
            (self.out_of_order, "out of order"),
            (self.strange, "that nobody sent"),
            (self.unanswered, "unanswered"),
        ];
        let mut words: Vec<_> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        words.extend(self.refused.iter().map(|(code, times)| format!("{times} refused: {code}")));
        words.extend(
            self.connections_lost.iter().map(|(why, times)| format!("{times} connections lost: {why}")),
        );
        if words.is_empty() {
            words.push("each acknowledged message arrived once and in order".to_owned());
        }
        f.write_str(&words.join("; "))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, rate, sent, acknowledged, delivered, .. } = self;
        writeln!(f, "{rate} messages/s over {connections} connections")?;
        writeln!(
            f,
            "  sent {sent}, acknowledged {acknowledged}, delivered {delivered} ({:.0}/s)",
            self.delivered_per_second
        )?;
        writeln!(f, "  due to delivered: {}", self.delivery)?;
        writeln!(f, "  due to acknowledged: {}", self.acknowledgement)?;
        writeln!(f, "  acknowledged to delivered: {}", self.spreading)?;
        writeln!(f, "  due to sent: {} (this client's own part)", self.sending)?;
        write!(f, "  of a core: {:.0} % client", self.client_cpu * 100.0)?;
        if let Some(cpu) = self.server_cpu {
            write!(f, ", {:.0} % server", cpu * 100.0)?;
        }
        write!(f, "\n  {}", self.faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_in_words() {
        assert_eq!(Faults::default().to_string(), "each acknowledged message arrived once and in order");
        let refused = Times::from([("MESSAGES_TOO_FAST".to_owned(), 3)]);
        let faults = Faults { lost: 2, refused, ..Faults::default() };
        assert_eq!(faults.to_string(), "2 acknowledged messages lost; 3 refused: MESSAGES_TOO_FAST");
    }
}
