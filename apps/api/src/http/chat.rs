//! The chat over HTTP: rooms, their history, texts and files. Live it goes over sockets.

pub mod answers;
mod delete_message;
mod download_file;
mod list_messages;
mod list_rooms;
mod post_message;
mod show_room;
pub mod upload;

use super::routes::{Endpoint, endpoints};

/// The endpoints of this area.
pub fn endpoints() -> Vec<Endpoint> {
    endpoints![
        list_rooms::list_rooms,
        show_room::show_room,
        list_messages::list_messages,
        post_message::post_message,
        download_file::download_file,
        delete_message::delete_message,
    ]
}
