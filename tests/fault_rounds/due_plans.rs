//! Plans that come due in one night, more than anybody could post here one by one.

use std::time::Duration;

use chrono::NaiveDate;
use futures_util::future::join_all;
use serde_json::json;
use testkit::operator::{drained_within, ledger_is_clean};
use testkit::{Cluster, User};

const SQL: &str = include_str!("due_plans.sql");
const PRICE: usize = 3;
/// Dreamers, and as many Makers, among whom the plans are.
const PEOPLE: usize = 10;

/// So many plans about which something is to be done on one day: of each ten, eight expire, one is over, and of
/// one its members are reminded.
pub struct DuePlans {
    count: usize,
    dreamers: Vec<User>,
    makers: Vec<User>,
}

impl DuePlans {
    /// Makes them; `count` can be shared evenly among the people.
    pub async fn on(cluster: &Cluster, day: NaiveDate, count: usize) -> Self {
        assert!(count.is_multiple_of(10 * PEOPLE), "each has as many as everybody else");
        let app = &cluster.nodes[0];
        let dreamers = join_all((0..PEOPLE).map(|_| app.sign_up_dreamer())).await;
        let makers = join_all((0..PEOPLE).map(|_| app.sign_up_maker("SEOUL"))).await;
        let coconuts = i64::try_from(count * PRICE).unwrap();
        join_all(dreamers.iter().map(|dreamer| app.charge(dreamer, coconuts))).await;
        // Nothing has to be done about this one: its day is far in the future.
        let sample = app.post_plan(&app.sign_up_dreamer().await).await;
        let quote = app.send_quote(&app.sign_up_maker("SEOUL").await, &sample, 1).await;
        let values = [
            (":plan", format!("'{}'", sample.id)),
            (":quote", format!("'{}'", quote.id)),
            (":dreamers", ids(&dreamers)),
            (":makers", ids(&makers)),
            (":people", PEOPLE.to_string()),
            (":count", count.to_string()),
            (":price", PRICE.to_string()),
            (":day", day.to_string()),
        ];
        let sql = values.iter().fold(SQL.to_owned(), |sql, (name, value)| sql.replace(name, value));
        cluster.sql(&sql).await;
        Self { count, dreamers, makers }
    }

    /// How many are in each state.
    pub async fn states(&self, cluster: &Cluster) -> String {
        let states = "SELECT status, count(*) FROM plans WHERE title LIKE 'due %' GROUP BY status ORDER BY 1";
        cluster.sql(states).await.replace('\n', " ")
    }

    /// What had to happen that day has happened, to each plan once, and nothing else.
    pub async fn are_done(&self, cluster: &Cluster) {
        let tenth = self.count / 10;
        let expected = format!("CONFIRMED|{tenth} COMPLETED|{tenth} OVERDUE|{}", 8 * tenth);
        assert_eq!(self.states(cluster).await, expected);
        let earned = "SELECT count(*) FROM point_transactions WHERE event = 'EARN'";
        assert_eq!(cluster.sql(earned).await, tenth.to_string());
        // A server without indexes needs a time that grows with the square of what it holds.
        drained_within(&cluster.nodes[0], Duration::from_mins(20)).await;
        ledger_is_clean(&cluster.nodes[0]).await;
        // One after the other, for such a server's sake.
        for dreamer in &self.dreamers {
            self.was_told_and_has_rooms(cluster, dreamer).await;
        }
        for maker in &self.makers {
            self.was_told_and_has_rooms(cluster, maker).await;
            let earned = i64::try_from(self.of_each() * PRICE).unwrap();
            assert_eq!(cluster.nodes[0].balance(maker).await, earned);
        }
    }

    /// Of how many trips each is reminded, and how many trips of each are over.
    fn of_each(&self) -> usize {
        self.count / 10 / PEOPLE
    }

    async fn was_told_and_has_rooms(&self, cluster: &Cluster, user: &User) {
        let app = &cluster.nodes[0];
        let told: Vec<_> = app.told(user).await.into_iter().collect();
        assert_eq!(told, [("SCHEDULE".to_owned(), self.of_each())]);
        // The rooms of the trips that are over; those of the others were never asked for.
        let rooms = app.all("/chatRooms?", user).await;
        assert_eq!(rooms.len(), self.of_each());
        assert!(rooms.iter().all(|room| room["isActive"] == json!(false)));
    }
}

fn ids(users: &[User]) -> String {
    let ids: Vec<_> = users.iter().map(|user| format!("'{}'", user.id)).collect();
    format!("ARRAY[{}]::uuid[]", ids.join(", "))
}
