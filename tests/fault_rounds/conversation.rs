//! Rooms full of members, and whether everybody has heard everything in the end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::Value;
use testkit::{Cluster, Trip};
use tokio::task::{JoinHandle, JoinSet};

use crate::GOFORME;
use crate::member::{End, Member, Scene};

/// How many people sign up at once: hashing their passwords takes time.
const AT_ONCE: usize = 5;

/// How much is said.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Each has two members.
    pub rooms: usize,
    /// How much each member has to say.
    pub messages: usize,
    /// The longest pause between two messages of one member, in milliseconds.
    pub pause: usize,
}

impl Extent {
    /// Enough for something to go wrong.
    pub const SHORT: Self = Self { rooms: 5, messages: 50, pause: 200 };

    fn all_messages(self) -> usize {
        self.rooms * 2 * self.messages
    }
}

/// Two nodes with rooms whose members talk as long as this goes on.
pub struct Conversation {
    pub cluster: Cluster,
    pub scene: Arc<Scene>,
    extent: Extent,
    members: JoinHandle<Vec<Member>>,
}

impl Conversation {
    /// Everybody begins to talk; connections are lost by themselves after `tunnel` milliseconds at most.
    pub async fn begin(extent: Extent, tunnel: Option<usize>) -> Self {
        let cluster = Cluster::builder(GOFORME)
            .nodes(2)
            .env("CHAT_MESSAGE_LIMIT", "1000000")
            .env("ACCESS_TOKEN_TTL", "1y")
            .start()
            .await;
        let scene = Arc::new(Scene {
            nodes: cluster.nodes.iter().map(|node| node.url("")).collect(),
            messages: extent.messages,
            pause: extent.pause,
            tunnel,
            acknowledged: AtomicUsize::default(),
            ends: Mutex::default(),
            client: Client::builder().timeout(Duration::from_secs(10)).build().unwrap(),
        });
        let rooms = open_rooms(&cluster, extent.rooms).await;
        let pairs = rooms.iter().flat_map(|(room, trip)| [(room, &trip.dreamer), (room, &trip.maker)]);
        let members = pairs.enumerate().map(|(number, (room, user))| Member::new(&scene, user, room, number));
        let members: JoinSet<_> = members.map(Member::take_part).collect();
        // The first who gives up ends it for all.
        let members = tokio::spawn(members.join_all());
        Self { cluster, scene, extent, members }
    }

    /// Whether there is still something to be said or heard.
    pub fn goes_on(&self) -> bool {
        !self.members.is_finished()
    }

    /// Which share of all messages was acknowledged by now, in percent.
    pub fn progress(&self) -> usize {
        self.scene.acknowledged.load(Ordering::Relaxed) * 100 / self.extent.all_messages()
    }

    /// Waits for the end, and sees that each member has heard what the history tells, all of it once, and that
    /// what was acknowledged is there under its number; answers how connections have ended.
    pub async fn verify(self) -> BTreeMap<End, usize> {
        let members = self.members.await.expect("nobody gave up");
        let mut histories: BTreeMap<String, BTreeMap<i64, String>> = BTreeMap::new();
        for member in &members {
            if !histories.contains_key(&member.room) {
                histories.insert(member.room.clone(), history(&self.cluster, member).await);
            }
            let told = &histories[&member.room];
            assert_eq!(member.heard, *told, "what {} heard", member.user.id);
            let texts: BTreeMap<&String, i64> = told.iter().map(|(seq, text)| (text, *seq)).collect();
            assert_eq!(texts.len(), told.len(), "nothing was stored twice");
            for (text, seq) in &member.acknowledged {
                assert_eq!(texts.get(text), Some(seq), "{text} was acknowledged");
            }
        }
        let stored: usize = histories.values().map(BTreeMap::len).sum();
        let ends = self.scene.ends.lock().unwrap_or_else(PoisonError::into_inner).clone();
        println!("{} members, {stored} messages; connections ended: {ends:?}", members.len());
        assert_eq!(stored, self.extent.all_messages());
        assert!(!self.cluster.log().contains("panicked"), "{}", self.cluster.log());
        ends
    }
}

/// What the history of the member's room tells, by number.
async fn history(cluster: &Cluster, member: &Member) -> BTreeMap<i64, String> {
    let path = format!("/chatRooms/{}/chats?", member.room);
    let messages = cluster.nodes[0].all(&path, &member.user).await;
    let entry =
        |message: &Value| (message["seq"].as_i64().unwrap(), message["content"].as_str().unwrap().to_owned());
    let history: BTreeMap<_, _> = messages.iter().map(entry).collect();
    assert_eq!(history.len(), messages.len(), "no number is used twice");
    history
}

async fn open_rooms(cluster: &Cluster, count: usize) -> Vec<(String, Trip)> {
    let mut rooms = Vec::new();
    while rooms.len() < count {
        let open = (0..AT_ONCE.min(count - rooms.len())).map(async |at| {
            let app = &cluster.nodes[at % 2];
            let trip = app.confirmed_trip(10).await;
            (app.room_of(&trip).await, trip)
        });
        rooms.extend(join_all(open).await);
    }
    rooms
}
