//! Makers in lists and on cards.

use follow::RemoveFollow;
use kernel::{ProfileImage, ServiceArea, TripType, UserId};
use stats::MakerStats;
use user::testing::{a_new_dreamer, a_new_maker, add_a_dreamer, add_a_maker, added, ids, now};
use user::{ProfileUpdate, SaveUser, User};

use super::{
    QueryContractTx, World, a_completed_trip, a_confirmed_trip, a_maker_called, a_maker_with,
    a_new_maker_with, a_review_of, at, follow, page, whole_list,
};
use crate::queries::{MakerCard, MakerFilter, MakerOrder};

async fn listed(world: &World, filter: &MakerFilter) -> Vec<UserId> {
    let cards = whole_list(async |page| world.makers.list(filter, None, page).await.unwrap()).await;
    cards.into_iter().map(|card| card.stats.maker).collect()
}

/// A maker with these ratings, and confirmed trips that nobody reviewed.
async fn a_maker_of(tx: &mut dyn QueryContractTx, ratings: &[i64], unreviewed: usize) -> UserId {
    let dreamer = add_a_dreamer(tx).await.id();
    let maker = add_a_maker(tx).await.id();
    for rating in ratings {
        let trip = a_completed_trip(tx, dreamer, maker, |_| {}).await;
        a_review_of(tx, &trip, *rating, now()).await;
    }
    for _ in 0..unreviewed {
        a_confirmed_trip(tx, dreamer, maker, |_| {}).await;
    }
    tx.stats().rebuild(maker, now()).await.unwrap();
    maker
}

/// By reviews, by the exact average, and by confirmed quotes; makers of whom nothing was ever counted too.
pub async fn makers_come_in_the_asked_order_and_the_newest_first_of_equal_ones(world: World) {
    let (new, nine_halves, five, busy, counted, eighteen_quarters) = world
        .hold(async |tx| {
            (
                add_a_maker(tx).await.id(),
                a_maker_of(tx, &[5, 4], 0).await,
                a_maker_of(tx, &[5], 0).await,
                a_maker_of(tx, &[], 3).await,
                a_maker_of(tx, &[], 0).await,
                a_maker_of(tx, &[4, 5, 4, 5], 0).await,
            )
        })
        .await;
    for (order_by, expected) in [
        (MakerOrder::Reviews, [eighteen_quarters, nine_halves, five, counted, busy, new]),
        (MakerOrder::Ratings, [five, eighteen_quarters, nine_halves, counted, busy, new]),
        (MakerOrder::Confirms, [eighteen_quarters, busy, nine_halves, five, counted, new]),
    ] {
        assert_eq!(listed(&world, &MakerFilter { order_by, ..MakerFilter::default() }).await, expected);
        // In the same order when some of them are asked for.
        let filter =
            MakerFilter { order_by, service_areas: vec![ServiceArea::Seoul], ..MakerFilter::default() };
        assert_eq!(listed(&world, &filter).await, expected);
    }
}

pub async fn makers_are_filtered_by_areas_and_types(world: World) {
    use ServiceArea::{Busan, Gyeongbuk, Gyeongnam, Jeju, Seoul};
    use TripType::{Culture, Festival, FoodTour, Shopping};
    let (first, second, third) = world
        .hold(async |tx| {
            add_a_dreamer(tx).await;
            (
                a_maker_with(tx, &[Seoul, Busan], &[FoodTour]).await,
                a_maker_with(tx, &[Busan, Gyeongbuk], &[Shopping]).await,
                a_maker_with(tx, &[Jeju], &[Culture, FoodTour]).await,
            )
        })
        .await;
    for (areas, types, expected) in [
        (vec![], vec![], vec![third, second, first]),
        (vec![Seoul], vec![], vec![first]),
        (vec![Busan], vec![], vec![second, first]),
        (vec![Jeju, Seoul], vec![], vec![third, first]),
        (vec![Gyeongnam], vec![], vec![]),
        (vec![], vec![FoodTour], vec![third, first]),
        (vec![], vec![Culture, Shopping, Festival], vec![third, second]),
        (vec![Busan], vec![FoodTour], vec![first]),
        (vec![Busan, Jeju], vec![FoodTour, Shopping], vec![third, second, first]),
        (vec![Seoul], vec![Culture], vec![]),
    ] {
        let filter = MakerFilter { service_areas: areas, service_types: types, ..MakerFilter::default() };
        assert_eq!(listed(&world, &filter).await, expected, "{filter:?}");
    }
}

