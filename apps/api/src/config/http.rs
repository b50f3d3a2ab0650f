//! Where we listen, and who may talk to us.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use ipnet::IpNet;
use url::Url;

use super::variables::web_address;
use super::{AppEnv, ConfigError, Process, Variables};

/// The page that a developer has open.
const LOCAL_PAGE: &str = "http://localhost:3000";

/// Where we listen, and who may talk to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// `HTTP_ADDR`; port 0 takes any that is free.
    pub address: SocketAddr,
    /// `ADMIN_ADDR`, for metrics and health; not for the outside.
    pub admin_address: SocketAddr,
    /// `HTTP_ADDR_FILE`: where the address that was bound is written, for whoever started us on port 0.
    pub address_file: Option<PathBuf>,
    /// `ADMIN_ADDR_FILE`, the same for the admin port.
    pub admin_address_file: Option<PathBuf>,
    /// `HTTP_WORKERS`: the threads that serve requests, one per core unless said otherwise.
    pub workers: NonZeroUsize,
    /// `TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `CORS_ORIGINS`: the web pages that may read our answers.
    pub cors_origins: Vec<String>,
    /// `CLIENT_REDIRECT`: where the web client lives, without a slash at the end.
    pub client_redirect: String,
    public_url: Option<Url>,
}

impl HttpConfig {
    pub(super) fn read(
        variables: &Variables,
        environment: AppEnv,
        process: Process,
    ) -> Result<Self, ConfigError> {
        let address = |name, port| {
            let default = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            Ok(variables.value(name, "an address with a port such as 127.0.0.1:4000")?.unwrap_or(default))
        };
        let admin_port = match process {
            Process::Serve => 4001,
            Process::Worker => 4002,
        };
        let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let proxies = variables.list("TRUSTED_PROXIES", "a comma list of addresses or networks", network)?;
        let public_url = environment.needs("PUBLIC_URL", variables.url("PUBLIC_URL")?)?;
        let client =
            variables.url("CLIENT_REDIRECT")?.map(|url| url.as_str().trim_end_matches('/').to_owned());
        Ok(Self {
            address: address("HTTP_ADDR", 4000)?,
            admin_address: address("ADMIN_ADDR", admin_port)?,
            address_file: variables.text("HTTP_ADDR_FILE").map(PathBuf::from),
            admin_address_file: variables.text("ADMIN_ADDR_FILE").map(PathBuf::from),
            workers: variables.value("HTTP_WORKERS", "a number of threads above zero")?.unwrap_or(cores),
            trusted_proxies: proxies.unwrap_or_default(),
            cors_origins: cors_origins(variables, environment)?,
            client_redirect: client.unwrap_or_else(|| LOCAL_PAGE.to_owned()),
            public_url,
        })
    }

    /// `PUBLIC_URL`: under which clients reach us. By itself it's the address that was bound.
    pub fn public_url(&self, bound: SocketAddr) -> Result<Url, ConfigError> {
        let host = match bound.ip() {
            // Nobody can connect to "any address".
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        let own = format!("http://{}", SocketAddr::new(host, bound.port()));
        match &self.public_url {
            Some(url) => Ok(url.clone()),
            None => {
                Url::parse(&own).map_err(|error| ConfigError::wrong("PUBLIC_URL", format!("{own}: {error}")))
            }
        }
    }
}

/// In production there is no page that we could guess.
fn cors_origins(variables: &Variables, environment: AppEnv) -> Result<Vec<String>, ConfigError> {
    let expected = "a comma list of origins such as https://example.com, without a path and without *";
    Ok(variables.list("CORS_ORIGINS", expected, origin)?.unwrap_or_else(|| match environment {
        AppEnv::Production => Vec::new(),
        AppEnv::Development | AppEnv::Test => vec![LOCAL_PAGE.to_owned()],
    }))
}

fn origin(text: &str) -> Option<String> {
    let url = web_address(text)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    (bare && url.username().is_empty()).then(|| url.origin().ascii_serialization())
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()
}
