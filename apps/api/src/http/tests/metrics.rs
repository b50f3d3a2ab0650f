use super::{call, call_with, get, state};
use crate::http::metrics;

#[actix_web::test]
async fn requests_are_counted_by_route_whatever_the_callers_made_up() {
    let recorder = metrics::builder().unwrap().build_recorder();
    let handle = recorder.handle();
    let _recording = ::metrics::set_default_local_recorder(&recorder);
    call(get("/PLANS/not-an-id?secret=1")).await;
    call(get("/made/up")).await;
    call_with(state(), get("/health/live")).await;
    let shown = handle.render();
    for labels in [
        r#"method="GET",route="/plans/{id}",status="401""#,
        r#"method="GET",route="unknown",status="404""#,
        r#"method="GET",route="/health/live",status="200""#,
    ] {
        assert!(shown.contains(&format!("http_requests_seconds_count{{{labels}}} 1")), "{shown}");
    }
    assert!(!shown.contains("made") && !shown.contains("secret"), "{shown}");
}