async fn found(world: &World, keyword: &str) -> Vec<UserId> {
    listed(world, &MakerFilter { keyword: Some(keyword.to_owned()), ..MakerFilter::default() }).await
}

pub async fn makers_are_found_by_part_of_their_nick_name_in_any_case(world: World) {
    let (korean, french, cyrillic) = world
        .hold(async |tx| {
            add_a_dreamer(tx).await;
            (
                a_maker_called(tx, "한강 Night Walk").await,
                a_maker_called(tx, "ÉMILE à Séoul").await,
                a_maker_called(tx, "Москва на Каннам").await,
            )
        })
        .await;
    for (keyword, expected) in [
        ("한강", vec![korean]),
        ("강 nIGHT", vec![korean]),
        ("WALK", vec![korean]),
        ("한 강", vec![]),
        ("émile", vec![french]),
        ("À SÉOUL", vec![french]),
        ("emile", vec![]),
        ("мОСКВА", vec![cyrillic]),
        ("a", vec![korean]),
        (" ", vec![cyrillic, french, korean]),
    ] {
        assert_eq!(found(&world, keyword).await, expected, "{keyword}");
    }
    let both = MakerFilter {
        keyword: Some("night".to_owned()),
        service_areas: vec![ServiceArea::Busan],
        ..MakerFilter::default()
    };
    assert_eq!(listed(&world, &both).await, [korean]);
    let neither = MakerFilter { service_areas: vec![ServiceArea::Jeju], ..both };
    assert_eq!(listed(&world, &neither).await, []);
}

pub async fn wildcards_in_a_keyword_are_just_letters(world: World) {
    let names = ["100% Seoul", "1000 Seoul", "snake_case", "snakeXcase", "back\\slash", "[a-z]*", "o'clock"];
    let makers = world
        .hold(async |tx| {
            let mut makers = Vec::new();
            for name in names {
                makers.push(a_maker_called(tx, name).await);
            }
            makers
        })
        .await;
    for (keyword, expected) in [
        ("%", vec![makers[0]]),
        ("100%", vec![makers[0]]),
        ("_", vec![makers[2]]),
        ("E_C", vec![makers[2]]),
        ("\\", vec![makers[4]]),
        ("k\\S", vec![makers[4]]),
        ("[a-z]", vec![makers[5]]),
        ("*", vec![makers[5]]),
        ("'", vec![makers[6]]),
        ("%%", vec![]),
        ("1%l", vec![]),
    ] {
        assert_eq!(found(&world, keyword).await, expected, "{keyword}");
    }
}

pub async fn a_card_shows_the_maker_and_whether_the_viewer_follows_them(world: World) {
    let (maker, follower, another) = world
        .hold(async |tx| {
            let new = a_new_maker_with(
                &[ServiceArea::Jeju, ServiceArea::Busan],
                &[TripType::Shopping, TripType::Culture, TripType::FoodTour],
            );
            let maker = added(tx, User::register(new, now())).await;
            let (follower, another) = (add_a_dreamer(tx).await.id(), add_a_dreamer(tx).await.id());
            follow(tx, follower, maker.id(), now()).await;
            for rating in [5, 2] {
                let trip = a_completed_trip(tx, another, maker.id(), |_| {}).await;
                a_review_of(tx, &trip, rating, now()).await;
            }
            a_confirmed_trip(tx, another, maker.id(), |_| {}).await;
            tx.stats().rebuild(maker.id(), now()).await.unwrap();
            (maker, follower, another)
        })
        .await;
    let card = MakerCard {
        nick_name: maker.nick_name().as_str().to_owned(),
        image: ProfileImage::Default2,
        gallery: "https://gallery.example/서울".to_owned(),
        service_types: vec![TripType::Shopping, TripType::Culture, TripType::FoodTour],
        service_areas: vec![ServiceArea::Jeju, ServiceArea::Busan],
        description: "골목을 아는 사람".to_owned(),
        detail_description: "을지로에서 태어나 지금도 삽니다.".to_owned(),
        is_followed: false,
        stats: MakerStats {
            maker: maker.id(),
            rating_sum: 7,
            total_reviews: 2,
            total_follows: 1,
            total_confirms: 3,
        },
    };
    for (viewer, is_followed) in [(None, false), (Some(follower), true), (Some(another), false)] {
        let card = MakerCard { is_followed, ..card.clone() };
        assert_eq!(world.makers.find(maker.id(), viewer).await.unwrap(), Some(card.clone()));
        let listed = world.makers.list(&MakerFilter::default(), viewer, page(1, 5)).await.unwrap();
        assert_eq!(listed.list, [card]);
    }
}

