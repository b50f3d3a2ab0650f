//! Each store is chosen by itself: whichever are servers and whichever embedded, everything works, and what was
//! answered outlives the process.

use std::time::{Duration, Instant};

use testkit::TestApp;
use testkit::operator::{drained, ledger_is_clean, statistics_are_right};
use testkit::story::Story;

use crate::GOFORME;

async fn everything_works_on(servers: &str) {
    let mut app = TestApp::builder(GOFORME).stores(servers).env("CHAT_MESSAGE_LIMIT", "100000").start().await;
    let mut story = Story::begin(&app).await;
    for _ in 0..2 {
        let until = Instant::now() + Duration::from_secs(2);
        story.play_while(&app, || Instant::now() < until).await.unwrap();
        drained(&app).await;
        story.verify(&app).await;
        app.restart().await;
    }
    story.verify(&app).await;
    ledger_is_clean(&app).await;
    statistics_are_right(&app).await;
    assert!(app.stop().await.success());
    println!("{servers}: {} trips", story.confirmed());
    assert!(story.confirmed() > 0);
    let log = app.log();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains(" ERROR ")).collect();
    assert!(errors.is_empty(), "{servers}: {errors:#?}");
}

#[tokio::test]
async fn any_mix_of_servers_and_embedded_stores_works() {
    for servers in
        ["postgres", "mongo", "redis", "postgres,mongo", "postgres,redis", "mongo,redis", "servers"]
    {
        everything_works_on(servers).await;
    }
}
