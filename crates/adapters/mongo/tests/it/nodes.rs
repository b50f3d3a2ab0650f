//! Several processes at once, as far as the server can tell: each store has connections of its own.

use chat::testing::{a_new_message, a_room, now};
use chat::{Append, MessageStore, OpenRoom, RoomStore};
use futures_util::future::join_all;
use goforme_mongo::Mongo;

use crate::fresh::config;

/// A reader on another node never sees a number before all that come before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_is_seen_before_those_before_it() {
    let config = config();
    let [one, other, reader] = [
        Mongo::connect(&config).await.unwrap(),
        Mongo::connect(&config).await.unwrap(),
        Mongo::connect(&config).await.unwrap(),
    ];
    let room = a_room();
    assert_eq!(one.open(&room).await.unwrap(), OpenRoom::Opened);
    let id = room.id();
    let reads = tokio::spawn(async move {
        let mut seen = 0;
        while seen < 40 {
            for message in reader.after(id, seen, 100).await.unwrap() {
                seen += 1;
                assert_eq!(message.seq(), seen);
            }
        }
    });
    for _ in 0..20 {
        let sends = [&one, &other].map(|node| node.append(a_new_message(&room)));
        for sent in join_all(sends).await {
            assert!(matches!(sent.unwrap(), Append::Stored(_)));
        }
    }
    reads.await.unwrap();
}

/// Of many messages and an end at once from two nodes, what was answered as stored is there, before the end.
#[tokio::test]
async fn nothing_comes_after_the_end_on_any_node() {
    let config = config();
    let (one, other) = (Mongo::connect(&config).await.unwrap(), Mongo::connect(&config).await.unwrap());
    let room = a_room();
    assert_eq!(one.open(&room).await.unwrap(), OpenRoom::Opened);
    let sends = join_all((0..20).map(|_| one.append(a_new_message(&room))));
    let ends = join_all((0..3).map(|_| other.deactivate(room.facts().plan, now())));
    let (sent, closed) = futures_util::future::join(sends, ends).await;
    let stored = sent.into_iter().filter(|sent| matches!(sent, Ok(Append::Stored(_)))).count();
    for closed in closed {
        let closed = closed.unwrap().unwrap();
        assert_eq!((closed.is_active(), usize::try_from(closed.last_seq()).unwrap()), (false, stored));
    }
    assert_eq!(one.append(a_new_message(&room)).await.unwrap(), Append::RoomInactive);
    assert_eq!(one.after(room.id(), 0, 100).await.unwrap().len(), stored);
}
