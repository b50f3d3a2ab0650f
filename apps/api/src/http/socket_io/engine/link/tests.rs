use std::task::Poll;

use futures_util::poll;

use super::*;

fn link(carrier: Carrier) -> (Arc<Link>, mpsc::Receiver<Heard>) {
    let (link, heard) = Link::new(Sid::from_bytes([7; 16]), carrier);
    (Arc::new(link), heard)
}

fn texts(packets: &[ByteString]) -> Vec<&str> {
    packets.iter().map(AsRef::as_ref).collect()
}

/// What a poll brings that has something to bring.
async fn polled(link: &Link) -> Vec<String> {
    let poll = link.poll().ok().unwrap();
    let Poll::Ready(packets) = poll!(pin!(poll.packets())) else { panic!("nothing to tell") };
    packets.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_poll_waits_for_something_and_takes_all_there_is() {
    let (link, _heard) = link(Carrier::Polling);
    {
        let poll = link.poll().ok().unwrap();
        let mut packets = pin!(poll.packets());
        assert!(poll!(&mut packets).is_pending());
        link.say("4a".into());
        link.say("4b".into());
        assert_eq!(texts(&packets.await), ["4a", "4b"]);
    }
    link.say("4c".into());
    assert_eq!(polled(&link).await, ["4c"]);
}

#[tokio::test]
async fn two_polls_at_once_end_the_connection_and_the_first_is_told() {
    let (link, _heard) = link(Carrier::Polling);
    let first = link.poll().ok().unwrap();
    assert_eq!(link.poll().err(), Some(Refusal::BadRequest));
    assert_eq!(link.ended().await, End::Malformed);
    assert_eq!(texts(&first.packets().await), ["1"]);
    drop(first);
    assert_eq!(link.poll().err(), Some(Refusal::UnknownSid));
    link.told().await;
}

#[tokio::test]
async fn two_bodies_at_once_end_the_connection() {
    let (link, _heard) = link(Carrier::Polling);
    let first = link.post().ok().unwrap();
    assert_eq!(link.post().err(), Some(Refusal::BadRequest));
    assert_eq!(link.ended().await, End::Malformed);
    drop(first);
    assert_eq!(link.post().err(), Some(Refusal::UnknownSid));
}

#[tokio::test]
async fn what_was_said_before_the_end_is_still_told_to_the_next_poll() {
    let (link, _heard) = link(Carrier::Polling);
    link.say("44{}".into());
    link.end(End::Unauthenticated);
    link.say("4after".into());
    assert!(poll!(pin!(link.told())).is_pending());
    assert_eq!(polled(&link).await, ["44{}", "1"]);
    link.told().await;
}

#[tokio::test]
async fn a_goodbye_of_the_client_sends_its_poll_home() {
    let (link, _heard) = link(Carrier::Polling);
    let poll = link.poll().ok().unwrap();
    assert_eq!(link.hear(Packet::Close).await, Err(End::Gone));
    link.say("4late".into());
    link.end(End::Gone);
    assert_eq!(texts(&poll.packets().await), ["6"]);
}

#[tokio::test]
async fn there_is_no_room_until_a_client_reads() {
    let (link, _heard) = link(Carrier::WebSocket);
    link.room().await;
    link.say("4".repeat(ROOM).into());
    {
        let mut room = pin!(link.room());
        assert!(poll!(&mut room).is_pending());
        assert_eq!(link.next().await.unwrap().len(), ROOM);
        room.await;
    }
    link.say("4".repeat(ROOM).into());
    link.end(End::GoingDown);
    link.room().await;
}

#[tokio::test]
async fn a_client_is_not_read_from_while_its_packets_wait() {
    let (link, mut heard) = link(Carrier::WebSocket);
    for _ in 0..HEARD_AT_ONCE {
        assert_eq!(link.hear(Packet::Pong).await, Ok(()));
    }
    {
        let mut one_more = pin!(link.hear(Packet::Message("0".into())));
        assert!(poll!(&mut one_more).is_pending());
        assert_eq!(heard.recv().await, Some(Heard::Pong));
        assert_eq!(one_more.await, Ok(()));
    }
    let mut waiting = pin!(link.hear(Packet::Binary));
    assert!(poll!(&mut waiting).is_pending());
    link.end(End::TooSlow);
    drop(heard);
    assert_eq!(waiting.await, Err(End::TooSlow));
}

#[tokio::test]
async fn packets_that_have_no_place_end_the_connection() {
    let (link, _heard) = link(Carrier::WebSocket);
    assert_eq!(link.hear(Packet::Noop).await, Ok(()));
    assert_eq!(link.hear(Packet::Probe).await, Err(End::Malformed));
    assert_eq!(link.hear(Packet::Upgrade).await, Err(End::Malformed));
}

#[tokio::test]
async fn a_connection_moves_to_a_websocket_between_two_polls() {
    let (link, _heard) = link(Carrier::Polling);
    let waiting = link.poll().ok().unwrap();
    let attempt = link.attempt().ok().unwrap();
    assert_eq!(link.attempt().err(), Some(Refusal::BadRequest), "one at a time");
    {
        let mut packets = pin!(waiting.packets());
        assert!(poll!(&mut packets).is_pending(), "nothing has been probed yet");
        attempt.probed();
        assert_eq!(texts(&packets.await), ["6"]);
    }
    drop(waiting);
    link.say("4a".into());
    assert_eq!(polled(&link).await, ["4a"], "until it moves, it polls");
    link.say("4b".into());
    assert!(attempt.succeed().is_some());
    assert_eq!(link.poll().err(), Some(Refusal::BadRequest));
    assert_eq!(link.post().err(), Some(Refusal::BadRequest));
    assert_eq!(link.attempt().err(), Some(Refusal::BadRequest));
    assert_eq!(link.next().await.unwrap(), "4b");
}

#[tokio::test]
async fn a_websocket_that_is_not_the_one_leaves_the_connection_polling() {
    let (link, _heard) = link(Carrier::Polling);
    let attempt = link.attempt().ok().unwrap();
    attempt.probed();
    drop(attempt);
    let poll = link.poll().ok().unwrap();
    assert!(poll!(pin!(poll.packets())).is_pending());
    let second = link.attempt().ok().unwrap();
    link.end(End::Silent);
    assert!(second.succeed().is_none(), "there is nothing left to move");
}

#[tokio::test]
async fn a_websocket_writes_what_is_left_and_then_learns_why_it_ends() {
    let (link, _heard) = link(Carrier::WebSocket);
    link.say("4a".into());
    link.end(End::GoingDown);
    assert_eq!(link.next().await.unwrap(), "4a");
    assert_eq!(link.next().await, Err(End::GoingDown));
    link.hang_up();
    link.told().await;
}
