//! The daily schedule: PENDING plans whose day has come expire, CONFIRMED plans complete 7 days after
//! the trip, members of tomorrow's trips are reminded, parked jobs are tried again, old sessions go.
//!
//! Every step finds what is due by the state of the plans, in batches, so that it can die anywhere and
//! be run again, and a missed midnight is made up for by the next run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use auth::HasSessions;
use chrono::TimeDelta;
use kernel::clock::seoul_day;
use kernel::{Event, HasOutbox, PlanId, StoreError, Timestamp, TripDate};
use plan::{COMPLETES_AFTER_DAYS, HasPlans, PlanError, PlanState};
use point::HasLedger;
use quote::HasQuotes;
use uuid::Uuid;

use super::port::{ClaimDay, ScheduleRuns};
use crate::Error;
use crate::environment::Environment;
use crate::jobs::JobQueue;
use crate::plans::pay_out;
use crate::unit_of_work::{Store, atomically};

kernel::bundle! {
    /// What the schedule needs.
    pub trait ScheduleTx: HasPlans, HasQuotes, HasLedger, HasOutbox, HasSessions;
}

/// Runs the schedule of the present day, once, on one node.
pub struct DailySchedule {
    pub store: Store<dyn ScheduleTx>,
    pub runs: Arc<dyn ScheduleRuns>,
    pub queue: Arc<dyn JobQueue>,
    pub environment: Environment,
    /// Names this process among those that might run the schedule.
    pub owner: String,
}

/// The claim on the day, while it's held.
struct Claim<'a> {
    schedule: &'a DailySchedule,
    /// When it was made or prolonged last.
    since: Instant,
}

impl Claim<'_> {
    /// How old it gets before it's prolonged: long before it ends, also if that takes a while.
    const PROLONGED_AFTER: Duration = Duration::from_secs(1);

    /// Prolongs it if it's time to. Fails if another node has made its own meanwhile.
    async fn keep(&mut self) -> Result<(), Error> {
        if self.since.elapsed() < Self::PROLONGED_AFTER {
            return Ok(());
        }
        if self.schedule.claim().await? == ClaimDay::Busy {
            return Err(StoreError::unavailable("another node took the schedule over").into());
        }
        self.since = Instant::now();
        Ok(())
    }
}

/// What is done to each plan that is due.
#[derive(Debug, Clone, Copy)]
enum Step {
    Expire,
    Complete,
    Remind,
}

impl DailySchedule {
    /// How many plans are looked up at once.
    const BATCH: i64 = 200;
    /// How long a claim on the day lasts; it's prolonged while work goes on.
    const CLAIM: TimeDelta = TimeDelta::seconds(5);

    /// Runs the schedule if today's has not been run and nobody else is at it; answers whether it did.
    /// Fails if anything was left undone, so that the caller tries again.
    pub async fn run_if_due(&self) -> Result<bool, Error> {
        let day = seoul_day(self.environment.now());
        if self.claim().await? != ClaimDay::Claimed {
            return Ok(false);
        }
        tracing::info!(schedule.day = %day, "the daily schedule begins");
        let mut claim = Claim { schedule: self, since: Instant::now() };
        let mut left = 0;
        for step in [Step::Expire, Step::Complete, Step::Remind] {
            left += self.run_step(step, TripDate::from(day), &mut claim).await?;
        }
        self.forget_old_sessions(&mut claim).await?;
        if left > 0 {
            return Err(StoreError::unavailable(format!("{left} plans could not be handled yet")).into());
        }
        let retried = self.queue.retry_parked(None, self.environment.now()).await?;
        self.runs.finish(day, self.environment.now()).await?;
        tracing::info!(schedule.day = %day, jobs.retried = retried, "the daily schedule is done");
        Ok(true)
    }

    async fn claim(&self) -> Result<ClaimDay, StoreError> {
        let now = self.environment.now();
        self.runs.claim(seoul_day(now), &self.owner, now, now + Self::CLAIM).await
    }

