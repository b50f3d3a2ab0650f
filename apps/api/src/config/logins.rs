//! Who else may vouch for a user.

use secrecy::SecretString;
use url::Url;

use super::{AppEnv, ConfigError, HttpConfig, Variables};

/// The social log-ins; one that isn't configured answers 404.
#[derive(Debug, Clone)]
pub struct LoginsConfig {
    /// `GOOGLE_…`.
    pub google: Option<LoginProvider>,
    /// `KAKAO_…`.
    pub kakao: Option<LoginProvider>,
    /// `NAVER_…`.
    pub naver: Option<LoginProvider>,
}

/// How to ask one provider.
#[derive(Debug, Clone)]
pub struct LoginProvider {
    /// `…_CLIENT_ID`.
    pub client_id: String,
    /// `…_CLIENT_SECRET`.
    pub client_secret: SecretString,
    /// `…_REDIRECT`: our own callback, as it's registered with the provider.
    pub redirect: Url,
    /// `…_BASE_URL`: who answers in place of the provider, in tests.
    pub base_url: Option<Url>,
}

impl LoginsConfig {
    pub(super) fn read(
        variables: &Variables,
        environment: AppEnv,
        http: &HttpConfig,
    ) -> Result<Self, ConfigError> {
        let provider = |name| LoginProvider::read(variables, name, http);
        let logins =
            Self { google: provider("google")?, kakao: provider("kakao")?, naver: provider("naver")? };
        if [&logins.google, &logins.kakao, &logins.naver].iter().any(|provider| provider.is_some()) {
            // People would be sent to a page on their own machine.
            environment.needs("CLIENT_REDIRECT", variables.text("CLIENT_REDIRECT"))?;
        }
        Ok(logins)
    }
}

impl LoginProvider {
    fn read(variables: &Variables, name: &str, http: &HttpConfig) -> Result<Option<Self>, ConfigError> {
        let variable = |part: &str| format!("{}_{part}", name.to_ascii_uppercase());
        let (id, secret) = (variable("CLIENT_ID"), variable("CLIENT_SECRET"));
        let missing = |name: &str| Err(ConfigError::missing(name, "id and secret are needed, or neither"));
        let (client_id, client_secret) = match (variables.text(&id), variables.secret(&secret)) {
            (None, None) => return Ok(None),
            (Some(_), None) => return missing(&secret),
            (None, Some(_)) => return missing(&id),
            (Some(client_id), Some(client_secret)) => (client_id.to_owned(), client_secret),
        };
        let own_callback = || {
            let mut url = http.public_url(http.address)?;
            url.set_path(&format!("/auth/{name}/callback"));
            Ok(url)
        };
        let redirect = variables.url(&variable("REDIRECT"))?.map_or_else(own_callback, Ok)?;
        Ok(Some(Self { client_id, client_secret, redirect, base_url: variables.url(&variable("BASE_URL"))? }))
    }
}
