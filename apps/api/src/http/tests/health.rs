use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use super::{HealthCheck, call, call_with, get, state};

struct Dependency {
    name: &'static str,
    required: bool,
    up: bool,
}

#[async_trait]
impl HealthCheck for Dependency {
    fn name(&self) -> &'static str {
        self.name
    }

    fn is_required(&self) -> bool {
        self.required
    }

    async fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if self.up { Ok(()) } else { Err("no answer".into()) }
    }
}

#[actix_web::test]
async fn a_living_process_says_so() {
    let answer = call(get("/health/live")).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "status": "up" })));
}

#[actix_web::test]
async fn readiness_names_each_dependency_and_fails_with_a_required_one() {
    for (store, mail, status, word) in
        [(true, true, 200, "up"), (true, false, 200, "up"), (false, true, 503, "down")]
    {
        let state = state()
            .check(Arc::new(Dependency { name: "store", required: true, up: store }))
            .check(Arc::new(Dependency { name: "mail", required: false, up: mail }));
        let answer = call_with(state, get("/health/ready")).await;
        let shown = |up| if up { "up" } else { "down" };
        let expected = json!({ "status": word, "dependencies": {
            "store": { "status": shown(store), "required": true },
            "mail": { "status": shown(mail), "required": false },
        }});
        assert_eq!((answer.status, answer.json()), (status, expected));
    }
}
