use kernel::Kind;

use super::*;

// The test vector in the notes on the provider's protocol, checked against its own library.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const OTHER_SECRET: &str = "whsec_b3RoZXI=";
const SIGNED_AT: i64 = 1_700_000_000;
const SIGNATURE: &str = "v1,CNmikYp23WXSHRHMsMGbJGPzjfCNLEm2ypYmzmYr7b8=";
const BODY: &[u8] = br#"{"type":"Transaction.Paid","timestamp":"2026-11-22T07:30:00.000Z","data":{"paymentId":"pay-1","storeId":"store-1","transactionId":"tx-1"}}"#;

fn headers() -> WebhookHeaders {
    WebhookHeaders {
        id: Some("evt_test_0001".to_owned()),
        timestamp: Some("1700000000".to_owned()),
        signature: Some(SIGNATURE.to_owned()),
    }
}

fn signed(signatures: &str) -> WebhookHeaders {
    WebhookHeaders { signature: Some(signatures.to_owned()), ..headers() }
}

fn sent_at(timestamp: &str) -> WebhookHeaders {
    WebhookHeaders { timestamp: Some(timestamp.to_owned()), ..headers() }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(seconds, 0).unwrap()
}

fn verify(headers: &WebhookHeaders, body: &[u8]) -> Result<WebhookNotice, WebhookError> {
    StandardWebhook::new([SECRET]).unwrap().verify(headers, body, at(SIGNED_AT))
}

/// What comes of a genuine webhook with this body.
fn verify_signed(body: &[u8]) -> Result<WebhookNotice, WebhookError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key_of(SECRET).unwrap()).unwrap();
    mac.update(b"evt_test_0001.1700000000.");
    mac.update(body);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    verify(&signed(&signature), body)
}

fn paid() -> WebhookNotice {
    WebhookNotice::Transaction {
        merchant_id: "pay-1".try_into().unwrap(),
        kind: "Transaction.Paid".to_owned(),
    }
}

#[test]
fn a_genuine_webhook_names_its_payment() {
    assert_eq!(verify(&headers(), BODY), Ok(paid()));
}

#[test]
fn one_valid_signature_among_several_is_enough() {
    for signatures in
        [format!("v1,AAAA {SIGNATURE}"), format!("v1a,AAAA {SIGNATURE}"), format!("{SIGNATURE} v1,%%%")]
    {
        assert_eq!(verify(&signed(&signatures), BODY), Ok(paid()), "{signatures}");
    }
}

#[test]
fn either_of_two_secrets_is_enough_while_one_replaces_the_other() {
    for secrets in [[SECRET, OTHER_SECRET], [OTHER_SECRET, SECRET]] {
        let verifier = StandardWebhook::new(secrets).unwrap();
        assert_eq!(verifier.verify(&headers(), BODY, at(SIGNED_AT)), Ok(paid()));
    }
}

#[test]
fn a_signature_that_is_not_ours_is_refused() {
    let bare = SIGNATURE.strip_prefix("v1,").unwrap();
    for signatures in ["", "v1,", "v1,AAAA", bare, &format!("v2,{bare}"), &format!("v1 {bare}")] {
        assert_eq!(verify(&signed(signatures), BODY), Err(WebhookError::NoMatchingSignature), "{signatures}");
    }
}

#[test]
fn what_was_signed_cannot_be_changed() {
    let other_body = [BODY, b" "].concat();
    for (headers, body) in [
        (headers(), other_body.as_slice()),
        (WebhookHeaders { id: Some("evt_test_0002".to_owned()), ..headers() }, BODY),
        (sent_at("1700000001"), BODY),
    ] {
        assert_eq!(verify(&headers, body), Err(WebhookError::NoMatchingSignature));
    }
}

#[test]
fn without_the_right_secret_nothing_passes() {
    for secrets in [vec![], vec![OTHER_SECRET]] {
        let verifier = StandardWebhook::new(secrets).unwrap();
        let refusal = verifier.verify(&headers(), BODY, at(SIGNED_AT));
        assert_eq!(refusal, Err(WebhookError::NoMatchingSignature));
    }
}

