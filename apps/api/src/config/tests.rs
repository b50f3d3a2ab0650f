use std::fs;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(&pairs.iter().copied().collect(), Process::Serve)
}

/// What production needs and has no default for.
const PRODUCTION: [(&str, &str); 5] = [
    ("APP_ENV", "production"),
    ("PUBLIC_URL", "https://api.example.com"),
    ("JWT_SECRET", SECRET),
    ("PORTONE_API_SECRET", "portone-secret"),
    ("PORTONE_WEBHOOK_SECRET", "whsec_secret"),
];

fn refused(pairs: &[(&str, &str)]) -> String {
    read(pairs).unwrap_err().to_string()
}

#[test]
fn with_nothing_set_everything_is_embedded_and_local() {
    let config = read(&[("REDIS_URL", " ")]).unwrap();
    assert_eq!(config.environment, AppEnv::Development);
    assert_eq!(config.http.address.to_string(), "127.0.0.1:4000");
    assert_eq!(config.http.admin_address.to_string(), "127.0.0.1:4001");
    assert_eq!(config.http.public_url(config.http.address).unwrap().as_str(), "http://127.0.0.1:4000/");
    assert_eq!(config.http.cors_origins, ["http://localhost:3000"]);
    assert_eq!(config.http.client_redirect, "http://localhost:3000");
    assert_eq!(config.stores.data_dir.to_str(), Some("./data"));
    assert!(config.stores.postgres.is_none() && config.stores.mongo.is_none());
    assert!(config.stores.redis.is_none() && config.stores.buckets.is_none());
    assert!(matches!(config.payments, PaymentsConfig::Sandbox));
    assert_eq!(config.tokens.access_ttl, Duration::from_hours(24));
    assert_eq!(config.tokens.refresh_ttl, Duration::from_hours(7 * 24));
    assert!(config.logins.google.is_none() && config.tokens.secret.is_none());
}

#[test]
fn a_worker_has_an_admin_port_of_its_own() {
    let config = Config::read(&Variables::default(), Process::Worker).unwrap();
    assert_eq!(config.http.admin_address.to_string(), "127.0.0.1:4002");
}

