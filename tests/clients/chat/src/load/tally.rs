//! What was sent, acknowledged and delivered, and how late.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use hdrhistogram::Histogram;

use super::marks::Marks;
use super::report::{Faults, Percentiles};
use super::speech::Speech;

/// The messages of one test. Times are microseconds since its beginning.
#[derive(Debug)]
pub struct Tally {
    /// By the seat of the sender.
    lanes: Vec<Lane>,
    counts: Counts,
    /// Messages that were due before this are not measured.
    measured_from: u64,
    pub latency: Latency,
    faults: Faults,
}

/// How many messages have come how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub sent: u64,
    pub acknowledged: u64,
    pub refused: u64,
    pub delivered: u64,
}

/// How late things were, in microseconds.
#[derive(Debug)]
pub struct Latency {
    /// From when a message was due until the other member had it.
    pub delivery: Histogram<u64>,
    /// From when it was due until its sender knew that it's stored.
    pub acknowledgement: Histogram<u64>,
    /// From when its sender knew that it's stored until the other member had it; nothing, if that was
    /// earlier. How slow the store is doesn't show in it, how slow the way between nodes is does.
    pub spreading: Histogram<u64>,
    /// From when it was due until we sent it, which is our own fault.
    pub sending: Histogram<u64>,
    /// When the last measured message arrived.
    pub last_delivery: u64,
}

impl Latency {
    fn new() -> anyhow::Result<Self> {
        const LONGEST: u64 = 600_000_000;
        let histogram = || Histogram::new_with_max(LONGEST, 3).context("histogram");
        let (delivery, acknowledgement) = (histogram()?, histogram()?);
        let (spreading, sending) = (histogram()?, histogram()?);
        Ok(Self { delivery, acknowledgement, spreading, sending, last_delivery: 0 })
    }
}

/// The messages of one sender to the one other member of the room.
#[derive(Debug, Default)]
struct Lane {
    next: u32,
    /// When those were due that have no answer yet, by their numbers.
    unanswered: HashMap<u32, u64>,
    acknowledged: Marks,
    delivered: Marks,
    /// When those were acknowledged that have not arrived yet, by their numbers.
    on_their_way: HashMap<u32, u64>,
    /// Where the other member is.
    last_number: Option<u32>,
    last_seq: i64,
}

impl Tally {
    /// A tally for so many seats; those at 2n and 2n + 1 talk with each other.
    pub fn new(seats: usize) -> anyhow::Result<Self> {
        Ok(Self {
            lanes: std::iter::repeat_with(Lane::default).take(seats).collect(),
            counts: Counts::default(),
            measured_from: 0,
            latency: Latency::new()?,
            faults: Faults::default(),
        })
    }

    /// Forgets latencies, and measures messages that are due from that time on.
    pub fn measure_from(&mut self, due: u64) -> anyhow::Result<()> {
        self.measured_from = due;
        self.latency = Latency::new()?;
        Ok(())
    }

    /// The number of the next message of that seat, which is due then.
    pub fn number(&mut self, seat: usize, due: u64) -> u32 {
        self.counts.sent += 1;
        self.lanes.get_mut(seat).map_or(0, |lane| {
            let number = lane.next;
            lane.next += 1;
            lane.unanswered.insert(number, due);
            number
        })
    }

    /// A message is on its way.
    pub fn sent(&mut self, due: u64, now: u64) {
        if due >= self.measured_from {
            self.latency.sending.saturating_record(now.saturating_sub(due));
        }
    }

    /// The server says that the message of that seat is stored.
    pub fn acknowledged(&mut self, seat: usize, number: u32, now: u64) {
        let Some(lane) = self.lanes.get_mut(seat) else { return };
        let Some(due) = lane.unanswered.remove(&number) else {
            self.faults.doubled += 1;
            return;
        };
        lane.acknowledged.add(number);
        if !lane.delivered.has(number) {
            lane.on_their_way.insert(number, now);
        }
        self.counts.acknowledged += 1;
        if due >= self.measured_from {
            self.latency.acknowledgement.saturating_record(now.saturating_sub(due));
        }
    }

    /// The server says that it won't take a message.
    pub fn refused(&mut self, code: String) {
        self.counts.refused += 1;
        *self.faults.refused.entry(code).or_default() += 1;
    }

    /// A message has arrived at that seat.
    pub fn delivered(&mut self, seat: usize, seq: i64, content: &str, now: u64) {
        let Some(speech) = Speech::read(content).filter(|speech| speech.from == seat ^ 1) else {
            self.faults.strange += 1;
            return;
        };
        let Some(lane) = self.lanes.get_mut(speech.from) else { return };
        if !lane.delivered.add(speech.number) {
            self.faults.doubled += 1;
            return;
        }
        if lane.last_number.is_some_and(|last| last >= speech.number) || lane.last_seq >= seq {
            self.faults.out_of_order += 1;
        }
        (lane.last_number, lane.last_seq) = (Some(speech.number), seq);
        let acknowledged = lane.on_their_way.remove(&speech.number);
        self.counts.delivered += 1;
        if speech.due >= self.measured_from {
            self.latency.delivery.saturating_record(now.saturating_sub(speech.due));
            self.latency.spreading.saturating_record(now.saturating_sub(acknowledged.unwrap_or(now)));
            self.latency.last_delivery = now;
        }
    }

    /// A connection has ended.
    pub fn connection_lost(&mut self, why: String) {
        *self.faults.connections_lost.entry(why).or_default() += 1;
    }

