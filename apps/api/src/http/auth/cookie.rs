//! The cookie that keeps the refresh token out of the reach of scripts, and comes back on one path only.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use application::accounts::Grant;
use auth::RefreshToken;

const NAME: &str = "refreshToken";
const PATH: &str = "/auth/refresh/token";

/// The cookie for a new refresh token; it lasts as long as the token.
pub fn keeping(grant: &Grant) -> Cookie<'static> {
    cookie(grant.refresh_token.expose(), Duration::seconds(grant.refresh_lifetime.num_seconds()))
}

/// The cookie that makes a browser forget the one it has.
pub fn forgotten() -> Cookie<'static> {
    cookie(String::new(), Duration::ZERO)
}

/// The refresh token that came with the request, if it is one.
pub fn presented(request: &HttpRequest) -> Option<RefreshToken> {
    RefreshToken::try_from(request.cookie(NAME)?.value()).ok()
}

fn cookie(value: String, lasts: Duration) -> Cookie<'static> {
    Cookie::build(NAME, value)
        .path(PATH)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Lax)
        .max_age(lasts)
        .finish()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_cookie_has_the_attributes_of_the_contract() {
        let grant = Grant {
            access_token: String::new(),
            refresh_token: RefreshToken::from([0xAB; 32]),
            refresh_lifetime: TimeDelta::days(7),
        };
        let kept = format!(
            "refreshToken={}; HttpOnly; SameSite=Lax; Secure; Path=/auth/refresh/token",
            "ab".repeat(32)
        );
        assert_eq!(keeping(&grant).to_string(), format!("{kept}; Max-Age=604800"));
        assert_eq!(
            forgotten().to_string(),
            "refreshToken=; HttpOnly; SameSite=Lax; Secure; Path=/auth/refresh/token; Max-Age=0"
        );
    }

    #[test]
    fn only_a_refresh_token_is_taken_out_of_the_cookie() {
        let with = |value: &str| {
            TestRequest::default().cookie(Cookie::new(NAME, value.to_owned())).to_http_request()
        };
        assert_eq!(presented(&with(&"ab".repeat(32))), Some(RefreshToken::from([0xAB; 32])));
        assert_eq!(presented(&with("eyJhbGciOi.J9.x")), None);
        assert_eq!(presented(&TestRequest::default().to_http_request()), None);
    }
}
