//! The chat, whichever way its users come in: HTTP, WebSocket or Socket.IO.

mod delete_message;
mod read_rooms;
mod send_file;
mod send_message;
mod view;

pub use delete_message::DeleteMessage;
pub use read_rooms::ReadRooms;
pub use send_file::{FileUpload, SendFile};
pub use send_message::{Outgoing, SendMessage, Sent};
pub use view::{MessageView, MessageViews, RoomView, RoomViews};
