//! What comes from the cache, when it doesn't, and that nobody waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use application::queries::{
    DreamerPlanFilter, DreamerPlanView, FollowedMaker, MakerCard, MakerFilter, MakerPlanFilter,
    MakerPlanList, MakerQueries, PlanQueries, PlanView, SharedViews,
};
use application::realtime::testing::ids;
use async_trait::async_trait;
use deadpool_redis::redis::cmd;
use goforme_redis::{Cache, CachedMakers, CachedPlans, Redis, RedisConfig};
use kernel::{Page, PageOf, PlanId, ProfileImage, ServiceArea, StoreError, TripType, UserId};
use stats::MakerStats;
use testkit::eventually;
use testkit::redis::PrivateRedis;
use tokio::time::Instant;

use crate::fresh::{config, impatient, raw};

/// A database that counts how often it was asked, and whose answers tell.
#[derive(Default)]
struct Database(AtomicI64);

impl Database {
    fn asked(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

fn a_card(maker: UserId, is_followed: bool, asked: i64) -> MakerCard {
    MakerCard {
        nick_name: "제주곰".to_owned(),
        image: ProfileImage::Default2,
        gallery: "https://example.org/곰".to_owned(),
        service_types: vec![TripType::Festival, TripType::Culture],
        service_areas: vec![ServiceArea::Jeju],
        description: "짧게".to_owned(),
        detail_description: "길게".to_owned(),
        is_followed,
        stats: MakerStats {
            rating_sum: 9,
            total_reviews: 2,
            total_follows: asked,
            ..MakerStats::none(maker)
        },
    }
}

#[async_trait]
impl MakerQueries for Database {
    async fn list(
        &self,
        _: &MakerFilter,
        _: Option<UserId>,
        _: Page,
    ) -> Result<PageOf<MakerCard>, StoreError> {
        Ok(PageOf { total: self.asked(), list: Vec::new() })
    }

    async fn find(&self, maker: UserId, viewer: Option<UserId>) -> Result<Option<MakerCard>, StoreError> {
        let asked = self.asked();
        Ok((maker != nobody()).then(|| a_card(maker, viewer.is_some(), asked)))
    }

    async fn followed_by(&self, _: UserId, _: Page) -> Result<PageOf<FollowedMaker>, StoreError> {
        Ok(PageOf { total: self.asked(), list: Vec::new() })
    }
}

#[async_trait]
impl PlanQueries for Database {
    async fn count_by_area(&self) -> Result<Vec<(ServiceArea, i64)>, StoreError> {
        Ok(vec![(ServiceArea::Seoul, self.asked())])
    }

    async fn count_by_trip_type(&self, _: ServiceArea) -> Result<Vec<(TripType, i64)>, StoreError> {
        Ok(vec![(TripType::Culture, self.asked())])
    }

    async fn for_maker(&self, _: UserId, _: &MakerPlanFilter, _: Page) -> Result<MakerPlanList, StoreError> {
        Ok(MakerPlanList {
            plans: PageOf { total: self.asked(), list: Vec::new() },
            by_trip_type: Vec::new(),
        })
    }

    async fn of_dreamer(
        &self,
        _: UserId,
        _: &DreamerPlanFilter,
        _: Page,
    ) -> Result<PageOf<DreamerPlanView>, StoreError> {
        Ok(PageOf { total: self.asked(), list: Vec::new() })
    }

    async fn find(&self, _: PlanId) -> Result<Option<PlanView>, StoreError> {
        self.asked();
        Ok(None)
    }
}

fn nobody() -> UserId {
    uuid::Uuid::nil().into()
}

/// A cache, and what is read through it.
fn cached(config: &RedisConfig) -> (Cache, CachedMakers, CachedPlans) {
    let cache = Cache::new(&Redis::new(config).unwrap());
    let (makers, plans) = (Arc::new(Database::default()), Arc::new(Database::default()));
    (cache.clone(), CachedMakers::new(makers, &cache), CachedPlans::new(plans, &cache))
}

/// How often the database had been asked when it answered with this card.
async fn asked(makers: &CachedMakers, maker: UserId) -> i64 {
    makers.find(maker, None).await.unwrap().unwrap().stats.total_follows
}

#[tokio::test]
async fn a_guest_sees_a_card_that_was_read_for_another() {
    let (_, makers, _) = cached(&config());
    let maker = ids().next();
    for _ in 0..3 {
        assert_eq!(makers.find(maker, None).await.unwrap(), Some(a_card(maker, false, 1)));
    }
    let other = ids().next();
    assert_eq!(makers.find(other, None).await.unwrap(), Some(a_card(other, false, 2)));
}

#[tokio::test]
async fn whoever_is_logged_in_sees_their_own() {
    let (_, makers, _) = cached(&config());
    let (maker, viewer) = (ids().next(), Some(ids().next()));
    assert_eq!(makers.find(maker, viewer).await.unwrap(), Some(a_card(maker, true, 1)));
    assert_eq!(makers.find(maker, None).await.unwrap(), Some(a_card(maker, false, 2)));
    assert_eq!(makers.find(maker, viewer).await.unwrap(), Some(a_card(maker, true, 3)));
}

#[tokio::test]
async fn that_there_is_no_such_maker_is_looked_up_each_time() {
    let (_, makers, _) = cached(&config());
    assert_eq!(makers.find(nobody(), None).await.unwrap(), None);
    assert_eq!(makers.find(nobody(), None).await.unwrap(), None);
    assert_eq!(asked(&makers, ids().next()).await, 3);
}

#[tokio::test]
async fn counts_are_read_once_for_all_and_for_each_area() {
    let (cache, _, plans) = cached(&config());
    for round in [0, 3] {
        for _ in 0..2 {
            assert_eq!(plans.count_by_area().await.unwrap(), [(ServiceArea::Seoul, round + 1)]);
            for (area, count) in [(ServiceArea::Seoul, round + 2), (ServiceArea::Jeju, round + 3)] {
                assert_eq!(plans.count_by_trip_type(area).await.unwrap(), [(TripType::Culture, count)]);
            }
        }
        cache.plan_counts_changed().await;
    }
}

#[tokio::test]
async fn a_card_is_forgotten_once_it_has_changed() {
    let (cache, makers, _) = cached(&config());
    let (maker, other) = (ids().next(), ids().next());
    assert_eq!((asked(&makers, maker).await, asked(&makers, other).await), (1, 2));
    cache.maker_changed(maker).await;
    assert_eq!((asked(&makers, maker).await, asked(&makers, other).await), (3, 2));
}

#[tokio::test]
async fn what_is_cached_expires() {
    let moment = Duration::from_millis(50);
    let (_, makers, _) = cached(&RedisConfig { cache_ttl: moment, ..config() });
    let maker = ids().next();
    assert_eq!(asked(&makers, maker).await, 1);
    eventually("the card is read anew", || async { (asked(&makers, maker).await > 1).then_some(()) }).await;
}

#[tokio::test]
async fn what_another_version_has_cached_is_read_anew() {
    let config = config();
    let (_, makers, _) = cached(&config);
    let maker: UserId = ids().next();
    let key = format!("{}:cache:maker:{maker}", config.prefix);
    for nonsense in ["", "{}", "\u{0}"] {
        let () = raw(&config, cmd("SET").arg(&key).arg(nonsense)).await;
        assert!(makers.find(maker, None).await.unwrap().is_some());
    }
    assert_eq!(asked(&makers, maker).await, 3);
}

/// One question pays for finding out, and one each second after that.
async fn assert_bypassed(server: &PrivateRedis, away: impl Fn(), back: impl Fn()) {
    let (cache, makers, plans) = cached(&impatient(server));
    let maker = ids().next();
    assert_eq!((asked(&makers, maker).await, asked(&makers, maker).await), (1, 1));
    away();
    let begun = Instant::now();
    for _ in 0..50 {
        assert!(asked(&makers, maker).await > 1);
        plans.count_by_area().await.unwrap();
    }
    cache.maker_changed(maker).await;
    // A hundred times the patience would be ten seconds.
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    back();
    eventually("the cache is used again", || async {
        let first = asked(&makers, maker).await;
        (asked(&makers, maker).await == first).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_cache_that_is_gone_costs_next_to_nothing() {
    let server = PrivateRedis::start();
    assert_bypassed(&server, || server.stop(), || server.start_again()).await;
}

#[tokio::test]
async fn a_cache_that_hangs_costs_next_to_nothing() {
    let server = PrivateRedis::start();
    assert_bypassed(&server, || server.pause(), || server.resume()).await;
}
