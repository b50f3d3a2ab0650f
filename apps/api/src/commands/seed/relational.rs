//! What of the demo world is written in transactions: accounts, trips and coconuts.

use anyhow::{Context, bail};
use follow::HasFollows;
use payment::{AddPayment, HasPayments};
use plan::HasPlans;
use point::{HasLedger, Posting, Transfer};
use quote::HasQuotes;
use review::HasReviews;
use user::{HasUsers, PasswordHash};

use super::life::Life;
use super::people::Person;
use super::purse::Purchase;
use super::trip::Trip;

kernel::bundle! {
    /// What writing accounts and trips needs.
    pub trait SeedTx: HasUsers, HasFollows, HasPlans, HasQuotes, HasReviews, HasPayments, HasLedger;
}

/// Opens an account for that person.
pub async fn add_account(tx: &mut dyn SeedTx, person: &Person, hash: &PasswordHash) -> anyhow::Result<()> {
    let (user, profile) = person.register(hash)?;
    let added = tx.users().add(&user, &profile).await?.accepted();
    added.with_context(|| format!("the account of {} can't be opened in this store", person.nick_name))
}

/// Writes the trips and follows of one dreamer, unless they are there. Answers how many things it wrote.
pub async fn add_life(tx: &mut dyn SeedTx, life: &Life) -> anyhow::Result<u64> {
    let Some(first) = life.trips.first() else { return Ok(0) };
    // They are written in one transaction, so one of them tells of all.
    if tx.plans().find_for_update(first.plan.id()).await?.is_some() {
        return Ok(0);
    }
    for follow in &life.follows {
        tx.follows().add(follow).await?.accepted()?;
    }
    let mut added = life.follows.len() as u64;
    for trip in &life.trips {
        added += add_trip(tx, trip).await?;
    }
    Ok(added)
}

/// In the order in which it happened, which stores may insist on.
async fn add_trip(tx: &mut dyn SeedTx, trip: &Trip) -> anyhow::Result<u64> {
    tx.plans().add(&trip.posted).await?;
    for quote in &trip.quotes {
        tx.quotes().add(quote).await?.accepted()?;
    }
    if trip.plan != trip.posted {
        tx.plans().save(&trip.plan).await?;
    }
    if let Some(purchase) = &trip.purchase {
        add_purchase(tx, purchase).await?;
    }
    for transfer in &trip.transfers {
        post(tx, transfer).await?;
    }
    if let Some(review) = &trip.review {
        tx.reviews().add(review).await?.accepted()?;
    }
    let transfers = trip.transfers.len() + 2 * usize::from(trip.purchase.is_some());
    let trip = 1 + trip.quotes.len() + usize::from(trip.review.is_some());
    Ok((trip + transfers) as u64)
}

async fn add_purchase(tx: &mut dyn SeedTx, purchase: &Purchase) -> anyhow::Result<()> {
    match tx.payments().add(&purchase.payment).await? {
        AddPayment::Added => post(tx, &purchase.charge).await,
        AddPayment::MerchantIdTaken => bail!("payment {} is there already", purchase.payment.merchant_id()),
    }
}

async fn post(tx: &mut dyn SeedTx, transfer: &Transfer) -> anyhow::Result<()> {
    match tx.ledger().post(transfer).await? {
        Posting::Posted => Ok(()),
        refused @ (Posting::AlreadyPosted | Posting::Insufficient) => {
            bail!("the ledger took {} as {refused:?}", transfer.key())
        }
    }
}
