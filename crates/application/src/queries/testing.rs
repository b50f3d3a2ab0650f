//! The contract of the query ports as a suite that runs on every adapter:
//! `application::query_contract!(fresh_world());`, with a future of a [`World`] and tokio at hand.
//!
//! The data comes in through the repositories, as the use cases write it; every list is read page by page
//! and at once, so that each case also tests paging ([`whole_list`]).

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "for tests only")]

mod dreamer_plans;
mod maker_plans;
mod makers;
mod nothing;
mod plans;
mod quotes;
mod reviews;
mod users;

use std::fmt::Debug;
use std::sync::Arc;

use chrono::TimeDelta;
use follow::testing::a_follow;
use follow::{AddFollow, Follow, HasFollows};
use kernel::{Begin, Page, PageOf, ServiceArea, Timestamp, TripType, UserId};
use plan::testing::a_plan_with;
use plan::{HasPlans, Plan, PlanParts};
use point::HasLedger;
use quote::testing::a_quote_by;
use quote::{AddQuote, HasQuotes, Quote, QuoteParts, SaveQuote};
use review::testing::a_review_with;
use review::{AddReview, HasReviews, Review};
use stats::HasStats;
use user::testing::{a_new_dreamer, a_new_maker, added, now};
use user::{HasUsers, NewUser, ProfileDetails, User};

pub use dreamer_plans::*;
pub use maker_plans::*;
pub use makers::*;
pub use nothing::*;
pub use plans::*;
pub use quotes::*;
pub use reviews::*;
pub use users::*;

use super::{MakerQueries, PlanQueries, PointQueries, QuoteQueries, ReviewQueries, UserName, UserQueries};

kernel::bundle! {
    /// What fills the store with all that is queried.
    pub trait QueryContractTx: HasUsers, HasFollows, HasPlans, HasQuotes, HasReviews, HasStats, HasLedger;
}

/// What the contract runs on: an empty store with all query ports.
#[derive(Clone)]
pub struct World {
    /// Opens transactions.
    pub begin: Arc<dyn Begin<dyn QueryContractTx>>,
    pub makers: Arc<dyn MakerQueries>,
    pub plans: Arc<dyn PlanQueries>,
    pub quotes: Arc<dyn QuoteQueries>,
    pub reviews: Arc<dyn ReviewQueries>,
    pub users: Arc<dyn UserQueries>,
    pub points: Arc<dyn PointQueries>,
}

impl World {
    /// Commits what `fill` writes.
    async fn hold<T>(&self, fill: impl AsyncFnOnce(&mut dyn QueryContractTx) -> T) -> T {
        let mut tx = self.begin.begin().await.unwrap();
        let filled = fill(&mut *tx).await;
        tx.commit().await.unwrap();
        filled
    }
}

/// A time that many minutes after everything else happened.
fn at(minutes: i64) -> Timestamp {
    now() + TimeDelta::minutes(minutes)
}

fn page(number: i64, size: i64) -> Page {
    Page::new(number, size).unwrap()
}

/// Everything that is on one page.
const ALL: i64 = Page::MAX_SIZE;

/// The list that `query` answers page by page: pages of every size show the same entries in the same order,
/// none twice, and the same total; so does a page beyond the end.
async fn whole_list<T: PartialEq + Debug>(query: impl AsyncFn(Page) -> PageOf<T>) -> Vec<T> {
    let whole = query(page(1, ALL)).await;
    let total = i64::try_from(whole.list.len()).unwrap();
    assert_eq!(whole.total, total);
    for size in 1..=3 {
        let mut seen = Vec::new();
        for number in 1..=(total + size - 1) / size {
            let part = query(page(number, size)).await;
            assert_eq!(part.total, total);
            seen.extend(part.list);
        }
        assert_eq!(seen, whole.list);
    }
    assert_eq!(query(page(Page::MAX_NUMBER, 5)).await, PageOf { total, list: Vec::new() });
    whole.list
}

/// How a user is mentioned.
fn named(user: &User) -> UserName {
    UserName { id: user.id(), nick_name: user.nick_name().as_str().to_owned() }
}

async fn a_user_called(tx: &mut dyn QueryContractTx, name: &str, new: NewUser) -> User {
    let new = NewUser { nick_name: name.try_into().unwrap(), ..new };
    added(tx, User::register(new, now())).await
}

async fn a_dreamer_called(tx: &mut dyn QueryContractTx, name: &str) -> User {
    a_user_called(tx, name, a_new_dreamer()).await
}

async fn a_maker_called(tx: &mut dyn QueryContractTx, name: &str) -> UserId {
    a_user_called(tx, name, a_new_maker()).await.id()
}

/// What a maker brings who serves these areas and types.
fn a_new_maker_with(areas: &[ServiceArea], types: &[TripType]) -> NewUser {
    let mut new = a_new_maker();
    if let ProfileDetails::Maker(profile) = &mut new.profile {
        profile.service_area = areas.to_vec().try_into().unwrap();
        profile.service_types = types.to_vec().try_into().unwrap();
    }
    new
}

async fn a_maker_with(tx: &mut dyn QueryContractTx, areas: &[ServiceArea], types: &[TripType]) -> UserId {
    added(tx, User::register(a_new_maker_with(areas, types), now())).await.id()
}

async fn a_plan_of(
    tx: &mut dyn QueryContractTx,
    dreamer: UserId,
    change: impl FnOnce(&mut PlanParts),
) -> Plan {
    let plan = a_plan_with(|plan| {
        plan.dreamer = dreamer;
        change(plan);
    });
    tx.plans().add(&plan).await.unwrap();
    plan
}

