use application::payments::SettlePaymentTx;
use kernel::Begin;
use point::{Posting, Transfer};
use serde_json::json;

use super::get;
use super::lab::Lab;

#[actix_web::test]
async fn ones_own_entries_are_listed_with_the_newest_first() {
    let lab = Lab::new().await;
    let ids = lab.opened.ports.environment.shared_ids();
    let user = lab.dreamer.id();
    let mut tx: Box<dyn SettlePaymentTx> = lab.opened.ports.relational.begin().await.unwrap();
    for (amount, at) in [(300, "2031-01-01T00:00:00Z"), (20, "2031-01-02T00:00:00.250Z")] {
        let transfer =
            Transfer::charge(&*ids, ids.next(), user, amount.try_into().unwrap(), at.parse().unwrap());
        assert_eq!(tx.ledger().post(&transfer).await.unwrap(), Posting::Posted);
    }
    tx.commit().await.unwrap();

    let body = lab.call("dreamer", get("/coconuts?pageSize=1")).await.json();
    let at = "2031-01-02T00:00:00.250Z";
    let id = body[0]["id"].clone();
    let newest =
        json!({ "id": id, "userId": user, "event": "CHARGE", "value": 20, "createdAt": at, "updatedAt": at });
    assert_eq!(body, json!([newest]));
    let all = lab.call("dreamer", get("/coconuts")).await.json();
    assert_eq!((all.as_array().unwrap().len(), &all[1]["value"]), (2, &json!(300)));
    assert_eq!(lab.call("maker", get("/coconuts")).await.json(), json!([]));
}
