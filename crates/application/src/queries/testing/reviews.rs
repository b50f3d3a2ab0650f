//! Reviews, of their writer and of the maker.

use kernel::{ProfileImage, TripType};
use user::testing::{a_new_maker, add_a_dreamer, add_a_maker, ids, now};

use super::{
    World, a_completed_trip, a_dreamer_called, a_plan_of, a_quote_on, a_review_of, a_user_called, at,
    confirm, delete, page, whole_list,
};
use crate::queries::{MakerReviewView, MyReviewView};

/// With the price of the confirmed quote, and also when the plan and its quotes are deleted.
pub async fn what_a_dreamer_wrote_comes_newest_first_and_survives_its_plan(world: World) {
    let (dreamer, mut trip, review, others) = world
        .hold(async |tx| {
            let (dreamer, another) = (add_a_dreamer(tx).await.id(), add_a_dreamer(tx).await.id());
            let maker = a_user_called(tx, "메이커", a_new_maker()).await.id();
            let loser = add_a_maker(tx).await.id();
            let mut plan = a_plan_of(tx, dreamer, |plan| plan.trip_type = TripType::Culture).await;
            a_quote_on(tx, &plan, loser, |quote| quote.price = 7.try_into().unwrap()).await;
            let mut quote = a_quote_on(tx, &plan, maker, |quote| {
                quote.price = 4321.try_into().unwrap();
                quote.is_assigned = true;
            })
            .await;
            confirm(tx, &mut plan, &mut quote).await;
            plan.complete(dreamer, now()).unwrap();
            let trip = (plan, quote);
            tx.plans().save(&trip.0).await.unwrap();
            let review = a_review_of(tx, &trip, 5, at(2)).await;
            let mut others = Vec::new();
            for minute in [1, 2, 3] {
                let trip = a_completed_trip(tx, dreamer, loser, |_| {}).await;
                others.push(a_review_of(tx, &trip, 1, at(minute)).await.id());
                let trip = a_completed_trip(tx, another, loser, |_| {}).await;
                a_review_of(tx, &trip, 1, at(minute)).await;
            }
            (dreamer, trip, review, others)
        })
        .await;
    let mine = async || whole_list(async |page| world.reviews.written_by(dreamer, page).await.unwrap()).await;
    let before = mine().await;
    let seen: Vec<_> = before.iter().map(|review| review.id).collect();
    assert_eq!(seen, [others[2], others[1], review.id(), others[0]]);
    let expected = MyReviewView {
        id: review.id(),
        created_at: at(2),
        rating: 5,
        content: "5 stars".to_owned(),
        maker_nick_name: "메이커".to_owned(),
        maker_image: ProfileImage::Default2,
        trip_type: TripType::Culture,
        trip_date: trip.0.trip_date(),
        price: 4321,
        is_assigned: true,
    };
    assert_eq!(before[2], expected);
    world
        .hold(async |tx| {
            delete(tx, &mut trip.0).await;
            assert!(tx.quotes().find(trip.1.id()).await.unwrap().unwrap().is_deleted());
        })
        .await;
    assert_eq!(mine().await, before);
}

pub async fn a_makers_reviews_come_newest_first_and_counted_by_rating(world: World) {
    let (maker, reviews) = world
        .hold(async |tx| {
            let (maker, another) = (add_a_maker(tx).await.id(), add_a_maker(tx).await.id());
            let dreamer = a_dreamer_called(tx, "여행자").await.id();
            let mut reviews = Vec::new();
            for (rating, minute) in [(4, 1), (5, 3), (1, 2), (5, 2)] {
                let trip = a_completed_trip(tx, dreamer, maker, |_| {}).await;
                reviews.push(a_review_of(tx, &trip, rating, at(minute)).await.id());
                let trip = a_completed_trip(tx, dreamer, another, |_| {}).await;
                a_review_of(tx, &trip, 2, at(minute)).await;
            }
            (maker, reviews)
        })
        .await;
    let list = whole_list(async |page| world.reviews.about(maker, page).await.unwrap().reviews).await;
    let seen: Vec<_> = list.iter().map(|review| review.id).collect();
    assert_eq!(seen, [1, 3, 2, 0].map(|index: usize| reviews[index]));
    let newest = MakerReviewView {
        id: reviews[1],
        created_at: at(3),
        rating: 5,
        content: "5 stars".to_owned(),
        writer_nick_name: "여행자".to_owned(),
    };
    assert_eq!(list[0], newest);
    let beyond = world.reviews.about(maker, page(9, 5)).await.unwrap();
    assert_eq!(beyond.by_rating, [(5, 2), (4, 1), (1, 1)]);
    let nobodys = world.reviews.about(ids().next(), page(1, 5)).await.unwrap();
    assert_eq!((nobodys.reviews.total, nobodys.by_rating), (0, vec![]));
}
