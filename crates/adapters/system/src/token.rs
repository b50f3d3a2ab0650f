//! Signed tokens: JWTs under one secret.

use auth::{AccessClaims, SignUpClaims, SigningError, TokenError, TokenSigner};
use chrono::DateTime;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::{OAuthProvider, Role, SessionId, Timestamp, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use user::{Email, SocialAccount, SocialSubject};

const ALGORITHM: Algorithm = Algorithm::HS256;

/// JWTs signed with HMAC-SHA256. The two kinds have different audiences (`aud`), so neither is
/// accepted in place of the other.
pub struct JwtSigner {
    signing: EncodingKey,
    reading: DecodingKey,
}

impl JwtSigner {
    /// A signer with this secret. Whoever knows the secret can log in as anybody; one of fewer than 32
    /// random characters could be guessed from a single token.
    pub fn new(secret: &SecretString) -> Self {
        let secret = secret.expose_secret().as_bytes();
        Self { signing: EncodingKey::from_secret(secret), reading: DecodingKey::from_secret(secret) }
    }

    fn sign<P: Payload>(&self, payload: &P) -> Result<String, SigningError> {
        let body = Body { aud: P::AUDIENCE, payload };
        jsonwebtoken::encode(&Header::new(ALGORITHM), &body, &self.signing)
            .map_err(|error| SigningError(error.into()))
    }

    fn read<P: Payload>(&self, token: &str, now: Timestamp) -> Result<P, TokenError> {
        let mut validation = Validation::new(ALGORITHM);
        validation.set_audience(&[P::AUDIENCE]);
        validation.set_required_spec_claims(&["aud", "exp"]);
        // By our own clock, and below: the library asks the machine's.
        validation.validate_exp = false;
        let payload = jsonwebtoken::decode::<P>(token, &self.reading, &validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;
        if now.timestamp() >= payload.expires_at() { Err(TokenError::Expired) } else { Ok(payload) }
    }
}

impl TokenSigner for JwtSigner {
    fn sign_access(&self, claims: &AccessClaims) -> Result<String, SigningError> {
        self.sign(&AccessPayload {
            sub: claims.user,
            role: claims.role,
            sid: claims.session,
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
        })
    }

    fn read_access(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenError> {
        let payload: AccessPayload = self.read(token, now)?;
        Ok(AccessClaims {
            user: payload.sub,
            role: payload.role,
            session: payload.sid,
            issued_at: moment(payload.iat)?,
            expires_at: moment(payload.exp)?,
        })
    }

    fn sign_sign_up(&self, claims: &SignUpClaims) -> Result<String, SigningError> {
        self.sign(&SignUpPayload {
            provider: claims.account.provider(),
            sub: claims.account.subject().to_owned(),
            email: claims.email.as_ref().map(|email| email.as_str().to_owned()),
            exp: claims.expires_at.timestamp(),
        })
    }

    fn read_sign_up(&self, token: &str, now: Timestamp) -> Result<SignUpClaims, TokenError> {
        let payload: SignUpPayload = self.read(token, now)?;
        let subject = SocialSubject::try_from(payload.sub).map_err(|_| TokenError::Invalid)?;
        Ok(SignUpClaims {
            account: SocialAccount::new(payload.provider, subject).map_err(|_| TokenError::Invalid)?,
            email: payload.email.map(Email::try_from).transpose().map_err(|_| TokenError::Invalid)?,
            expires_at: moment(payload.exp)?,
        })
    }
}

/// The claims of one kind of token, as they are written in it.
trait Payload: Serialize + DeserializeOwned + Clone {
    /// Whom tokens of this kind are for.
    const AUDIENCE: &'static str;

    /// In whole seconds since 1970.
    fn expires_at(&self) -> i64;
}

#[derive(Serialize)]
struct Body<'a, P> {
    aud: &'static str,
    #[serde(flatten)]
    payload: &'a P,
}

#[derive(Clone, Serialize, Deserialize)]
struct AccessPayload {
    sub: UserId,
    role: Role,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

impl Payload for AccessPayload {
    const AUDIENCE: &'static str = "goforme:access";

    fn expires_at(&self) -> i64 {
        self.exp
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct SignUpPayload {
    provider: OAuthProvider,
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    exp: i64,
}

impl Payload for SignUpPayload {
    const AUDIENCE: &'static str = "goforme:sign-up";

    fn expires_at(&self) -> i64 {
        self.exp
    }
}

fn moment(seconds: i64) -> Result<Timestamp, TokenError> {
    DateTime::from_timestamp(seconds, 0).ok_or(TokenError::Invalid)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use auth::testing::{Signers, access_claims, now};

    use super::*;

    fn signer(secret: &str) -> JwtSigner {
        JwtSigner::new(&secret.into())
    }

    auth::token_signer_contract!(Signers {
        ours: Arc::new(signer("one")),
        anothers: Arc::new(signer("two"))
    });

    #[test]
    fn a_token_that_names_another_algorithm_is_refused() {
        let signer = signer("one");
        let claims = jsonwebtoken::encode(
            &Header::new(Algorithm::HS512),
            &Body {
                aud: AccessPayload::AUDIENCE,
                payload: &AccessPayload {
                    sub: access_claims().user,
                    role: Role::Maker,
                    sid: access_claims().session,
                    iat: now().timestamp(),
                    exp: access_claims().expires_at.timestamp(),
                },
            },
            &signer.signing,
        );
        assert_eq!(signer.read_access(&claims.unwrap(), now()), Err(TokenError::Invalid));
    }

    #[test]
    fn times_are_cut_to_whole_seconds() {
        let signer = signer("one");
        let half_a_second = chrono::TimeDelta::milliseconds(500);
        let claims =
            AccessClaims { expires_at: access_claims().expires_at + half_a_second, ..access_claims() };
        let token = signer.sign_access(&claims).unwrap();
        assert_eq!(signer.read_access(&token, now()).unwrap().expires_at, claims.expires_at - half_a_second);
    }
}
