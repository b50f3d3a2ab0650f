//! What every [`TokenSigner`] and every [`RefreshTokenGenerator`] promises.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use kernel::{Role, Timestamp};
use user::testing::a_social_account;

use super::{ids, now};
use crate::{AccessClaims, RefreshTokenGenerator, SignUpClaims, TokenError, TokenSigner};

/// Two signers, with different keys.
#[derive(Clone)]
pub struct Signers {
    /// Whose promises are tested.
    pub ours: Arc<dyn TokenSigner>,
    /// What this one signs is not ours.
    pub anothers: Arc<dyn TokenSigner>,
}

/// What an access token may say that was signed [`now`] and holds for an hour.
pub fn access_claims() -> AccessClaims {
    AccessClaims {
        user: ids().next(),
        role: Role::Maker,
        session: ids().next(),
        issued_at: now(),
        expires_at: in_an_hour(),
    }
}

/// What a sign-up token may say that was signed [`now`] and holds for an hour.
pub fn sign_up_claims() -> SignUpClaims {
    SignUpClaims {
        account: a_social_account(),
        email: "Mina+travel@Example.com".try_into().ok(),
        expires_at: in_an_hour(),
    }
}

fn in_an_hour() -> Timestamp {
    now() + TimeDelta::hours(1)
}

pub fn claims_come_back_as_they_were_signed(signers: &Signers) {
    let Signers { ours, .. } = signers;
    for role in [Role::Dreamer, Role::Maker] {
        let claims = AccessClaims { role, ..access_claims() };
        assert_eq!(ours.read_access(&ours.sign_access(&claims).unwrap(), now()), Ok(claims));
    }
    for email in [sign_up_claims().email, None] {
        let claims = SignUpClaims { email: email.clone(), ..sign_up_claims() };
        let read = ours.read_sign_up(&ours.sign_sign_up(&claims).unwrap(), now()).unwrap();
        assert_eq!(read, claims);
        let spelling = |email: &Option<user::Email>| email.as_ref().map(|email| email.as_str().to_owned());
        assert_eq!(spelling(&read.email), spelling(&email));
    }
}

pub fn neither_kind_of_token_stands_in_for_the_other(signers: &Signers) {
    let Signers { ours, .. } = signers;
    let (access, sign_up) =
        (ours.sign_access(&access_claims()).unwrap(), ours.sign_sign_up(&sign_up_claims()).unwrap());
    assert_eq!(ours.read_sign_up(&access, now()), Err(TokenError::Invalid));
    assert_eq!(ours.read_access(&sign_up, now()), Err(TokenError::Invalid));
    let refresh = super::a_refresh_token().expose();
    assert_eq!(ours.read_access(&refresh, now()), Err(TokenError::Invalid));
    assert_eq!(ours.read_sign_up(&refresh, now()), Err(TokenError::Invalid));
}

pub fn a_token_holds_until_it_expires_by_the_clock_that_is_handed_in(signers: &Signers) {
    let Signers { ours, .. } = signers;
    let (access, sign_up) =
        (ours.sign_access(&access_claims()).unwrap(), ours.sign_sign_up(&sign_up_claims()).unwrap());
    let just_before = in_an_hour() - TimeDelta::seconds(1);
    assert!(ours.read_access(&access, just_before).is_ok());
    assert!(ours.read_sign_up(&sign_up, just_before).is_ok());
    for too_late in [in_an_hour(), in_an_hour() + TimeDelta::days(365)] {
        assert_eq!(ours.read_access(&access, too_late), Err(TokenError::Expired));
        assert_eq!(ours.read_sign_up(&sign_up, too_late), Err(TokenError::Expired));
    }
}

pub fn what_somebody_else_signed_or_changed_is_refused(signers: &Signers) {
    let Signers { ours, anothers } = signers;
    let forged = anothers.sign_access(&access_claims()).unwrap();
    assert_eq!(ours.read_access(&forged, now()), Err(TokenError::Invalid));
    assert_eq!(ours.read_access(&forged, in_an_hour()), Err(TokenError::Invalid));
    let forged = anothers.sign_sign_up(&sign_up_claims()).unwrap();
    assert_eq!(ours.read_sign_up(&forged, now()), Err(TokenError::Invalid));

    let token = ours.sign_access(&access_claims()).unwrap();
    for (place, letter) in token.char_indices() {
        let other = if letter == 'A' { 'B' } else { 'A' };
        let changed = format!("{}{other}{}", &token[..place], &token[place + letter.len_utf8()..]);
        // The last letter of a part may stand for bits that nothing is made of; what such a token says
        // must be the same, then.
        if let Ok(claims) = ours.read_access(&changed, now()) {
            assert_eq!(Ok(claims), ours.read_access(&token, now()), "{changed}");
        }
        assert_eq!(ours.read_access(&token[..place], now()), Err(TokenError::Invalid));
    }
}

pub fn nonsense_is_no_token(signers: &Signers) {
    // Header and claims of a JWT that claims to need no signature.
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIiwiZXhwIjo0MDAwMDAwMDAwfQ.";
    for nonsense in ["", ".", "..", "a.b.c", "Bearer x", "여행", unsigned, &"a".repeat(100_000)] {
        assert_eq!(signers.ours.read_access(nonsense, now()), Err(TokenError::Invalid));
        assert_eq!(signers.ours.read_sign_up(nonsense, now()), Err(TokenError::Invalid));
    }
}

pub fn no_two_refresh_tokens_are_alike(generator: &dyn RefreshTokenGenerator) {
    let tokens: HashSet<_> = (0..10_000).map(|_| generator.generate().expose()).collect();
    assert_eq!(tokens.len(), 10_000);
    // A generator that left a byte as it was, or drew it from half the values, would be seen here.
    for place in 0..32 {
        let bytes: HashSet<_> = tokens.iter().map(|token| &token[2 * place..2 * place + 2]).collect();
        assert_eq!(bytes.len(), 256, "byte {place}");
    }
}

/// Turns each case of the contract into a test of its own, against [`Signers`].
#[macro_export]
macro_rules! token_signer_contract {
    ($signers:expr; $($case:ident),* $(,)?) => {
        $(#[test] fn $case() { $crate::testing::$case(&$signers); })*
    };
    ($signers:expr) => {
        $crate::token_signer_contract!($signers;
            claims_come_back_as_they_were_signed,
            neither_kind_of_token_stands_in_for_the_other,
            a_token_holds_until_it_expires_by_the_clock_that_is_handed_in,
            what_somebody_else_signed_or_changed_is_refused,
            nonsense_is_no_token,
        );
    };
}

/// Turns the contract into a test, against a [`RefreshTokenGenerator`].
#[macro_export]
macro_rules! refresh_token_generator_contract {
    ($generator:expr) => {
        #[test]
        fn no_two_refresh_tokens_are_alike() {
            $crate::testing::no_two_refresh_tokens_are_alike(&$generator);
        }
    };
}