pub async fn nobody_but_a_maker_has_a_card(world: World) {
    let dreamer = world.hold(async |tx| add_a_dreamer(tx).await.id()).await;
    assert_eq!(world.makers.find(dreamer, None).await.unwrap(), None);
    assert_eq!(world.makers.find(ids().next(), Some(dreamer)).await.unwrap(), None);
    assert_eq!(listed(&world, &MakerFilter::default()).await, []);
}

pub async fn a_changed_maker_is_listed_as_they_are_now(world: World) {
    let mut maker = world
        .hold(async |tx| {
            let maker = added(tx, User::register(a_new_maker(), now())).await;
            added(tx, User::register(a_new_dreamer(), now())).await;
            maker
        })
        .await;
    world
        .hold(async |tx| {
            maker.rename("새 이름".try_into().unwrap(), now());
            assert_eq!(tx.users().save(&maker).await.unwrap(), SaveUser::Saved);
            let mut profile = tx.users().find_profile_for_update(maker.id()).await.unwrap().unwrap();
            let update = ProfileUpdate {
                service_area: vec![ServiceArea::Ulsan].try_into().ok(),
                service_types: vec![TripType::Festival].try_into().ok(),
                description: "바다를 아는 사람".try_into().ok(),
                ..ProfileUpdate::default()
            };
            profile.update(update, now());
            tx.users().save_profile(maker.id(), &profile).await.unwrap();
        })
        .await;
    let filter = |areas: &[ServiceArea], types: &[TripType]| MakerFilter {
        service_areas: areas.to_vec(),
        service_types: types.to_vec(),
        keyword: Some("새".to_owned()),
        ..MakerFilter::default()
    };
    let now_serves = filter(&[ServiceArea::Ulsan], &[TripType::Festival]);
    assert_eq!(listed(&world, &now_serves).await, [maker.id()]);
    assert_eq!(listed(&world, &filter(&[ServiceArea::Seoul], &[])).await, []);
    assert_eq!(listed(&world, &filter(&[], &[TripType::Shopping])).await, []);
    let card = world.makers.find(maker.id(), None).await.unwrap().unwrap();
    assert_eq!((&*card.nick_name, &*card.description), ("새 이름", "바다를 아는 사람"));
    assert_eq!(
        (card.service_areas, card.service_types),
        (vec![ServiceArea::Ulsan], vec![TripType::Festival])
    );
}

pub async fn followed_makers_come_the_last_followed_first(world: World) {
    let (dreamer, follows) = world
        .hold(async |tx| {
            let (dreamer, another) = (add_a_dreamer(tx).await.id(), add_a_dreamer(tx).await.id());
            let mut follows = Vec::new();
            for minute in [2, 1, 2, 3, 0] {
                let maker = add_a_maker(tx).await.id();
                follows.push(follow(tx, dreamer, maker, at(minute)).await);
                follow(tx, another, maker, at(0)).await;
            }
            let [.., left] = &follows[..] else { unreachable!() };
            assert_eq!(tx.follows().remove(dreamer, left.maker).await.unwrap(), RemoveFollow::Removed);
            (dreamer, follows)
        })
        .await;
    let list = whole_list(async |page| world.makers.followed_by(dreamer, page).await.unwrap()).await;
    let seen: Vec<_> = list.iter().map(|entry| entry.id).collect();
    assert_eq!(seen, [follows[3].id, follows[2].id, follows[0].id, follows[1].id]);
    let [latest, ..] = &list[..] else { unreachable!() };
    assert_eq!((latest.dreamer, latest.created_at, latest.updated_at), (dreamer, at(3), at(3)));
    let card = world.makers.find(follows[3].maker, Some(dreamer)).await.unwrap();
    assert_eq!(Some(&latest.maker), card.as_ref());
    assert!(latest.maker.is_followed);
}
