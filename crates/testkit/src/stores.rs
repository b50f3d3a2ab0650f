//! Which stores the server under test has.
//!
//! By default it has the embedded ones. `GOFORME_TEST_STORES` names the servers that a test gets a fresh
//! corner of instead: `servers` for all of them, or a comma list of `postgres`, `mongo` and `redis`. They
//! are started for the first test that needs them, once for all tests of a process.

use std::collections::BTreeMap;
use std::env;
use std::sync::LazyLock;

use crate::mongo::PrivateMongo;
use crate::postgres::PrivatePostgres;
use crate::process::Launch;
use crate::redis::PrivateRedis;

const VARIABLE: &str = "GOFORME_TEST_STORES";
/// Several processes have to sign with one secret.
const SECRET: &str = "a secret that all processes of a test share";

type Variables = BTreeMap<String, String>;

/// The servers in place of embedded stores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub postgres: bool,
    pub mongo: bool,
    pub redis: bool,
}

impl Chosen {
    const ALL: Self = Self { postgres: true, mongo: true, redis: true };

    /// What the environment says.
    pub(crate) fn by_environment() -> Self {
        static CHOSEN: LazyLock<Chosen> =
            LazyLock::new(|| Chosen::parse(&env::var(VARIABLE).unwrap_or_default()));
        *CHOSEN
    }

    pub(crate) fn parse(names: &str) -> Self {
        let mut chosen = Self::default();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "embedded" => {}
                "servers" => chosen = Self::ALL,
                "postgres" => chosen.postgres = true,
                "mongo" => chosen.mongo = true,
                "redis" => chosen.redis = true,
                _ => panic!("{name:?} is none of embedded, servers, postgres, mongo, redis"),
            }
        }
        chosen
    }

    fn any(self) -> bool {
        self != Self::default()
    }

    /// Only then nodes and workers share all they know; else `serve` does a worker's work.
    pub(crate) fn all(self) -> bool {
        self == Self::ALL
    }

    /// Fresh corners of the servers that tests share, as variables for `goforme`.
    pub(crate) async fn fresh(self, launch: &Launch) -> Variables {
        let mut variables = Variables::new();
        if self.any() {
            variables.insert("JWT_SECRET".to_owned(), SECRET.to_owned());
        }
        if self.postgres {
            variables.extend(fresh_database(PrivatePostgres::shared(), launch).await);
        }
        if self.mongo {
            variables.extend(fresh_documents(PrivateMongo::shared()));
        }
        if self.redis {
            variables.extend(fresh_keys(PrivateRedis::shared()));
        }
        variables
    }
}

/// Fresh corners of all three.
pub(crate) async fn fresh_on(
    postgres: &PrivatePostgres,
    mongo: &PrivateMongo,
    redis: &PrivateRedis,
    launch: &Launch,
) -> Variables {
    let mut variables = Variables::from([("JWT_SECRET".to_owned(), SECRET.to_owned())]);
    variables.extend(fresh_database(postgres, launch).await);
    variables.extend(fresh_documents(mongo));
    variables.extend(fresh_keys(redis));
    variables
}

/// A database that `goforme migrate` has brought to its schema.
async fn fresh_database(server: &PrivatePostgres, launch: &Launch) -> Variables {
    let migrate = async |url: String| {
        let mut command = launch.command(&["migrate"]);
        command.env("DATABASE_URL", url);
        let output = tokio::process::Command::from(command).output().await.unwrap();
        assert!(output.status.success(), "migrate: {}", String::from_utf8_lossy(&output.stderr));
    };
    let url = server.fresh_database(migrate).await;
    [("DATABASE_URL".to_owned(), url)].into()
}

fn fresh_documents(server: &PrivateMongo) -> Variables {
    let (uri, database) = (server.uri().to_owned(), server.unused_database());
    [("MONGODB_URI".to_owned(), uri), ("MONGODB_DATABASE".to_owned(), database)].into()
}

fn fresh_keys(server: &PrivateRedis) -> Variables {
    let (url, prefix) = (server.url().to_owned(), server.unused_prefix());
    [("REDIS_URL".to_owned(), url), ("REDIS_KEY_PREFIX".to_owned(), prefix)].into()
}

/// Ends a test that is about the embedded stores where the suite runs on servers, and says so.
#[macro_export]
macro_rules! only_embedded {
    ($about:literal) => {
        if $crate::skipped_on_servers($about) {
            return;
        }
    };
}

/// Whether the suite runs on servers; then what `about` says is not tested. For [`only_embedded!`].
#[must_use]
pub fn skipped_on_servers(about: &str) -> bool {
    let skipped = Chosen::by_environment().any();
    if skipped {
        crate::report::say(&format!("skipped, because it is about the embedded stores: {about}"));
    }
    skipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_chosen_by_name_or_all_at_once() {
        assert!(!Chosen::parse("").any() && !Chosen::parse("embedded").any());
        assert_eq!(Chosen::parse("servers"), Chosen::ALL);
        assert_eq!(Chosen::parse("postgres, mongo,redis"), Chosen::ALL);
        assert_eq!(Chosen::parse("redis"), Chosen { redis: true, ..Chosen::default() });
    }
}