#[test]
fn every_variable_is_read() {
    let config = read(&[
        ("APP_ENV", "test"),
        ("TEST_CLOCK_AHEAD", "2d"),
        ("HTTP_ADDR", "0.0.0.0:0"),
        ("HTTP_WORKERS", "3"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, ::1,"),
        ("CORS_ORIGINS", "https://a.example, http://localhost:3000/"),
        ("CLIENT_REDIRECT", "https://a.example/"),
        ("ACCESS_TOKEN_TTL", "90s"),
        ("REFRESH_TOKEN_TTL", "30d"),
        ("DATABASE_URL", "postgres://u:p@db/goforme"),
        ("MONGODB_URI", "mongodb://m"),
        ("S3_ORIGINAL_BUCKET", "o"),
        ("S3_OPTIMISED_BUCKET", "p"),
        ("S3_REGION", "ap-northeast-2"),
        ("KAKAO_CLIENT_ID", "k"),
        ("KAKAO_CLIENT_SECRET", "s"),
    ])
    .unwrap();
    assert_eq!(config.test_clock_ahead, Duration::from_hours(2 * 24));
    assert_eq!(config.http.workers.get(), 3);
    assert_eq!(config.http.trusted_proxies.len(), 2);
    assert_eq!(config.http.cors_origins, ["https://a.example", "http://localhost:3000"]);
    assert_eq!(config.http.client_redirect, "https://a.example");
    assert_eq!(config.tokens.refresh_ttl, Duration::from_hours(30 * 24));
    assert_eq!(config.stores.mongo.unwrap().database, "goforme");
    assert_eq!(config.stores.buckets.unwrap().endpoint, None);
    assert_eq!(config.logins.kakao.unwrap().redirect.path(), "/auth/kakao/callback");
    let bound = "0.0.0.0:4711".parse().unwrap();
    assert_eq!(config.http.public_url(bound).unwrap().as_str(), "http://127.0.0.1:4711/");
}

#[test]
fn a_wrong_variable_is_named_in_one_line() {
    for (name, value) in [
        ("APP_ENV", "prod"),
        ("HTTP_ADDR", "localhost"),
        ("ADMIN_ADDR", "127.0.0.1"),
        ("HTTP_WORKERS", "0"),
        ("PUBLIC_URL", "api.example.com"),
        ("PUBLIC_URL", "ftp://api.example.com"),
        ("CLIENT_REDIRECT", "/home"),
        ("TRUSTED_PROXIES", "10.0.0.0/8 ::1"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://a.example/path"),
        ("ACCESS_TOKEN_TTL", "24"),
        ("REFRESH_TOKEN_TTL", "0s"),
        ("JWT_SECRET", "short"),
        ("DATABASE_URL", "mysql://u:p@db"),
        ("MONGODB_URI", "localhost:27017"),
        ("REDIS_URL", "redis://"),
        ("S3_ENDPOINT", "minio"),
        ("PORTONE_API_BASE", "portone"),
        ("GOOGLE_REDIRECT", "callback"),
        ("CHAT_MESSAGE_LIMIT", "0"),
        ("CONNECTION_LIMIT", "many"),
        ("SOCKET_IO_PING_INTERVAL", "0s"),
        ("SOCKET_IO_PING_TIMEOUT", "20"),
        ("SOCKET_IO_CONNECT_TIMEOUT", "soon"),
        ("SOCKET_IO_WAITING", "0"),
        // For tests only.
        ("TEST_CLOCK_AHEAD", "1d"),
    ] {
        let with_login = [(name, value), ("GOOGLE_CLIENT_ID", "g"), ("GOOGLE_CLIENT_SECRET", "s")];
        let with_buckets = [("S3_ORIGINAL_BUCKET", "o"), ("S3_OPTIMISED_BUCKET", "p"), ("S3_REGION", "r")];
        let all: Vec<_> = with_login.into_iter().chain(with_buckets).collect();
        let line = refused(&all);
        assert!(line.starts_with(&format!("{name}: ")) && !line.contains('\n'), "{line}");
    }
}

#[test]
fn half_of_a_pair_names_the_other_half() {
    for (set, missing) in [
        ("PORTONE_API_SECRET", "PORTONE_WEBHOOK_SECRET"),
        ("PORTONE_WEBHOOK_SECRET", "PORTONE_API_SECRET"),
        ("NAVER_CLIENT_ID", "NAVER_CLIENT_SECRET"),
        ("NAVER_CLIENT_SECRET", "NAVER_CLIENT_ID"),
        ("S3_ORIGINAL_BUCKET", "S3_OPTIMISED_BUCKET"),
        ("S3_ENDPOINT", "S3_ORIGINAL_BUCKET"),
    ] {
        let line = refused(&[(set, "x")]);
        assert!(line.starts_with(&format!("{missing}: not set")), "{line}");
    }
}

#[test]
fn production_refuses_to_guess() {
    assert!(read(&PRODUCTION).unwrap().http.cors_origins.is_empty());
    for (name, _) in &PRODUCTION[1..] {
        let rest: Vec<_> = PRODUCTION.into_iter().filter(|(other, _)| other != name).collect();
        assert!(refused(&rest).starts_with(&format!("{name}: not set")), "{name}");
    }
    let with_login: Vec<_> =
        PRODUCTION.into_iter().chain([("KAKAO_CLIENT_ID", "k"), ("KAKAO_CLIENT_SECRET", "s")]).collect();
    assert!(refused(&with_login).starts_with("CLIENT_REDIRECT: not set"));
}

#[test]
fn secrets_show_neither_in_debug_nor_in_errors() {
    let pairs: Vec<_> = PRODUCTION
        .into_iter()
        .chain([("DATABASE_URL", "postgres://u:hunter2@db"), ("REDIS_URL", "redis://:hunter2@r")])
        .collect();
    let config = read(&pairs).unwrap();
    let shown = format!("{config:?}");
    for secret in [SECRET, "hunter2", "portone-secret", "whsec_secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(config.tokens.secret.unwrap().expose_secret(), SECRET);
    assert!(!refused(&[("DATABASE_URL", "mysql://u:hunter2@db")]).contains("hunter2"));
    assert!(!refused(&[("JWT_SECRET", "hunter2")]).contains("hunter2"));
}

#[test]
fn a_file_fills_in_what_the_environment_leaves_open() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "# comment\nHTTP_WORKERS=2\nDATA_DIR=\"/tmp/x y\"\n").unwrap();
    let environment: Variables = [("HTTP_WORKERS", "5")].into_iter().collect();
    let both = environment.over_file(file.path()).unwrap();
    assert_eq!((both.text("HTTP_WORKERS"), both.text("DATA_DIR")), (Some("5"), Some("/tmp/x y")));

    fs::write(file.path(), "JWT_SECRET hunter2\n").unwrap();
    let refused = Variables::default().over_file(file.path()).err().unwrap().to_string();
    assert!(refused.starts_with(".env: ") && !refused.contains("hunter2"), "{refused}");
    assert!(Variables::default().over_file(&file.path().with_extension("none")).is_ok());
}
