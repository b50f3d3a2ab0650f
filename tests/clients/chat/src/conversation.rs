//! One room as a client follows it: what was seen, and what was sent but never acknowledged.

use std::collections::{BTreeMap, VecDeque};

use uuid::Uuid;

use crate::goforme_v1::{ClientFrame, Kind, Message, ServerFrame};

/// What a person should see.
#[derive(Debug, PartialEq, Eq)]
pub enum Shown {
    Message(Message),
    /// A message was deleted.
    Deleted(i64),
    /// Somebody came or went.
    Presence {
        user: String,
        online: bool,
    },
    /// More was missed than is replayed.
    Missed,
    /// A text was refused, and won't be sent again.
    Refused {
        text: String,
        code: String,
        message: String,
    },
}

/// A text under the name that it keeps, however often it has to be sent.
#[derive(Debug)]
struct Unacknowledged {
    id: Uuid,
    text: String,
}

/// A room, on whichever connection.
#[derive(Debug)]
pub struct Conversation {
    room: String,
    seen: i64,
    unacknowledged: VecDeque<Unacknowledged>,
}

impl Conversation {
    /// The room, of which everything up to `seen` was seen.
    pub fn new(room: String, seen: i64) -> Self {
        Self { room, seen, unacknowledged: VecDeque::new() }
    }

    /// How to begin on a new connection: with everything that was missed.
    pub fn hello<'a>(&'a self, token: &'a str) -> ClientFrame<'a> {
        ClientFrame::Hello { token, resume: BTreeMap::from([(self.room.as_str(), self.seen)]) }
    }

    /// Takes a text on, to be sent until it's acknowledged.
    pub fn write<'a>(&'a mut self, id: Uuid, text: &'a str) -> ClientFrame<'a> {
        self.unacknowledged.push_back(Unacknowledged { id, text: text.to_owned() });
        self.frame(id, text)
    }

