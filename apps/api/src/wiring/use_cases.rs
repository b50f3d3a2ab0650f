//! Every use case that a request can ask for, built once.

use std::sync::Arc;

use application::accounts::{
    Authenticate, LogIn, LogOut, PasswordGate, Refresh, SignUp, UpdateAccount, UpdateProfile,
};
use application::chat::{DeleteMessage, MessageViews, ReadRooms, RoomViews, SendFile, SendMessage};
use application::follows::FollowMaker;
use application::notifications::ReadNotifications;
use application::payments::{RegisterPayment, SettlePayment};
use application::plans::{AskMaker, CompletePlan, DeletePlan, PostPlan, TurnDownRequest};
use application::quotes::{ConfirmQuote, SendQuote, WithdrawQuote};
use application::realtime::{Chats, NotificationFeeds, SessionLimits};
use application::reviews::WriteReview;
use auth::LoginThrottle;

use super::ports::Ports;
use crate::http::socket_io::SocketIo;
use crate::http::state::AppState;

impl Ports {
    /// Hands every use case and query to the handlers.
    pub fn provide_to(&self, state: AppState) -> AppState {
        let state = self.provide_queries(state);
        let state = self.provide_accounts(state);
        let state = self.provide_trips(state);
        let state = self.provide_payments(state);
        self.provide_chat(state)
    }

    fn provide_queries(&self, state: AppState) -> AppState {
        state
            .provide(Arc::clone(&self.user_queries))
            .provide(Arc::clone(&self.maker_queries))
            .provide(Arc::clone(&self.plan_queries))
            .provide(Arc::clone(&self.quote_queries))
            .provide(Arc::clone(&self.review_queries))
            .provide(Arc::clone(&self.point_queries))
            .provide(Arc::clone(&self.users))
            .provide(self.environment.clone())
    }

    fn provide_accounts(&self, state: AppState) -> AppState {
        let store = Arc::new(self.relational.clone());
        let environment = || self.environment.clone();
        let directory = || Arc::clone(&self.users);
        let hasher = || Arc::clone(&self.hasher);
        let bus = || Arc::clone(&self.bus);
        let mint = || self.mint.clone();
        let views = || Arc::clone(&self.views);
        let throttle = LoginThrottle::new(Arc::clone(&self.rate_limiter));
        let gate = Arc::new(PasswordGate::new(throttle, environment()));
        state
            .provide(SignUp {
                store: store.clone(),
                environment: environment(),
                hasher: hasher(),
                signer: mint().signer,
            })
            .provide(LogIn {
                store: store.clone(),
                environment: environment(),
                directory: directory(),
                hasher: hasher(),
                gate: Arc::clone(&gate),
                mint: mint(),
            })
            .provide(Refresh {
                store: store.clone(),
                environment: environment(),
                directory: directory(),
                mint: mint(),
                bus: bus(),
            })
            .provide(LogOut { store: store.clone(), environment: environment(), bus: bus() })
            .provide(UpdateAccount {
                store: store.clone(),
                environment: environment(),
                directory: directory(),
                hasher: hasher(),
                gate,
                bus: bus(),
                views: views(),
            })
            .provide(UpdateProfile { store: store.clone(), environment: environment(), views: views() })
            .provide(FollowMaker { store, environment: environment() })
    }

    fn provide_trips(&self, state: AppState) -> AppState {
        let store = Arc::new(self.relational.clone());
        let environment = || self.environment.clone();
        let views = || Arc::clone(&self.views);
        state
            .provide(PostPlan { store: store.clone(), environment: environment(), views: views() })
            .provide(DeletePlan { store: store.clone(), environment: environment(), views: views() })
            .provide(CompletePlan { store: store.clone(), environment: environment() })
            .provide(AskMaker { store: store.clone(), environment: environment() })
            .provide(TurnDownRequest { store: store.clone(), environment: environment() })
            .provide(SendQuote { store: store.clone(), environment: environment() })
            .provide(ConfirmQuote { store: store.clone(), environment: environment() })
            .provide(WithdrawQuote { store: store.clone(), environment: environment() })
            .provide(WriteReview { store, environment: environment() })
    }

    fn provide_payments(&self, state: AppState) -> AppState {
        state
            .provide(RegisterPayment {
                store: Arc::new(self.relational.clone()),
                environment: self.environment.clone(),
                gateway: Arc::clone(&self.gateway),
            })
            .provide(self.settle_payment())
    }

    /// Settling payments is asked for by requests and by the clock.
    pub fn settle_payment(&self) -> SettlePayment {
        SettlePayment {
            store: Arc::new(self.relational.clone()),
            environment: self.environment.clone(),
            directory: Arc::clone(&self.payments),
            gateway: Arc::clone(&self.gateway),
            webhooks: Arc::clone(&self.webhooks),
        }
    }

    fn provide_chat(&self, state: AppState) -> AppState {
        let environment = || self.environment.clone();
        let send = Arc::new(self.send_message());
        let read = self.read_rooms();
        let chats = Chats {
            rooms: Arc::clone(&self.rooms),
            messages: Arc::clone(&self.messages),
            notifications: Arc::clone(&self.notifications),
            sessions: self.sessions.clone(),
            read: read.clone(),
            send: Arc::clone(&send),
            room_views: read.room_views.clone(),
            message_views: read.message_views.clone(),
            hub: Arc::clone(&self.hub),
            bus: Arc::clone(&self.bus),
            environment: environment(),
            limits: SessionLimits::default(),
        };
        state
            .provide(Arc::new(chats))
            .provide(SocketIo::new(self.socket_io))
            .provide(read.message_views.clone())
            .provide(read)
            .provide(SendFile { send: Arc::clone(&send), media: Arc::clone(&self.media) })
            .provide(send)
            .provide(DeleteMessage {
                rooms: Arc::clone(&self.rooms),
                messages: Arc::clone(&self.messages),
                bus: Arc::clone(&self.bus),
                environment: environment(),
            })
            .provide(ReadNotifications {
                notifications: Arc::clone(&self.notifications),
                environment: environment(),
            })
            .provide(NotificationFeeds {
                notifications: Arc::clone(&self.notifications),
                sessions: self.sessions.clone(),
                hub: Arc::clone(&self.hub),
                environment: environment(),
            })
    }

    fn send_message(&self) -> SendMessage {
        SendMessage {
            rooms: Arc::clone(&self.rooms),
            messages: Arc::clone(&self.messages),
            bus: Arc::clone(&self.bus),
            environment: self.environment.clone(),
            limiter: Arc::clone(&self.rate_limiter),
            limit: self.message_limit,
        }
    }

    fn read_rooms(&self) -> ReadRooms {
        ReadRooms {
            rooms: Arc::clone(&self.rooms),
            messages: Arc::clone(&self.messages),
            room_views: RoomViews { users: Arc::clone(&self.users) },
            message_views: MessageViews {
                media: Arc::clone(&self.media),
                environment: self.environment.clone(),
            },
        }
    }

    /// Who holds a token, with a short memory for live sessions.
    pub fn authenticate(&self) -> Authenticate {
        Authenticate {
            signer: Arc::clone(&self.mint.signer),
            sessions: self.sessions.clone(),
            environment: self.environment.clone(),
        }
    }
}
