//! What every domain of the marketplace shares: ids, money, time, text, paging, enums, the error-code
//! trait, events and the transaction port.
//!
//! Nothing here knows a database, a socket or a web framework. A new kind of id goes into [`id`], a new
//! event into [`event`], an enum that two domains speak of into [`enums`]; what only one domain uses
//! belongs in that domain's crate.

pub mod clock;
pub mod enums;
pub mod error;
pub mod event;
pub mod id;
pub mod money;
pub mod outbox;
pub mod page;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
pub mod trip_date;
pub mod tx;
pub mod validation;

pub use clock::{Clock, Timestamp};
pub use enums::{OAuthProvider, PlanStatus, PointEvent, ProfileImage, Role, ServiceArea, TripType};
pub use error::{Code, ErrorCode, Kind, StoreError};
pub use event::{Envelope, Event};
pub use id::{
    EventId, FollowId, IdGenerator, MessageId, NotificationId, PaymentId, PlanId, PointEntryId, QuoteId,
    ReviewId, RoomId, SessionId, UserId,
};
pub use money::Coconuts;
pub use outbox::{HasOutbox, Outbox};
pub use page::{Page, PageOf};
pub use text::Text;
pub use trip_date::TripDate;
pub use tx::{Begin, Bundle, Transaction, finish};
pub use validation::{Invalid, Validation};
