//! What every [`PasswordHasher`] promises.

use std::sync::Arc;
use std::time::{Duration, Instant};

use user::PasswordHash;

use crate::{HashingError, Password, PasswordAttempt, PasswordHasher, Verified};

type Hasher = Arc<dyn PasswordHasher>;

fn password(text: &str) -> Password {
    text.to_owned().try_into().unwrap()
}

fn attempt(text: &str) -> PasswordAttempt {
    text.to_owned().try_into().unwrap()
}

async fn verify(hasher: &Hasher, text: &str, hash: &PasswordHash) -> Verified {
    hasher.verify(attempt(text), Some(hash.clone())).await.unwrap()
}

/// Of `travel-2019`, made by the C library.
const BCRYPT: [&str; 2] = [
    "$2b$04$abcdefghijklmnopqrstuuxvVpE32WY3ueVWdk50OgXdD4xbgA8Me",
    "$2a$10$abcdefghijklmnopqrstuuiZLOb9CQJOSKkcfIbpj./iXGy35ygzm",
];

pub async fn only_the_password_behind_a_hash_is_accepted(hasher: Hasher) {
    for text in ["secret", "비밀번호 12", "\0\0\0\0\0\0", &"\u{10FFFF}".repeat(128)] {
        let hash = hasher.hash(password(text)).await.unwrap();
        assert_eq!(verify(&hasher, text, &hash).await, Verified::Yes);
        for wrong in ["", "Secret", &format!("{text} "), &text.chars().skip(1).collect::<String>()] {
            assert_eq!(verify(&hasher, wrong, &hash).await, Verified::No, "{wrong:?}");
        }
    }
}

pub async fn hashes_of_one_password_differ_and_are_argon2id_of_todays_strength(hasher: Hasher) {
    let hashes =
        [hasher.hash(password("secret")).await.unwrap(), hasher.hash(password("secret")).await.unwrap()];
    assert_ne!(hashes[0], hashes[1]);
    for hash in &hashes {
        let parts: Vec<_> = hash.as_str().split('$').collect();
        assert_eq!((parts[1], parts[2]), ("argon2id", "v=19"));
        let cost = |name: &str| -> u32 {
            let value = parts[3].split(',').find_map(|cost| cost.strip_prefix(name));
            value.unwrap().parse().unwrap()
        };
        assert!(cost("m=") >= 19 * 1024 && cost("t=") >= 2 && cost("p=") >= 1, "{}", parts[3]);
    }
}

pub async fn a_bcrypt_hash_is_accepted_and_outdated(hasher: Hasher) {
    for hash in BCRYPT.map(|hash| PasswordHash::from(hash.to_owned())) {
        assert_eq!(verify(&hasher, "travel-2019", &hash).await, Verified::YesButOutdated);
        for wrong in ["", "travel-2020", "travel\0-2019", "travel-2019\0", &"x".repeat(1024)] {
            assert_eq!(verify(&hasher, wrong, &hash).await, Verified::No, "{wrong:?}");
        }
    }
}

pub async fn an_argon2_hash_of_weaker_parameters_is_accepted_and_outdated(hasher: Hasher) {
    // Of `password`, with 256 KiB: a test vector of the reference implementation.
    let weak = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    let weak = PasswordHash::from(weak.to_owned());
    assert_eq!(verify(&hasher, "password", &weak).await, Verified::YesButOutdated);
    assert_eq!(verify(&hasher, "passwort", &weak).await, Verified::No);
}

pub async fn what_is_no_hash_fails(hasher: Hasher) {
    for nonsense in ["", "secret", "$argon2id$v=19$m=19456", "$2b$10$short", "$1$abc$def"] {
        let failed = hasher.verify(attempt("secret"), Some(nonsense.to_owned().into())).await;
        assert!(matches!(failed, Err(HashingError::Failed(_))), "{nonsense}");
    }
}

pub async fn without_a_hash_nothing_is_accepted_and_it_takes_as_long(hasher: Hasher) {
    let hash = hasher.hash(password("secret")).await.unwrap();
    let time = async |hash: Option<&PasswordHash>| {
        let started = Instant::now();
        assert_eq!(hasher.verify(attempt("wrong!"), hash.cloned()).await.unwrap(), Verified::No);
        started.elapsed()
    };
    // The shortest of several is the one that nothing else on the machine got in the way of.
    let (mut with, mut without) = (Duration::MAX, Duration::MAX);
    for _ in 0..8 {
        with = with.min(time(Some(&hash)).await);
        without = without.min(time(None).await);
    }
    assert!(with < 2 * without && without < 2 * with, "{with:?} with a hash, {without:?} without");
    for guess in ["", "secret", &"x".repeat(1024)] {
        assert_eq!(hasher.verify(attempt(guess), None).await.unwrap(), Verified::No);
    }
}

/// Turns each case of the contract into a test of its own, against a hasher: a future of
/// `Arc<dyn PasswordHasher>`.
#[macro_export]
macro_rules! password_hasher_contract {
    ($hasher:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($hasher.await).await; })*
    };
    ($hasher:expr) => {
        $crate::password_hasher_contract!($hasher;
            only_the_password_behind_a_hash_is_accepted,
            hashes_of_one_password_differ_and_are_argon2id_of_todays_strength,
            a_bcrypt_hash_is_accepted_and_outdated,
            an_argon2_hash_of_weaker_parameters_is_accepted_and_outdated,
            what_is_no_hash_fails,
            without_a_hash_nothing_is_accepted_and_it_takes_as_long,
        );
    };
}