    /// How far messages have come.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether everything that was sent is answered, and what is stored has arrived.
    pub fn is_settled(&self) -> bool {
        let Counts { sent, acknowledged, refused, delivered } = self.counts;
        acknowledged + refused >= sent && delivered >= acknowledged
    }

    /// What went wrong so far.
    pub fn faults(&self) -> Faults {
        let lost = self.lanes.iter().map(|lane| lane.acknowledged.without(&lane.delivered)).sum();
        let Counts { sent, acknowledged, refused, .. } = self.counts;
        let unanswered = sent.saturating_sub(acknowledged + refused);
        Faults { lost, unanswered, ..self.faults.clone() }
    }
}

impl From<&Histogram<u64>> for Percentiles {
    fn from(micros: &Histogram<u64>) -> Self {
        let millis = |micros: u64| std::time::Duration::from_micros(micros).as_secs_f64() * 1000.0;
        Self {
            p50: millis(micros.value_at_quantile(0.5)),
            p99: millis(micros.value_at_quantile(0.99)),
            max: millis(micros.max()),
        }
    }
}

/// So many times each.
pub type Times = BTreeMap<String, u64>;

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: u64 = 5;

    fn said(from: usize, number: u32) -> String {
        Speech { from, number, due: DUE }.to_string()
    }

    /// Two seats; the first one has sent three messages, which are all stored.
    fn three_stored() -> Tally {
        let mut tally = Tally::new(2).unwrap();
        for number in 0..3 {
            assert_eq!(tally.number(0, DUE), number);
            tally.acknowledged(0, number, 9);
        }
        tally
    }

    #[test]
    fn all_is_well_when_each_stored_message_arrives_once_and_in_order() {
        let mut tally = three_stored();
        assert!(!tally.is_settled());
        for number in 0..3 {
            tally.delivered(1, i64::from(number) + 1, &said(0, number), 10);
        }
        assert!(tally.is_settled());
        assert_eq!(tally.faults(), Faults::default());
        assert_eq!(tally.counts(), Counts { sent: 3, acknowledged: 3, refused: 0, delivered: 3 });
        assert_eq!((tally.latency.delivery.len(), tally.latency.delivery.max()), (3, 5));
    }

    #[test]
    fn the_way_of_a_message_is_measured_from_its_acknowledgement_if_that_came_first() {
        let mut tally = Tally::new(2).unwrap();
        for number in 0..2 {
            tally.number(0, DUE);
            tally.delivered(1, i64::from(number) + 1, &said(0, number), 20);
            tally.acknowledged(0, number, 30);
        }
        assert_eq!(tally.latency.spreading.max(), 0);
        tally.number(0, DUE);
        tally.acknowledged(0, 2, 40);
        tally.delivered(1, 3, &said(0, 2), 47);
        assert_eq!((tally.latency.spreading.len(), tally.latency.spreading.max()), (3, 7));
    }

    #[test]
    fn what_is_lost_doubled_or_out_of_order_is_counted() {
        let mut tally = three_stored();
        for (seq, number) in [(1, 0), (1, 0), (3, 2)] {
            tally.delivered(1, seq, &said(0, number), 10);
        }
        assert_eq!(tally.faults(), Faults { doubled: 1, lost: 1, ..Faults::default() });
        tally.delivered(1, 2, &said(0, 1), 10);
        assert_eq!(tally.faults(), Faults { doubled: 1, out_of_order: 1, ..Faults::default() });
    }

    #[test]
    fn a_seq_that_comes_again_is_out_of_order() {
        let mut tally = three_stored();
        tally.delivered(1, 1, &said(0, 0), 10);
        tally.delivered(1, 1, &said(0, 1), 10);
        assert_eq!(tally.faults().out_of_order, 1);
    }

    #[test]
    fn what_has_no_answer_and_what_was_refused_are_told_apart() {
        let mut tally = Tally::new(2).unwrap();
        tally.number(0, DUE);
        tally.number(1, DUE);
        tally.refused("MESSAGES_TOO_FAST".to_owned());
        let refused = Times::from([("MESSAGES_TOO_FAST".to_owned(), 1)]);
        assert_eq!(tally.faults(), Faults { unanswered: 1, refused, ..Faults::default() });
        assert!(!tally.is_settled());
    }

    #[test]
    fn what_somebody_else_says_is_strange() {
        let mut tally = Tally::new(4).unwrap();
        tally.delivered(1, 1, "안녕하세요!", 10);
        tally.delivered(1, 2, &said(2, 0), 10);
        assert_eq!(tally.faults().strange, 2);
    }

    #[test]
    fn messages_that_were_due_before_are_not_measured() {
        let mut tally = three_stored();
        tally.measure_from(DUE + 1).unwrap();
        tally.delivered(1, 1, &said(0, 0), 10);
        assert!(tally.latency.delivery.is_empty());
        tally.measure_from(DUE).unwrap();
        tally.delivered(1, 2, &said(0, 1), 10);
        assert_eq!(tally.latency.delivery.len(), 1);
    }

    #[test]
    fn percentiles_are_in_milliseconds() {
        let mut micros = Histogram::new_with_max(600_000_000, 3).unwrap();
        for value in 1..=100 {
            micros.record(value * 1000).unwrap();
        }
        let Percentiles { p50, p99, max } = Percentiles::from(&micros);
        for (found, expected) in [(p50, 50.0), (p99, 99.0), (max, 100.0)] {
            assert!((found - expected).abs() < 0.1, "{found} is not about {expected}");
        }
    }
}
