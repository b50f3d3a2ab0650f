//! Lists, read to their end.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::app::TestApp;
use crate::people::User;
use crate::requests::Caller;

impl TestApp {
    /// All entries of a list, page by page. `path` ends where the page belongs: with `?` or `&`.
    pub async fn all(&self, path: &str, by: &(impl Caller + ?Sized)) -> Vec<Value> {
        let mut entries = Vec::new();
        for page in 1.. {
            let answer = self.get(&format!("{path}page={page}&pageSize=100"), by).await.expect(200);
            let list = if answer.json.is_array() { &answer.json } else { &answer["list"] };
            let list = list.as_array().unwrap();
            entries.extend(list.iter().cloned());
            if list.len() < 100 {
                break;
            }
        }
        entries
    }

    /// How often a user was told what, by the names of the notifications.
    pub async fn told(&self, user: &User) -> BTreeMap<String, usize> {
        let mut told = BTreeMap::new();
        for notification in self.all("/notifications?", user).await {
            *told.entry(notification["event"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        told
    }
}