    /// Does one step to all plans that are due; answers how many are to be tried again. Those that fail for another
    /// reason than a store that is away stay as they are, and due, until tomorrow.
    async fn run_step(&self, step: Step, today: TripDate, claim: &mut Claim<'_>) -> Result<u32, Error> {
        let (mut after, mut left, mut failed, mut done) = (None, 0, 0_u32, 0_u32);
        loop {
            let due = self.due(step, today, after).await?;
            let Some(last) = due.last() else { break };
            after = Some(*last);
            for plan in due {
                match self.handle(step, plan, today).await {
                    Ok(()) => done += 1,
                    Err(error) if error.is_unavailable() => {
                        left += 1;
                        tracing::warn!(plan.id = %plan, ?step, %error, "the schedule can't handle a plan now");
                    }
                    Err(error) => {
                        failed += 1;
                        tracing::error!(plan.id = %plan, ?step, %error, "the schedule could not handle a plan");
                    }
                }
                claim.keep().await?;
            }
        }
        tracing::info!(?step, plans = done, left, failed, "a step of the schedule is done");
        Ok(left)
    }

    async fn due(&self, step: Step, today: TripDate, after: Option<PlanId>) -> Result<Vec<PlanId>, Error> {
        atomically!(self.store, |tx| {
            let plans = tx.plans();
            Ok(match step {
                Step::Expire => plans.pending_due(today, Self::BATCH, after).await?,
                Step::Complete => {
                    plans.confirmed_due(today.minus_days(COMPLETES_AFTER_DAYS), Self::BATCH, after).await?
                }
                Step::Remind => plans.confirmed_on(today.plus_days(1), Self::BATCH, after).await?,
            })
        })
    }

    async fn handle(&self, step: Step, id: PlanId, today: TripDate) -> Result<(), Error> {
        atomically!(self.store, |tx| {
            let at = self.environment.now();
            let mut plan = tx.plans().find_for_update(id).await?.ok_or(PlanError::NotFound)?;
            match step {
                Step::Expire => {
                    // Somebody may have been quicker since the plan was looked up.
                    if plan.expire(today, at).is_ok() {
                        tx.plans().save(&plan).await?;
                    }
                    Ok(())
                }
                Step::Complete => match plan.complete_when_due(today, at) {
                    Ok(quote) => pay_out(tx, &self.environment, &plan, quote, at).await,
                    Err(_) => Ok(()),
                },
                Step::Remind => self.remind(tx, &plan, at).await,
            }
        })
    }

    /// Recording the same reminder twice is harmless: the notifications are named after the plan.
    async fn remind(&self, tx: &mut dyn ScheduleTx, plan: &plan::Plan, at: Timestamp) -> Result<(), Error> {
        // Its owner may have completed it since it was looked up.
        let PlanState::Confirmed { quote } = plan.state() else { return Ok(()) };
        let Some(quote) = tx.quotes().find(quote).await? else { return Ok(()) };
        let plan_title = plan.title().as_str().to_owned();
        let event = Event::TripTomorrow {
            plan: plan.id(),
            dreamer: plan.dreamer(),
            maker: quote.maker(),
            plan_title,
        };
        Ok(tx.outbox().push(&self.environment.event(event, at)).await?)
    }

    async fn forget_old_sessions(&self, claim: &mut Claim<'_>) -> Result<(), Error> {
        let now = self.environment.now();
        loop {
            let gone =
                atomically!(self.store, |tx| { Ok(tx.sessions().delete_expired(now, Self::BATCH).await?) })?;
            if gone < Self::BATCH {
                return Ok(());
            }
            claim.keep().await?;
        }
    }
}

/// A name for this process among those that might run the schedule.
pub fn process_name(id: Uuid) -> String {
    format!("{}-{id}", std::process::id())
}
