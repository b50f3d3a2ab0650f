//! Encrypted connections.

use goforme_postgres::{Postgres, PostgresConfig, PostgresConfigError};
use kernel::StoreError;
use testkit::postgres::PrivatePostgres;

use crate::fresh::config;

#[tokio::test]
async fn with_sslmode_require_the_connection_is_encrypted_and_the_server_checked() {
    let server = PrivatePostgres::start_with_tls();
    let required = config(format!("{}?sslmode=require", server.url("postgres")));
    let trusted = Some(server.root_certificate());

    let store =
        Postgres::new(&PostgresConfig { root_certificates: trusted.clone(), ..required.clone() }).unwrap();
    store.ping().await.unwrap();
    // A transaction that is dropped is cancelled on an encrypted connection too.
    drop(store.transaction().await.unwrap());
    store.ping().await.unwrap();

    // Nobody has signed for it whom the system trusts.
    let Err(StoreError::Unavailable(error)) = Postgres::new(&required).unwrap().ping().await else {
        panic!("a server that nobody vouches for was trusted");
    };
    assert!(error.to_string().contains("certificate"), "{error}");

    // It is somebody else.
    let url = format!("{}?sslmode=require", server.url("postgres")).replace("localhost", "127.0.0.1");
    let elsewhere = PostgresConfig { root_certificates: trusted, ..config(url) };
    assert!(Postgres::new(&elsewhere).unwrap().ping().await.is_err());

    // Without the option it is plain.
    Postgres::new(&config(server.url("postgres"))).unwrap().ping().await.unwrap();
}

#[tokio::test]
async fn a_server_without_encryption_is_refused_if_it_is_required() {
    let url = format!("{}?sslmode=require", PrivatePostgres::shared().url("postgres"));
    assert!(Postgres::new(&config(url)).unwrap().ping().await.is_err());
}

#[test]
fn a_configuration_that_cannot_work_is_refused_without_showing_the_password() {
    let refused = |change: &dyn Fn(&mut PostgresConfig)| {
        let mut config = config("postgres://goforme:swordfish@localhost/goforme?sslmode=require".to_owned());
        assert!(!format!("{config:?}").contains("swordfish"));
        change(&mut config);
        let Err(error) = Postgres::new(&config) else { panic!("it was accepted") };
        assert!(!format!("{error:?} {error}").contains("swordfish"));
        error
    };
    let wrong_option = "postgres://goforme:swordfish@localhost/goforme?sslmode=perhaps";
    assert!(matches!(refused(&|config| config.url = wrong_option.into()), PostgresConfigError::Url(_)));
    assert!(matches!(refused(&|config| config.pool_size = 0), PostgresConfigError::EmptyPool));
    let nowhere = Some("/nowhere/ca.pem".into());
    assert!(matches!(
        refused(&|config| config.root_certificates.clone_from(&nowhere)),
        PostgresConfigError::RootCertificates(_)
    ));
}
