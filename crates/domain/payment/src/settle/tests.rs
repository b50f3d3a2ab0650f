use kernel::Kind;
use proptest::prelude::*;

use super::*;
use crate::payment::PaymentStatus;
use crate::testing::{a_payment, an_answer, now};

fn any_status() -> impl Strategy<Value = ProviderStatus> {
    prop_oneof![
        Just(ProviderStatus::Ready),
        Just(ProviderStatus::PayPending),
        Just(ProviderStatus::VirtualAccountIssued),
        Just(ProviderStatus::Paid),
        Just(ProviderStatus::Failed),
        Just(ProviderStatus::PartialCancelled),
        Just(ProviderStatus::Cancelled),
        Just(ProviderStatus::Unknown("DISPUTED".to_owned())),
    ]
}

/// Something that happens to a payment.
#[derive(Debug, Clone)]
enum Step {
    Answer { status: ProviderStatus, total: i64, is_accepted_channel: bool },
    Unknown { hours: i64 },
    Refunded,
}

fn any_step() -> impl Strategy<Value = Step> {
    let total = prop_oneof![4 => Just(10_000), 1 => any::<i64>()];
    prop_oneof![
        8 => (any_status(), total, prop::bool::weighted(0.9)).prop_map(
            |(status, total, is_accepted_channel)| Step::Answer { status, total, is_accepted_channel }
        ),
        1 => (0..48_i64).prop_map(|hours| Step::Unknown { hours }),
        1 => Just(Step::Refunded),
    ]
}

fn take(payment: &mut Payment, step: &Step) -> Option<Settlement> {
    match step {
        Step::Answer { status, total, is_accepted_channel } => {
            let answer = ProviderPayment {
                total: *total,
                is_accepted_channel: *is_accepted_channel,
                ..an_answer(payment, status.clone())
            };
            Some(payment.settle(&answer, now()).unwrap())
        }
        Step::Unknown { hours } => Some(payment.settle_unknown(now() + TimeDelta::hours(*hours))),
        Step::Refunded => {
            payment.refunded(now());
            None
        }
    }
}

fn settle(payment: &mut Payment, status: ProviderStatus) -> Settlement {
    let answer = an_answer(payment, status);
    payment.settle(&answer, now()).unwrap()
}

proptest! {
    #[test]
    fn whatever_comes_coconuts_are_credited_once_at_most_and_taken_back_only_after(
        steps in prop::collection::vec(any_step(), 0..25),
    ) {
        let mut payment = a_payment();
        let (mut credits, mut reversals) = (0, 0);
        for step in &steps {
            match take(&mut payment, step) {
                Some(Settlement::Credit(coconuts)) => {
                    prop_assert_eq!(coconuts.get(), 100);
                    credits += 1;
                }
                Some(Settlement::Reverse(coconuts)) => {
                    prop_assert_eq!(coconuts.get(), 100);
                    prop_assert_eq!(credits, 1);
                    reversals += 1;
                }
                _ => {}
            }
            prop_assert!(credits <= 1 && reversals <= 1);
            // The coconuts are with the payer exactly while the payment says PAID.
            prop_assert_eq!(credits - reversals == 1, payment.status() == PaymentStatus::Paid);
        }
    }

    #[test]
    fn whatever_is_refused_stays_refused(steps in prop::collection::vec(any_step(), 0..25)) {
        let mut payment = a_payment();
        let mut is_refused = false;
        for step in &steps {
            let settlement = take(&mut payment, step);
            prop_assert!(!is_refused || !matches!(settlement, Some(Settlement::Credit(_))));
            is_refused |= matches!(settlement, Some(Settlement::CancelAtProvider(_)));
            prop_assert!(!is_refused || payment.status() == PaymentStatus::Cancelled);
        }
    }

    #[test]
    fn an_answer_that_is_repeated_changes_nothing_more(
        steps in prop::collection::vec(any_step(), 0..10), last in any_step(),
    ) {
        let mut payment = a_payment();
        for step in &steps {
            take(&mut payment, step);
        }
        take(&mut payment, &last);
        let before = payment.clone();
        let settlement = take(&mut payment, &last);
        prop_assert_eq!(before, payment);
        prop_assert!(!matches!(settlement, Some(Settlement::Credit(_) | Settlement::Reverse(_))));
    }

    #[test]
    fn what_was_paid_is_credited_at_last_whatever_was_heard_before(
        early in prop::collection::vec(
            prop_oneof![
                Just(ProviderStatus::Ready), Just(ProviderStatus::PayPending),
                Just(ProviderStatus::Failed), Just(ProviderStatus::Unknown(String::new())),
            ],
            0..6,
        ),
    ) {
        let mut payment = a_payment();
        for status in early {
            let _ = settle(&mut payment, status);
        }
        prop_assert!(matches!(settle(&mut payment, ProviderStatus::Paid), Settlement::Credit(_)));
    }
}

#[test]
fn a_paid_payment_is_credited_once() {
    let mut payment = a_payment();
    assert_eq!(settle(&mut payment, ProviderStatus::Ready), Settlement::NotYet);
    let coconuts = payment.amount().coconuts();
    assert_eq!(settle(&mut payment, ProviderStatus::Paid), Settlement::Credit(coconuts));
    assert_eq!(settle(&mut payment, ProviderStatus::Paid), Settlement::AlreadyPaid);
    assert_eq!(settle(&mut payment, ProviderStatus::Ready), Settlement::AlreadyPaid);
    assert_eq!(settle(&mut payment, ProviderStatus::Failed), Settlement::AlreadyPaid);
    assert_eq!(payment.state(), PaymentState::Paid { at: now() });
}

