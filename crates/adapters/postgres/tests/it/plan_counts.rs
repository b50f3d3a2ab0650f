//! How many plans there are, which triggers count.

use futures_util::future::join_all;
use goforme_postgres::Postgres;
use kernel::{ServiceArea, Transaction};
use plan::HasPlans;
use plan::testing::add_a_plan;
use tokio_postgres::Client;
use user::testing::now;

use crate::fresh::{config, database, intruder};

/// What is counted and what there is, by area and type, where the two differ.
const DIFFERENCES: &str = "
    SELECT count(*) FROM
        (SELECT service_area, trip_type, sum(plans) AS plans FROM plan_counts GROUP BY 1, 2
            HAVING sum(plans) <> 0) AS counted
        NATURAL FULL JOIN
        (SELECT service_area, trip_type, count(*)::numeric AS plans FROM plans WHERE deleted_at IS NULL
            GROUP BY 1, 2) AS there
    WHERE counted.plans IS DISTINCT FROM there.plans";

async fn how_many(intruder: &Client, sql: &str) -> i64 {
    intruder.query_one(sql, &[]).await.unwrap().get(0)
}

/// Posts a plan in each of some areas, in a transaction for each, and deletes every other one.
async fn come_and_go(store: &Postgres) {
    for (number, area) in [ServiceArea::Seoul, ServiceArea::Busan, ServiceArea::Seoul].into_iter().enumerate()
    {
        let mut tx = store.transaction().await.unwrap();
        let mut plan = add_a_plan(&mut tx, |plan| plan.service_area = area).await;
        if number % 2 == 0 {
            plan.delete(plan.dreamer(), now()).unwrap();
            tx.plans().save(&plan).await.unwrap();
        }
        Box::new(tx).commit().await.unwrap();
    }
}

#[tokio::test]
async fn plans_are_counted_whoever_posts_and_deletes_them_at_once() {
    let url = database().await;
    let store = Postgres::new(&config(url.clone())).unwrap();
    join_all((0..12).map(|_| come_and_go(&store))).await;
    let intruder = intruder(&url).await;
    assert_eq!(how_many(&intruder, "SELECT sum(plans)::bigint FROM plan_counts").await, 12);
    for change in [
        "UPDATE plans SET service_area = 'JEJU' WHERE service_area = 'BUSAN'",
        "UPDATE plans SET deleted_at = NULL",
        "DELETE FROM plans WHERE service_area = 'SEOUL'",
    ] {
        assert_eq!(how_many(&intruder, DIFFERENCES).await, 0, "before {change}");
        assert!(intruder.execute(change, &[]).await.unwrap() > 0);
    }
    assert_eq!(how_many(&intruder, DIFFERENCES).await, 0);
    assert_eq!(how_many(&intruder, "SELECT sum(plans)::bigint FROM plan_counts").await, 12);
}
