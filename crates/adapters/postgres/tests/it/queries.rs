//! The contract of the query ports, and what only PostgreSQL has to think of.

use std::sync::Arc;

use application::queries::testing::World;
use application::queries::{MakerFilter, MakerPlanFilter, MakerQueries, PlanQueries};
use kernel::{Page, Transaction};
use plan::testing::add_a_plan;
use user::testing::add_a_maker;

use crate::fresh::store;

async fn world() -> World {
    let store = Arc::new(store().await);
    World {
        begin: store.clone(),
        makers: store.clone(),
        plans: store.clone(),
        quotes: store.clone(),
        reviews: store.clone(),
        users: store.clone(),
        points: store,
    }
}

application::query_contract!(world());

/// PostgreSQL has no such letter, and refuses a text with it as malformed.
#[tokio::test]
async fn nothing_holds_a_keyword_with_a_nul() {
    let store = store().await;
    let mut tx = store.transaction().await.unwrap();
    let maker = add_a_maker(&mut tx).await.id();
    add_a_plan(&mut tx, |plan| plan.assignees = vec![maker]).await;
    Box::new(tx).commit().await.unwrap();
    let (keyword, page) = (Some("a\0".to_owned()), Page::new(1, 5).unwrap());
    let makers = MakerFilter { keyword: keyword.clone(), ..MakerFilter::default() };
    assert_eq!(MakerQueries::list(&store, &makers, None, page).await.unwrap().total, 0);
    for only_assigned in [false, true] {
        let plans = MakerPlanFilter { keyword: keyword.clone(), only_assigned, ..MakerPlanFilter::default() };
        assert_eq!(store.for_maker(maker, &plans, page).await.unwrap().plans.total, 0);
    }
}
