//! Connections in rooms of two, which say what they are told to and tell what they hear to the tally.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use uuid::Uuid;

use super::dialect::{Dialect, Heard, Outgoing};
use super::opening::Opening;
use super::pace::Pace;
use super::process::{self, CpuTime};
use super::report::Report;
use super::roster::{Roster, Seat};
use super::speech::Speech;
use super::tally::Tally;
use super::{Target, open_files};
use crate::goforme_v1;
use crate::socket::{Ear, Lost, Mouth};

/// How often is looked for messages that are due.
const TICK: Duration = Duration::from_millis(1);
/// How long nothing may happen until what is still missing is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The connections.
pub struct Crew {
    members: Vec<UnboundedSender<Order>>,
    book: Arc<Book>,
    server: Option<u32>,
}

/// What all connections of a test share.
struct Book {
    dialect: Dialect,
    tally: Mutex<Tally>,
    /// From when times are counted.
    began: Instant,
    /// A name for the messages of this test, which no other test's have.
    test: u64,
}

/// What a connection has to say.
#[derive(Debug, Clone, Copy)]
enum Order {
    Message { number: u32, due: u64 },
    Pong(&'static str),
}

impl Book {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In microseconds.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl Crew {
    /// Opens all connections of the target.
    pub async fn gather(target: &Target) -> anyhow::Result<Self> {
        open_files::allow(target.connections)?;
        let roster = Roster::read(&target.roster)?;
        let seats = roster.seats(target.connections)?;
        let opening = Opening::of(target).await?;
        let guests = seats.iter().map(|seat| (seat.token, seat.is_second));
        let sockets: Vec<_> = opening.open(guests).try_collect().await?;
        let (test, _) = goforme_v1::new_id()?.as_u64_pair();
        let tally = Mutex::new(Tally::new(seats.len())?);
        let book = Arc::new(Book { dialect: target.protocol, tally, began: Instant::now(), test });
        let members = sockets.into_iter().zip(&seats).enumerate().map(|(number, (socket, seat))| {
            let (orders, ordered) = unbounded_channel();
            let (mouth, ear) = socket.split();
            let member = Member::new(number, seat, Arc::clone(&book));
            tokio::spawn(member.clone().speak(mouth, ordered));
            tokio::spawn(member.listen(ear, orders.clone()));
            orders
        });
        Ok(Self { members: members.collect(), book, server: target.pid })
    }

    /// Sends messages at this pace, waits until they have come as far as they will, and tells of those
    /// that were due after `warm_up`.
    pub async fn talk(&self, pace: Pace, warm_up: Duration) -> anyhow::Result<Report> {
        let start = self.book.now();
        let measured_from = start + u64::try_from(warm_up.as_micros())?;
        let before = {
            let mut tally = self.book.tally();
            tally.measure_from(measured_from)?;
            tally.counts()
        };
        let client = CpuTime::of(process::SELF)?;
        let server = self.server.map(|pid| CpuTime::of(pid.to_string())).transpose()?;
        self.say_all(pace, start).await;
        let (client_cpu, server_cpu) =
            (client.share_since()?, server.map(|time| time.share_since()).transpose()?);
        self.settle().await;
        let tally = self.book.tally();
        let report = Report {
            connections: self.members.len(),
            rate: pace.rate,
            client_cpu,
            server_cpu,
            ..Report::of(&tally, before, measured_from)
        };
        Ok(report)
    }

    /// Hands each message to the next connection in turn as soon as it's due.
    async fn say_all(&self, pace: Pace, start: u64) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut turns = self.members.iter().enumerate().cycle();
        let mut message = 0;
        while message < pace.count() {
            ticks.tick().await;
            let now = self.book.now();
            while message < pace.count() && start + pace.due(message) <= now {
                let Some((seat, member)) = turns.next() else { return };
                let due = start + pace.due(message);
                let order = Order::Message { number: self.book.tally().number(seat, due), due };
                // One whose connection is lost takes no orders: its messages stay without an answer.
                let _ = member.send(order);
                message += 1;
            }
        }
    }

    /// Waits until everything has arrived, or nothing does any more.
    async fn settle(&self) {
        let mut counts = self.book.tally().counts();
        let mut changed = Instant::now();
        while !self.book.tally().is_settled() && changed.elapsed() < PATIENCE {
            sleep(Duration::from_millis(20)).await;
            let now = self.book.tally().counts();
            if now != counts {
                (counts, changed) = (now, Instant::now());
            }
        }
    }
}

/// One connection's place in the test.
#[derive(Clone)]
struct Member {
    seat: usize,
    room: Arc<str>,
    book: Arc<Book>,
}

impl Member {
    fn new(number: usize, seat: &Seat<'_>, book: Arc<Book>) -> Self {
        Self { seat: number, room: seat.room.into(), book }
    }

    async fn speak(self, mut mouth: Mouth, mut ordered: UnboundedReceiver<Order>) {
        while let Some(order) = ordered.recv().await {
            // Why it's lost is heard by the other half.
            if self.obey(&mut mouth, order).await.is_err() {
                return;
            }
        }
    }

    async fn obey(&self, mouth: &mut Mouth, order: Order) -> Result<(), Lost> {
        let (number, due) = match order {
            Order::Message { number, due } => (number, due),
            Order::Pong(answer) => return mouth.say(answer.to_owned()).await,
        };
        let content = Speech { from: self.seat, number, due }.to_string();
        let lane = u64::try_from(self.seat).unwrap_or(u64::MAX);
        let id = Uuid::from_u64_pair(self.book.test, (lane << 32) | u64::from(number));
        let message = Outgoing { number, id, room: &self.room, content: &content };
        mouth.say(self.book.dialect.send(message)?).await?;
        self.book.tally().sent(due, self.book.now());
        Ok(())
    }

    async fn listen(self, mut ear: Ear, orders: UnboundedSender<Order>) {
        let lost = loop {
            if let Err(lost) = self.hear(&mut ear, &orders).await {
                break lost;
            }
        };
        self.book.tally().connection_lost(lost.to_string());
    }

    async fn hear(&self, ear: &mut Ear, orders: &UnboundedSender<Order>) -> Result<(), Lost> {
        let text = ear.hear().await?;
        let heard = self.book.dialect.read(&text)?;
        let now = self.book.now();
        match heard {
            Heard::Acknowledged(number) => self.book.tally().acknowledged(self.seat, number, now),
            Heard::Delivered { seq, content } => self.book.tally().delivered(self.seat, seq, &content, now),
            Heard::Refused { code, .. } => self.book.tally().refused(code),
            Heard::Ping(answer) => {
                // Nobody is there to send it when the connection is lost.
                let _ = orders.send(Order::Pong(answer));
            }
            Heard::Other => {}
        }
        Ok(())
    }
}