#[test]
fn every_header_is_needed() {
    for headers in [
        WebhookHeaders { id: None, ..headers() },
        WebhookHeaders { timestamp: None, ..headers() },
        WebhookHeaders { signature: None, ..headers() },
    ] {
        assert_eq!(verify(&headers, BODY), Err(WebhookError::MissingHeaders));
    }
}

#[test]
fn the_time_may_be_five_minutes_off_and_no_more() {
    let verifier = StandardWebhook::new([SECRET]).unwrap();
    let verify_at = |seconds| verifier.verify(&headers(), BODY, at(seconds));
    assert_eq!(verify_at(SIGNED_AT + 300), Ok(paid()));
    assert_eq!(verify_at(SIGNED_AT - 300), Ok(paid()));
    assert_eq!(verify_at(SIGNED_AT + 301), Err(WebhookError::TooOld));
    assert_eq!(verify_at(SIGNED_AT - 301), Err(WebhookError::TooNew));
}

#[test]
fn a_time_that_is_no_number_of_seconds_is_refused() {
    for timestamp in ["", "now", "1700000000.5", "99999999999999999999"] {
        assert_eq!(verify(&sent_at(timestamp), BODY), Err(WebhookError::InvalidTimestamp), "{timestamp}");
    }
    for (timestamp, refusal) in
        [("-9223372036854775808", WebhookError::TooOld), ("9223372036854775807", WebhookError::TooNew)]
    {
        assert_eq!(verify(&sent_at(timestamp), BODY), Err(refusal));
    }
}

#[test]
fn what_is_unknown_or_not_about_a_payment_of_ours_is_ignored() {
    for body in [
        r#"{"type":"BillingKey.Issued","timestamp":"x","data":{"billingKey":"b"}}"#,
        r#"{"type":"Something.New"}"#,
        r#"{"type":"Transaction.Paid","data":{"paymentId":"not one of ours!"}}"#,
    ] {
        assert_eq!(verify_signed(body.as_bytes()), Ok(WebhookNotice::Ignored), "{body}");
    }
}

#[test]
fn an_unknown_kind_of_news_of_a_payment_names_the_payment() {
    let body = br#"{"type":"Transaction.New","extra":[1],"data":{"paymentId":"pay-1","more":{}}}"#;
    let kind = "Transaction.New".to_owned();
    let merchant_id = "pay-1".try_into().unwrap();
    assert_eq!(verify_signed(body), Ok(WebhookNotice::Transaction { merchant_id, kind }));
}

#[test]
fn the_old_version_and_what_is_no_json_are_refused_as_malformed() {
    for body in [
        r#"{"payment_id":"pay-1","tx_id":"tx-1","status":"Paid"}"#,
        r#"{"type":"Transaction.Paid"}"#,
        r#"{"type":"Transaction.Paid","data":{"paymentId":7}}"#,
        r#"{"type":7}"#,
        "[]",
        "paid",
        "",
    ] {
        assert_eq!(verify_signed(body.as_bytes()), Err(WebhookError::MalformedBody), "{body}");
    }
}

#[test]
fn what_is_no_secret_is_refused_and_never_shown() {
    for bad in ["", "whsec_", "whsec_%%%", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="] {
        assert!(StandardWebhook::new([bad]).is_err(), "{bad}");
    }
    let shown = format!("{:?}", StandardWebhook::new([SECRET]).unwrap());
    assert_eq!(shown, "StandardWebhook { keys: 1 }");
}

#[test]
fn a_forged_webhook_is_unauthenticated_and_a_strange_one_is_invalid() {
    let forged = WebhookError::NoMatchingSignature.code();
    assert_eq!((forged.kind, forged.name), (Kind::Unauthenticated, "WEBHOOK_INVALID"));
    let strange = WebhookError::MalformedBody.code();
    assert_eq!((strange.kind, strange.name), (Kind::Invalid, "WEBHOOK_MALFORMED"));
}