#[test]
fn a_credited_payment_that_was_cancelled_is_taken_back_once() {
    let mut payment = a_payment();
    let coconuts = payment.amount().coconuts();
    let _ = settle(&mut payment, ProviderStatus::Paid);
    assert_eq!(settle(&mut payment, ProviderStatus::Cancelled), Settlement::Reverse(coconuts));
    assert_eq!(settle(&mut payment, ProviderStatus::Cancelled), Settlement::Cancelled);
    assert!(!payment.is_unsettled());
}

#[test]
fn a_payment_cancelled_before_it_was_credited_just_ends() {
    for before in [ProviderStatus::Ready, ProviderStatus::Failed] {
        let mut payment = a_payment();
        let _ = settle(&mut payment, before);
        assert_eq!(settle(&mut payment, ProviderStatus::Cancelled), Settlement::Cancelled);
        assert_eq!(payment.state(), PaymentState::Cancelled { at: now(), refund_due: false });
    }
}

#[test]
fn money_that_is_not_what_was_asked_for_is_cancelled_until_that_is_done() {
    let honest = an_answer(&a_payment(), ProviderStatus::Paid);
    for (answer, why) in [
        (ProviderPayment { total: 100, ..honest.clone() }, Mismatch::Amount { asked: 10_000, paid: 100 }),
        (
            ProviderPayment { currency: "USD".to_owned(), ..honest.clone() },
            Mismatch::Currency("USD".to_owned()),
        ),
        (ProviderPayment { is_our_store: false, ..honest.clone() }, Mismatch::Store),
        (ProviderPayment { is_accepted_channel: false, ..honest.clone() }, Mismatch::Channel),
        (
            ProviderPayment { status: ProviderStatus::PartialCancelled, ..honest.clone() },
            Mismatch::PartlyRefunded,
        ),
    ] {
        let mut payment = a_payment();
        let answer = ProviderPayment { merchant_id: payment.merchant_id().clone(), ..answer };
        let refused = Settlement::CancelAtProvider(why);
        assert_eq!(payment.settle(&answer, now()).unwrap(), refused);
        assert_eq!(payment.settle(&answer, now()).unwrap(), refused);
        assert!(payment.is_unsettled());
        payment.refunded(now());
        assert_eq!(payment.state(), PaymentState::Cancelled { at: now(), refund_due: false });
        assert!(!payment.is_unsettled());
    }
}

#[test]
fn the_provider_saying_cancelled_is_as_good_as_its_answer_to_the_cancellation() {
    let mut payment = a_payment();
    let mut answer = an_answer(&payment, ProviderStatus::Paid);
    answer.total = 1;
    let _ = payment.settle(&answer, now()).unwrap();
    assert_eq!(settle(&mut payment, ProviderStatus::Cancelled), Settlement::Cancelled);
    assert!(!payment.is_unsettled());
}

#[test]
fn money_that_comes_after_the_end_goes_back() {
    let mut payment = a_payment();
    let _ = settle(&mut payment, ProviderStatus::Cancelled);
    let refused = Settlement::CancelAtProvider(Mismatch::Cancelled);
    assert_eq!(settle(&mut payment, ProviderStatus::Paid), refused);
    assert!(payment.is_unsettled());
}

#[test]
fn a_partial_refund_of_a_credited_payment_is_left_to_a_person() {
    let mut payment = a_payment();
    let _ = settle(&mut payment, ProviderStatus::Paid);
    assert_eq!(settle(&mut payment, ProviderStatus::PartialCancelled), Settlement::PartlyRefunded);
    assert_eq!(payment.status(), PaymentStatus::Paid);
}

#[test]
fn a_payment_that_the_provider_never_heard_of_fails_after_a_day() {
    let mut payment = a_payment();
    let almost = now() + Payment::FORGOTTEN_AFTER - TimeDelta::milliseconds(1);
    assert_eq!(payment.settle_unknown(almost), Settlement::NotYet);
    assert_eq!(payment.settle_unknown(now() + Payment::FORGOTTEN_AFTER), Settlement::Failed);
}

#[test]
fn an_answer_about_another_payment_is_not_taken() {
    let mut payment = a_payment();
    let before = payment.clone();
    let refusal = payment.settle(&an_answer(&a_payment(), ProviderStatus::Paid), now()).unwrap_err();
    assert_eq!(refusal.code().kind, Kind::Internal);
    assert_eq!(payment, before);
}

#[test]
fn the_payer_is_told_paid_not_paid_or_mismatched() {
    let coconuts = a_payment().amount().coconuts();
    for paid in [Settlement::Credit(coconuts), Settlement::AlreadyPaid, Settlement::PartlyRefunded] {
        assert_eq!(paid.completed(), Ok(()));
    }
    for not in [Settlement::NotYet, Settlement::Failed, Settlement::Cancelled, Settlement::Reverse(coconuts)]
    {
        assert_eq!(not.completed().unwrap_err().code().name, "PAYMENT_NOT_PAID");
    }
    let mismatch = Settlement::CancelAtProvider(Mismatch::Store).completed().unwrap_err();
    assert_eq!((mismatch.code().name, mismatch.code().kind), ("PAYMENT_AMOUNT_MISMATCH", Kind::Conflict));
}
