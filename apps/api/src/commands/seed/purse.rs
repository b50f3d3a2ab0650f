//! A dreamer's coconuts: bought when they are needed.

use anyhow::bail;
use chrono::TimeDelta;
use kernel::{Coconuts, Timestamp};
use payment::{
    Currency, MerchantPaymentId, NewPayment, Payment, ProviderPayment, ProviderStatus, Settlement, Won,
};
use point::Transfer;

use super::chance::Chance;
use super::moment::Moment;
use super::people::Person;
use super::words::trips;

/// What a dreamer has left, as their story is told.
#[derive(Debug, Default)]
pub struct Purse {
    balance: i64,
}

/// Coconuts that were bought.
#[derive(Debug)]
pub struct Purchase {
    /// The PAID payment.
    pub payment: Payment,
    /// What it bought.
    pub charge: Transfer,
}

impl Purse {
    /// Coconuts are bought by the five hundred.
    const PACK: i64 = 500;

    /// Spends `price`, after a purchase some minutes before `at` if there is too little left.
    pub fn spend(
        &mut self,
        price: Coconuts,
        dreamer: &Person,
        at: Timestamp,
        chance: &mut Chance,
    ) -> anyhow::Result<Option<Purchase>> {
        let missing = price.get() - self.balance;
        let purchase = if missing > 0 {
            let coconuts = missing.unsigned_abs().div_ceil(Self::PACK.unsigned_abs());
            let coconuts = i64::try_from(coconuts)? * Self::PACK;
            self.balance += coconuts;
            Some(buy(coconuts, dreamer, at - TimeDelta::minutes(chance.between(5..=40)), chance)?)
        } else {
            None
        };
        self.balance -= price.get();
        Ok(purchase)
    }
}

fn buy(coconuts: i64, dreamer: &Person, at: Timestamp, chance: &mut Chance) -> anyhow::Result<Purchase> {
    let (asked, paid) = (Moment::new(at, chance), Moment::new(at + TimeDelta::minutes(1), chance));
    let id: kernel::PaymentId = asked.id();
    let merchant_id = MerchantPaymentId::try_from(format!("demo-{id}"))?;
    let amount = Won::try_from(coconuts * Won::PER_COCONUT)?;
    let new = NewPayment {
        id,
        merchant_id: merchant_id.clone(),
        user: dreamer.id,
        order_name: trips::ORDERS.pick(dreamer.language, chance).try_into()?,
        method: "CARD".try_into()?,
        amount,
    };
    let mut payment = Payment::request(new, asked.at());
    let answer = ProviderPayment {
        merchant_id,
        status: ProviderStatus::Paid,
        total: amount.get(),
        currency: Currency.as_str().to_owned(),
        is_our_store: true,
        is_accepted_channel: true,
    };
    let Settlement::Credit(credited) = payment.settle(&answer, paid.at())? else {
        bail!("payment {id} was not credited");
    };
    let charge = Transfer::charge(&paid, id, dreamer.id, credited, paid.at());
    Ok(Purchase { payment, charge })
}
