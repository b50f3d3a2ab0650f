//! What the server says after a death, and whether it is what it had said before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Story, TripStory};
use crate::app::TestApp;
use crate::people::User;

/// Whether something was done, as far as its client knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Done {
    /// It was not asked for.
    #[default]
    No,
    /// The server died before it answered.
    Perhaps,
    /// The server said so.
    Yes,
}

impl Done {
    /// What is known after it was seen whether it is so.
    #[track_caller]
    fn turned_out(self, is_so: bool, what: &str) -> Self {
        match (self, is_so) {
            (Self::Yes, false) => panic!("{what} was answered and is lost"),
            (Self::No, true) => panic!("{what} came about by itself"),
            (_, true) => Self::Yes,
            (_, false) => Self::No,
        }
    }
}

/// All that the server has of a story.
pub(super) struct Facts {
    /// Plans with their statuses.
    plans: BTreeMap<String, String>,
    /// All quotes of both Makers.
    quotes: BTreeSet<String>,
    /// Rooms as they are, by their plans.
    rooms: BTreeMap<String, Vec<Value>>,
    /// How many reviews the Dreamer has written.
    reviews: usize,
    /// How often each of the three was told what.
    told: [BTreeMap<String, usize>; 3],
    /// What each of the three has.
    balances: [i64; 3],
    total_confirms: Value,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Facts {
    /// Asks for all of it.
    pub(super) async fn gather(app: &TestApp, dreamer: &User, chosen: &User, other: &User) -> Self {
        let plans = app.all("/plans/dreamer?", dreamer).await;
        let mut quotes = BTreeSet::new();
        for maker in [chosen, other] {
            for list in ["/quotes?isSent=true&", "/quotes?isSent=false&"] {
                quotes.extend(app.all(list, maker).await.iter().map(|quote| text(&quote["id"])));
            }
        }
        let mut rooms: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for room in app.all("/chatRooms?", dreamer).await {
            rooms.entry(text(&room["planId"])).or_default().push(room);
        }
        let card = app.get(&format!("/users/maker/{}", chosen.id), dreamer).await.expect(200);
        Self {
            plans: plans.iter().map(|plan| (text(&plan["id"]), text(&plan["status"]))).collect(),
            quotes,
            rooms,
            reviews: app.all("/reviews/me?", dreamer).await.len(),
            told: [app.told(dreamer).await, app.told(chosen).await, app.told(other).await],
            balances: [app.balance(dreamer).await, app.balance(chosen).await, app.balance(other).await],
            total_confirms: card["totalConfirms"].clone(),
        }
    }

    /// What was answered is so; what was uncertain no longer is.
    pub(super) fn settle(&self, story: &mut Story) {
        for trip in &mut story.trips {
            let plan = &trip.plan;
            let status = self.plans.get(plan).unwrap_or_else(|| panic!("plan {plan} is lost")).as_str();
            for quote in &trip.quotes {
                assert!(self.quotes.contains(quote), "quote {quote} is lost");
            }
            let confirmed = status == "CONFIRMED" || status == "COMPLETED";
            trip.confirmed = trip.confirmed.turned_out(confirmed, &format!("the confirmation on {plan}"));
            trip.completed =
                trip.completed.turned_out(status == "COMPLETED", &format!("the completion of {plan}"));
        }
        let (mut sure, mut uncertain) = (0, None);
        for trip in &mut story.trips {
            match trip.reviewed {
                Done::Yes => sure += 1,
                Done::Perhaps => uncertain = Some(trip),
                Done::No => {}
            }
        }
        if let Some(trip) = uncertain {
            trip.reviewed = if self.reviews > sure { Done::Yes } else { Done::No };
        } else {
            assert_eq!(self.reviews, sure, "reviews are lost or doubled");
        }
    }

    /// What follows from what happened has followed, once.
    pub(super) fn check(&self, story: &Story) {
        let (mut spent, mut earned) = (0, 0);
        for trip in &story.trips {
            spent += if trip.confirmed == Done::Yes { trip.price } else { 0 };
            earned += if trip.completed == Done::Yes { trip.price } else { 0 };
            self.check_room(trip);
        }
        assert_eq!(self.balances, [story.bought() - spent, earned, 0], "the balances");
        let confirmed = story.confirmed();
        let count = |whose: usize, event: &str| self.told[whose].get(event).copied().unwrap_or_default();
        assert_eq!(count(0, "CONFIRM_QUOTE"), confirmed);
        assert_eq!(count(1, "CONFIRM_REQUEST"), confirmed);
        assert_eq!(count(2, "REJECT_QUOTE"), confirmed);
        assert_eq!(count(0, "ARRIVE_QUOTE"), self.quotes.len());
        assert_eq!(
            self.told.each_ref().map(BTreeMap::len).map(|events| events <= 2),
            [true; 3],
            "{:?}",
            self.told
        );
        assert_eq!(self.total_confirms, json!(confirmed));
    }

    fn check_room(&self, trip: &TripStory) {
        let rooms = self.rooms.get(&trip.plan).map_or(&[][..], Vec::as_slice);
        let expected = usize::from(trip.confirmed == Done::Yes);
        assert_eq!(rooms.len(), expected, "the rooms of {}: {rooms:?}", trip.plan);
        for room in rooms {
            assert_eq!(room["isActive"], json!(trip.completed != Done::Yes), "{room}");
        }
    }

    /// What was said in the room of a trip is there, in order.
    pub(super) async fn messages_are_there(&self, app: &TestApp, by: &User, trip: &TripStory) {
        let Some(room) = self.rooms.get(&trip.plan).and_then(|rooms| rooms.first()) else {
            assert!(trip.messages.is_empty());
            return;
        };
        let path = format!("/chatRooms/{}/chats?", room["id"].as_str().unwrap());
        let mut messages = app.all(&path, by).await;
        messages.reverse();
        let seqs: Vec<i64> = messages.iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        assert!(seqs.is_sorted_by(|one, next| one < next), "{seqs:?}");
        let ids: Vec<&Value> = messages.iter().map(|message| &message["id"]).collect();
        let mut there = ids.iter();
        for message in &trip.messages {
            assert!(there.any(|id| *id == message), "message {message} is lost or out of order");
        }
    }
}