    /// What has to be sent again on a new connection, in the order in which it was written.
    pub fn repeats(&self) -> impl Iterator<Item = ClientFrame<'_>> {
        self.unacknowledged.iter().map(|waiting| self.frame(waiting.id, &waiting.text))
    }

    /// Whether everything that was written is acknowledged or refused.
    pub fn is_settled(&self) -> bool {
        self.unacknowledged.is_empty()
    }

    /// Takes note of a frame.
    pub fn hear(&mut self, frame: ServerFrame) -> Option<Shown> {
        match frame {
            ServerFrame::Message { message } | ServerFrame::Ack { message } => self.see(message),
            ServerFrame::Deleted { room_id, seq } if room_id == self.room => Some(Shown::Deleted(seq)),
            ServerFrame::Presence { room_id, user_id, online } if room_id == self.room => {
                Some(Shown::Presence { user: user_id, online })
            }
            ServerFrame::Resync { room_id, last_seq } if room_id == self.room => {
                self.seen = last_seq;
                Some(Shown::Missed)
            }
            ServerFrame::Error { reference, code, message } => self.refused(reference, code, message),
            _ => None,
        }
    }

    /// A replay and an acknowledgement may both bring the same message: the second one is not shown.
    fn see(&mut self, message: Message) -> Option<Shown> {
        if message.chat_room_id != self.room {
            return None;
        }
        if let Some(id) = message.client_message_id {
            self.unacknowledged.retain(|waiting| waiting.id != id);
        }
        let is_new = message.seq > self.seen;
        self.seen = self.seen.max(message.seq);
        is_new.then_some(Shown::Message(message))
    }

    fn refused(&mut self, reference: Option<String>, code: String, message: String) -> Option<Shown> {
        let id: Uuid = reference?.parse().ok()?;
        let position = self.unacknowledged.iter().position(|waiting| waiting.id == id)?;
        let text = self.unacknowledged.remove(position)?.text;
        Some(Shown::Refused { text, code, message })
    }

    /// The id serves as reference, too.
    fn frame<'a>(&'a self, id: Uuid, content: &'a str) -> ClientFrame<'a> {
        let (reference, client_message_id) = (id, id);
        ClientFrame::Send { reference, room_id: &self.room, client_message_id, kind: Kind::Text, content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: &str = "me";

    fn message(seq: i64, id: Option<u128>) -> Message {
        Message {
            created_at: "2031-05-06T01:02:03.004Z".to_owned(),
            chat_room_id: "r".to_owned(),
            sender_id: ME.to_owned(),
            kind: Kind::Text,
            content: format!("number {seq}"),
            seq,
            client_message_id: id.map(Uuid::from_u128),
        }
    }

    fn seqs(conversation: &mut Conversation, frames: impl IntoIterator<Item = ServerFrame>) -> Vec<i64> {
        let shown = frames.into_iter().filter_map(|frame| conversation.hear(frame));
        shown.map(|shown| if let Shown::Message(message) = shown { message.seq } else { -1 }).collect()
    }

    fn resumes_at(conversation: &Conversation) -> i64 {
        let ClientFrame::Hello { resume, .. } = conversation.hello("token") else { panic!("no hello") };
        resume["r"]
    }

    #[test]
    fn what_was_seen_is_not_shown_again_and_not_asked_for_again() {
        let mut conversation = Conversation::new("r".to_owned(), 4);
        assert_eq!(resumes_at(&conversation), 4);
        let heard = [4, 5, 5, 7].map(|seq| ServerFrame::Message { message: message(seq, None) });
        assert_eq!(seqs(&mut conversation, heard), [5, 7]);
        assert_eq!(resumes_at(&conversation), 7);
    }

    #[test]
    fn what_was_not_acknowledged_is_repeated_under_the_same_id_and_in_order() {
        let mut conversation = Conversation::new("r".to_owned(), 0);
        for id in 1..=3 {
            conversation.write(Uuid::from_u128(id), &format!("text {id}"));
        }
        conversation.hear(ServerFrame::Ack { message: message(1, Some(1)) });
        let repeated = conversation.repeats().map(|frame| match frame {
            ClientFrame::Send { client_message_id, content, .. } => (client_message_id.as_u128(), content),
            _ => panic!("no send"),
        });
        assert_eq!(repeated.collect::<Vec<_>>(), [(2, "text 2"), (3, "text 3")]);
    }

    #[test]
    fn a_message_that_was_stored_before_the_connection_broke_is_shown_once() {
        let mut conversation = Conversation::new("r".to_owned(), 0);
        conversation.write(Uuid::from_u128(1), "number 1");
        assert!(!conversation.is_settled());
        let heard = [
            ServerFrame::Message { message: message(1, Some(1)) },
            ServerFrame::Ack { message: message(1, Some(1)) },
        ];
        assert_eq!(seqs(&mut conversation, heard), [1]);
        assert!(conversation.is_settled());
    }

    #[test]
    fn a_refused_text_is_handed_back_and_not_repeated() {
        let mut conversation = Conversation::new("r".to_owned(), 0);
        let id = Uuid::from_u128(1);
        conversation.write(id, "hi");
        let error = |reference: Option<String>| ServerFrame::Error {
            reference,
            code: "ROOM_INACTIVE".to_owned(),
            message: "the room is closed".to_owned(),
        };
        assert_eq!(conversation.hear(error(None)), None);
        let shown = conversation.hear(error(Some(id.to_string())));
        assert!(matches!(shown, Some(Shown::Refused { text, .. }) if text == "hi"));
        assert!(conversation.is_settled());
    }

    #[test]
    fn other_rooms_are_not_shown_and_a_room_that_has_run_away_is_caught_up_with() {
        let mut conversation = Conversation::new("r".to_owned(), 4);
        let mut elsewhere = message(9, None);
        elsewhere.chat_room_id = "other".to_owned();
        assert_eq!(conversation.hear(ServerFrame::Message { message: elsewhere }), None);
        let resync = ServerFrame::Resync { room_id: "r".to_owned(), last_seq: 9000 };
        assert_eq!(conversation.hear(resync), Some(Shown::Missed));
        assert_eq!(resumes_at(&conversation), 9000);
    }
}
