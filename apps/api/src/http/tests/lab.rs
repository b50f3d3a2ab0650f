//! The whole API over a fresh embedded store, with a Dreamer and a Maker who share a room, and a
//! stranger. Their tokens are `dreamer`, `maker` and `stranger`.

use std::sync::Arc;

use actix_web::test::TestRequest;
use async_trait::async_trait;
use auth::{AccessClaims, TokenError};
use chat::testing::a_room_of;
use chat::{OpenRoom, Room};
use chrono::TimeDelta;
use kernel::{Begin, Clock, UserId};
use tempfile::TempDir;
use user::testing::{add_a_dreamer, add_a_maker};
use user::{User, UserTx};
use uuid::Uuid;

use super::{Answer, answer_of, as_caller};
use crate::config::{Config, Process, Variables};
use crate::http::app::Blueprint;
use crate::http::chat::upload::UploadFolder;
use crate::http::extract::{Authenticate, BodyLimits, TrustedProxies};
use crate::http::state::{AppState, HttpSettings};
use crate::wiring::{Opened, TestClock, open};

pub struct Lab {
    pub opened: Opened,
    pub dreamer: User,
    pub maker: User,
    pub stranger: User,
    pub room: Room,
    _folder: TempDir,
}

impl Lab {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let variables: Variables =
            [("APP_ENV", "test"), ("DATA_DIR", folder.path().to_str().unwrap())].into_iter().collect();
        let config = Config::read(&variables, Process::Serve).unwrap();
        let opened = open(&config, &settings().public_url).await.unwrap();
        let mut tx: Box<dyn UserTx> = opened.ports.relational.begin().await.unwrap();
        let (dreamer, maker) = (add_a_dreamer(&mut *tx).await, add_a_maker(&mut *tx).await);
        let stranger = add_a_dreamer(&mut *tx).await;
        tx.commit().await.unwrap();
        let room = a_room_of(dreamer.id(), maker.id());
        assert_eq!(opened.ports.rooms.open(&room).await.unwrap(), OpenRoom::Opened);
        Self { opened, dreamer, maker, stranger, room, _folder: folder }
    }

    /// Moves the time; the end of a link's life comes with it.
    pub fn clock(&self) -> &TestClock {
        self.opened.test_clock.as_ref().unwrap()
    }

    /// What lies in the folder for uploads.
    pub fn unfinished_uploads(&self) -> usize {
        std::fs::read_dir(self.opened.media_files.incoming()).unwrap().count()
    }

    /// The answer to a request of this caller.
    pub async fn call(&self, caller: &str, request: TestRequest) -> Answer {
        let app = Blueprint::new(self.state()).unwrap().app();
        answer_of(app, as_caller(request, caller)).await
    }

    /// What the API is built from.
    pub fn state(&self) -> AppState {
        let callers = ThreeTokens {
            users: [&self.dreamer, &self.maker, &self.stranger].map(|user| (user.id(), user.role())),
            clock: Arc::clone(&self.opened.clock),
        };
        let ids = self.opened.ports.environment.shared_ids();
        let state = AppState::new(Arc::clone(&self.opened.clock), ids, Arc::new(callers), settings());
        let uploads = UploadFolder(self.opened.media_files.incoming());
        self.opened.ports.provide_to(state).provide(Arc::clone(&self.opened.media_files)).provide(uploads)
    }
}

fn settings() -> HttpSettings {
    HttpSettings {
        public_url: "http://localhost:4000".parse().unwrap(),
        cors_origins: Vec::new(),
        trusted_proxies: TrustedProxies::default(),
        body: BodyLimits::default(),
    }
}

struct ThreeTokens {
    users: [(UserId, kernel::Role); 3],
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Authenticate for ThreeTokens {
    async fn authenticate(&self, token: &str) -> Result<AccessClaims, application::Error> {
        let names = ["dreamer", "maker", "stranger"];
        let position = names.iter().position(|name| *name == token).ok_or(TokenError::Invalid)?;
        let (user, role) = self.users[position];
        let issued_at = self.clock.now();
        let session = Uuid::from_u128(7).into();
        Ok(AccessClaims { user, role, session, issued_at, expires_at: issued_at + TimeDelta::hours(1) })
    }
}
