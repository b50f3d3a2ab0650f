//! Who may try how often to log in.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use application::Environment;
use application::accounts::{LogIn, PasswordGate, TokenLifetimes, TokenMint};
use auth::{HashingError, LoginThrottle, MockPasswordHasher, PasswordAttempt, Verified};
use chrono::TimeDelta;
use embedded::Sqlite;
use kernel::Begin;
use kernel::testing::{CountingIds, FakeClock};
use system::{InProcessRateLimiter, JwtSigner, RandomRefreshTokens};
use user::testing::a_dreamer;
use user::{Email, User};

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn somebody(store: &Sqlite) -> User {
    let (user, profile) = a_dreamer();
    let mut tx = Begin::<dyn application::accounts::SignUpTx>::begin(store).await.unwrap();
    tx.users().add(&user, &profile).await.unwrap().accepted().unwrap();
    tx.commit().await.unwrap();
    user
}

fn log_in(store: &Sqlite, hasher: MockPasswordHasher) -> LogIn {
    let store = Arc::new(store.clone());
    let hour = TimeDelta::hours(1);
    let environment = Environment::new(Arc::new(FakeClock::default()), Arc::new(CountingIds::default()));
    let throttle = LoginThrottle::new(Arc::new(InProcessRateLimiter::new(100)));
    LogIn {
        store: store.clone(),
        environment: environment.clone(),
        directory: store,
        hasher: Arc::new(hasher),
        gate: Arc::new(PasswordGate::new(throttle, environment)),
        mint: TokenMint {
            signer: Arc::new(JwtSigner::new(&"a secret for tests".into())),
            generator: Arc::new(RandomRefreshTokens),
            lifetimes: TokenLifetimes { access: hour, refresh: hour },
        },
    }
}

async fn code(log_in: &LogIn, email: &Email) -> Option<&'static str> {
    let attempt = PasswordAttempt::try_from("whatever".to_owned()).unwrap();
    log_in.run(email, attempt, ADDRESS).await.err().map(|error| error.code().name)
}

#[tokio::test]
async fn what_could_not_be_checked_has_not_failed() {
    let store = Sqlite::in_memory().unwrap();
    let user = somebody(&store).await;
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_verify().times(20).returning(|_, _| Err(HashingError::Overloaded));
    hasher.expect_verify().returning(|_, _| Ok(Verified::Yes));
    let log_in = log_in(&store, hasher);
    for _ in 0..20 {
        assert_eq!(code(&log_in, user.email().unwrap()).await, Some("HASHING_OVERLOADED"));
    }
    assert_eq!(code(&log_in, user.email().unwrap()).await, None);
}

#[tokio::test]
async fn ten_wrong_passwords_shut_an_account() {
    let store = Sqlite::in_memory().unwrap();
    let user = somebody(&store).await;
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_verify().times(10).returning(|_, _| Ok(Verified::No));
    let log_in = log_in(&store, hasher);
    for _ in 0..10 {
        assert_eq!(code(&log_in, user.email().unwrap()).await, Some("LOGIN_FAILED"));
    }
    assert_eq!(code(&log_in, user.email().unwrap()).await, Some("LOGIN_THROTTLED"));
}