async fn a_quote_on(
    tx: &mut dyn QueryContractTx,
    plan: &Plan,
    maker: UserId,
    change: impl FnOnce(&mut QuoteParts),
) -> Quote {
    let mut parts = a_quote_by(maker, plan).into_parts();
    change(&mut parts);
    let quote = Quote::restore(parts);
    assert_eq!(tx.quotes().add(&quote).await.unwrap(), AddQuote::Added);
    quote
}

/// Chooses the quote.
async fn confirm(tx: &mut dyn QueryContractTx, plan: &mut Plan, quote: &mut Quote) {
    quote.confirm(plan.dreamer(), plan, now()).unwrap();
    tx.plans().save(plan).await.unwrap();
    assert_eq!(tx.quotes().save(quote).await.unwrap(), SaveQuote::Saved);
}

/// A CONFIRMED plan with its quote.
async fn a_confirmed_trip(
    tx: &mut dyn QueryContractTx,
    dreamer: UserId,
    maker: UserId,
    change: impl FnOnce(&mut PlanParts),
) -> (Plan, Quote) {
    let mut plan = a_plan_of(tx, dreamer, change).await;
    let mut quote = a_quote_on(tx, &plan, maker, |_| {}).await;
    confirm(tx, &mut plan, &mut quote).await;
    (plan, quote)
}

/// A COMPLETED plan with its quote.
async fn a_completed_trip(
    tx: &mut dyn QueryContractTx,
    dreamer: UserId,
    maker: UserId,
    change: impl FnOnce(&mut PlanParts),
) -> (Plan, Quote) {
    let (mut plan, quote) = a_confirmed_trip(tx, dreamer, maker, change).await;
    plan.complete(dreamer, now()).unwrap();
    tx.plans().save(&plan).await.unwrap();
    (plan, quote)
}

/// Deletes the plan and its quotes.
async fn delete(tx: &mut dyn QueryContractTx, plan: &mut Plan) {
    plan.delete(plan.dreamer(), now()).unwrap();
    tx.plans().save(plan).await.unwrap();
    tx.quotes().delete_all_of_plan(plan.id(), now()).await.unwrap();
}

/// Reviews a trip that is completed.
async fn a_review_of(
    tx: &mut dyn QueryContractTx,
    (plan, quote): &(Plan, Quote),
    rating: i64,
    at: Timestamp,
) -> Review {
    let review = a_review_with(|review| {
        review.writer = plan.dreamer();
        review.owner = quote.maker();
        review.plan = plan.id();
        review.rating = rating.try_into().unwrap();
        review.content = format!("{rating} stars").try_into().unwrap();
        review.created_at = at;
        review.updated_at = at;
    });
    assert_eq!(tx.reviews().add(&review).await.unwrap(), AddReview::Added);
    review
}

async fn follow(tx: &mut dyn QueryContractTx, dreamer: UserId, maker: UserId, at: Timestamp) -> Follow {
    let follow = Follow { created_at: at, updated_at: at, ..a_follow(dreamer, maker) };
    assert_eq!(tx.follows().add(&follow).await.unwrap(), AddFollow::Added);
    follow
}

/// Makes each case a test of its own, on a fresh [`World`].
#[macro_export]
macro_rules! query_contract {
    ($fresh:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::queries::testing::$case($fresh.await).await; })*
    };
    ($fresh:expr) => {
        $crate::query_contract!($fresh;
            an_empty_store_has_empty_lists,
            makers_come_in_the_asked_order_and_the_newest_first_of_equal_ones,
            makers_are_filtered_by_areas_and_types,
            makers_are_found_by_part_of_their_nick_name_in_any_case,
            wildcards_in_a_keyword_are_just_letters,
            a_card_shows_the_maker_and_whether_the_viewer_follows_them,
            nobody_but_a_maker_has_a_card,
            a_changed_maker_is_listed_as_they_are_now,
            followed_makers_come_the_last_followed_first,
            plans_are_counted_by_area_and_by_type_whatever_their_status,
            a_plan_is_shown_with_its_people,
            an_address_is_shown_to_its_dreamer_and_to_the_maker_who_was_chosen,
            a_deleted_plan_is_not_shown,
            a_maker_sees_the_pending_plans_of_their_areas,
            a_maker_sees_no_plan_that_they_have_quoted_on,
            a_makers_quotes_elsewhere_take_nothing_from_the_count,
            a_makers_plans_come_in_the_asked_order,
            a_makers_plans_are_counted_by_type_whatever_types_are_asked_for,
            a_maker_sees_who_asked_them_in_any_area,
            a_makers_plans_are_found_by_title_or_dreamer,
            a_dreamer_sees_their_own_plans_in_the_asked_order,
            a_dreamers_plans_are_filtered_by_status,
            a_dreamers_completed_plans_are_told_apart_by_review,
            plans_are_ready_to_complete_from_their_trip_day_on,
            a_dreamers_plan_comes_with_its_confirmed_quote,
            a_plans_quotes_come_newest_first_with_the_makers_card,
            a_plans_quotes_can_be_restricted_to_the_confirmed_one,
            sent_quotes_come_by_the_status_of_their_plan_then_newest_first,
            quotes_that_were_not_chosen_are_listed_apart,
            a_quote_is_shown_with_its_plan_and_both_sides,
            what_a_dreamer_wrote_comes_newest_first_and_survives_its_plan,
            a_makers_reviews_come_newest_first_and_counted_by_rating,
            an_account_shows_itself_and_what_it_can_spend,
            a_profile_is_shown_as_it_was_saved,
            a_log_has_the_users_own_entries_newest_first,
        );
    };
}
