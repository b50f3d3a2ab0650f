//! `POST /auth/signup`: somebody joins.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use application::accounts::{Registration, SignUp};
use auth::Password;
use kernel::{Invalid, Role, Validation};
use serde::Deserialize;
use serde::de::IgnoredAny;
use user::{Email, NickName, PhoneNumber, ProfileDetails};
use utoipa::ToSchema;

use super::new_profile::{NewDreamerProfile, NewMakerProfile};
use crate::http::error::ApiError;
use crate::http::extract::{RawBody, bearer, body};
use crate::http::schema;

/// Who joins.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewcomerBody {
    /// For life; the profile is of this kind.
    #[schema(value_type = schema::Role)]
    role: Role,
    #[schema(min_length = 1, max_length = 50, examples("제주바다"))]
    nick_name: String,
    /// Left out with a sign-up token.
    #[schema(format = "email", max_length = 254, examples("mina@example.com"))]
    email: Option<String>,
    /// Left out with a sign-up token.
    #[schema(format = Password, min_length = 6, max_length = 128, examples("secret-1"))]
    password: Option<String>,
    #[schema(min_length = 1, max_length = 30, examples("010-1234-5678"))]
    phone_number: String,
}

/// Somebody joins, with the profile of their role.
#[derive(Deserialize, ToSchema)]
pub struct SignUpBody<P> {
    user: NewcomerBody,
    profile: P,
}

/// Somebody joins.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum AnySignUpBody {
    /// With the role DREAMER.
    Dreamer(SignUpBody<NewDreamerProfile>),
    /// With the role MAKER.
    Maker(SignUpBody<NewMakerProfile>),
}

impl AnySignUpBody {
    /// Reads the body twice: only its `user` tells what its `profile` has to look like.
    fn parse(bytes: &[u8]) -> Result<Self, Invalid> {
        let SignUpBody { user, .. } = body::parse::<SignUpBody<IgnoredAny>>(bytes)?;
        Ok(match user.role {
            Role::Dreamer => Self::Dreamer(body::parse(bytes)?),
            Role::Maker => Self::Maker(body::parse(bytes)?),
        })
    }

    fn registration(self) -> Result<Registration, Invalid> {
        match self {
            Self::Dreamer(SignUpBody { user, profile }) => user.registration(|check| profile.details(check)),
            Self::Maker(SignUpBody { user, profile }) => user.registration(|check| profile.details(check)),
        }
    }
}

impl NewcomerBody {
    fn registration(
        self,
        profile: impl FnOnce(&mut Validation) -> Option<ProfileDetails>,
    ) -> Result<Registration, Invalid> {
        let mut check = Validation::default();
        let nick_name = check.field("user.nickName", NickName::try_from(self.nick_name));
        let email = check.optional("user.email", self.email.map(Email::try_from));
        let password = check.optional("user.password", self.password.map(Password::try_from));
        let phone_number = check.field("user.phoneNumber", PhoneNumber::try_from(self.phone_number));
        let profile = profile(&mut check);
        check.build(|| {
            Some(Registration {
                nick_name: nick_name?,
                phone_number: phone_number?,
                email,
                password,
                profile: profile?,
            })
        })
    }
}

/// Signs up.
///
/// E-mail address and password are needed, except with a valid sign-up token as bearer, which brings
/// the social account; any other bearer is ignored. Refuses with `EMAIL_TAKEN`, `NICKNAME_TAKEN`,
/// `SOCIAL_ACCOUNT_TAKEN`, `HASHING_OVERLOADED`.
#[utoipa::path(post, path = "/auth/signup", tag = "auth", request_body = AnySignUpBody,
    responses((status = 201, description = "Without a body.")))]
pub async fn sign_up(
    request: HttpRequest,
    RawBody(bytes): RawBody,
    sign_up: Data<SignUp>,
) -> Result<HttpResponse, ApiError> {
    let registration = AnySignUpBody::parse(&bytes)?.registration()?;
    let bearer = bearer(&request).ok().flatten();
    sign_up.run(registration, bearer.as_deref()).await?;
    Ok(HttpResponse::Created().finish())
}

#[cfg(test)]
mod tests {
    use kernel::ErrorCode;
    use serde_json::{Value, json};

    use super::*;

    fn a_dreamer() -> Value {
        json!({
            "user": { "role": "DREAMER", "nickName": "n", "email": "a@b.kr", "password": "secret",
                "phoneNumber": "010", "coconut": 5, "id": 7 },
            // What only Makers have is none of a Dreamer's fields, so it may be anything.
            "profile": { "image": "DEFAULT_1", "tripTypes": ["CULTURE"], "serviceArea": ["JEJU", "JEJU"],
                "gallery": 5 },
        })
    }

    fn read(body: &Value) -> Result<Registration, Invalid> {
        AnySignUpBody::parse(body.to_string().as_bytes())?.registration()
    }

    fn refused_fields(body: &Value) -> Vec<String> {
        read(body).unwrap_err().fields().iter().map(|error| error.field.clone()).collect()
    }

    #[test]
    fn the_role_decides_how_the_profile_is_read() {
        let registration = read(&a_dreamer()).unwrap();
        assert_eq!(registration.profile.role(), Role::Dreamer);
        let mut maker = a_dreamer();
        maker["user"]["role"] = json!("MAKER");
        maker["profile"]["gallery"] = json!("g");
        assert_eq!(refused_fields(&maker), ["profile.serviceTypes"]);
        maker["profile"] = json!({ "image": "DEFAULT_4", "serviceTypes": ["CULTURE"], "serviceArea": ["JEJU"],
            "gallery": "g", "description": "d", "detailDescription": "dd" });
        assert_eq!(read(&maker).unwrap().profile.role(), Role::Maker);
    }

    #[test]
    fn all_fields_that_are_wrong_are_named_at_once() {
        let mut body = a_dreamer();
        body["user"] = json!({ "role": "DREAMER", "nickName": "", "email": "a", "password": "short",
            "phoneNumber": "0".repeat(31) });
        body["profile"]["tripTypes"] = json!([]);
        assert_eq!(
            refused_fields(&body),
            ["user.nickName", "user.email", "user.password", "user.phoneNumber", "profile.tripTypes"]
        );
        body["profile"]["serviceArea"] = json!(["SEOUL", "Seoul"]);
        assert_eq!(refused_fields(&body), ["profile.serviceArea[1]"]);
    }

    #[test]
    fn email_and_password_may_be_left_out_here() {
        let mut body = a_dreamer();
        body["user"] = json!({ "role": "DREAMER", "nickName": "n", "email": null, "phoneNumber": "010" });
        let registration = read(&body).unwrap();
        assert!(registration.email.is_none() && registration.password.is_none());
    }
}
