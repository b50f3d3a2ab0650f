//! What can't work is refused at the start.

use goforme_redis::{Redis, RedisConfig, RedisConfigError};

use crate::fresh::redis;

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["", "localhost:6379", "http://localhost"] {
        let refusal = Redis::new(&RedisConfig::new(url.into())).err();
        assert!(matches!(refusal, Some(RedisConfigError::Url(_))), "{url}");
    }
}

#[test]
fn addresses_with_tls_and_a_password_are_understood_and_not_shown() {
    let config = RedisConfig::new("rediss://goforme:secret@localhost:6380/3".into());
    assert!(Redis::new(&config).is_ok());
    assert!(!format!("{config:?}").contains("secret"));
}

#[tokio::test]
async fn a_server_is_asked_whether_it_is_there_and_whether_it_keeps_what_it_is_told() {
    let redis = redis();
    redis.check().await.unwrap();
    redis.warn_if_forgetful().await.unwrap();
}
