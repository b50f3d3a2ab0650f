//! Who talks to which server.

use anyhow::Context;
use clap::Args;

use crate::api::{Api, Refusal};
use crate::site::Site;

/// An account, and where it is.
#[derive(Debug, Clone, Args)]
pub struct Login {
    /// Where the server is
    #[arg(long, env = "GOFORME_URL", default_value = "http://127.0.0.1:4000")]
    pub url: Site,
    /// The e-mail address of the account
    #[arg(long, env = "GOFORME_EMAIL")]
    pub email: String,
    /// Its password; other users of this machine can see arguments, so better in the environment
    #[arg(long, env = "GOFORME_PASSWORD", hide_env_values = true)]
    pub password: String,
}

impl Login {
    /// The server, and a fresh access token for it.
    pub async fn begin(&self) -> anyhow::Result<(Api, String)> {
        let api = Api::new(self.url.clone())?;
        let token = self.token(&api).await.with_context(|| format!("{} can't log in", self.email))?;
        Ok((api, token))
    }

    /// A fresh access token.
    pub async fn token(&self, api: &Api) -> Result<String, Refusal> {
        api.log_in(&self.email, &self.password).await
    }
}
