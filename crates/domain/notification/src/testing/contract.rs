//! What a store of notifications promises.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "for tests only")]

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;
use kernel::{Page, UserId};

use super::{a_new_notification, a_notification, a_payload_of_each_event, ids, now};
use crate::notification::{NewNotification, Notification};
use crate::payload::Payload;
use crate::port::{AddNotification, DEFAULT_NEWEST, NotificationStore};

/// The store under test, empty.
pub type Store = Arc<dyn NotificationStore>;

async fn add(store: &Store, notification: &Notification) {
    assert_eq!(store.add(notification).await.unwrap(), AddNotification::Added);
}

/// So many notifications of the user's, the oldest first.
async fn added(store: &Store, user: UserId, count: usize) -> Vec<Notification> {
    let notifications: Vec<_> = (0..count).map(|_| a_notification(user)).collect();
    for notification in &notifications {
        add(store, notification).await;
    }
    notifications
}

/// Every event comes back, and every field at its longest; an unknown id finds nothing.
pub async fn a_notification_is_found_as_it_was_added(store: Store) {
    let user = ids().next();
    let odd = "코🥥'\"\\%_\n$.".repeat(20);
    let mut payloads = a_payload_of_each_event();
    payloads.push(Payload::RejectQuote { nick_name: odd.clone(), plan_title: odd });
    for payload in payloads {
        let new = NewNotification { payload, ..a_new_notification(user) };
        let notification = Notification::new(new, now() + TimeDelta::milliseconds(7));
        add(&store, &notification).await;
        assert_eq!(store.find(notification.id()).await.unwrap(), Some(notification));
    }
    assert_eq!(store.find(ids().next()).await.unwrap(), None);
}

/// The same source, user and event name the same notification, whatever else differs.
pub async fn a_notification_is_added_once(store: Store) {
    let first = a_notification(ids().next());
    add(&store, &first).await;
    let again = NewNotification { id: ids().next(), ..first.parts().new.clone() };
    let again = Notification::new(again, now() + TimeDelta::days(1));
    for repeat in [&first, &again] {
        assert_eq!(store.add(repeat).await.unwrap(), AddNotification::AlreadyThere);
    }
    assert_eq!(store.find(again.id()).await.unwrap(), None);
    assert_eq!(store.newest(first.user(), None).await.unwrap(), [first]);
}

/// Another user, event or source makes another notification.
pub async fn one_source_may_tell_several_users_and_several_things(store: Store) {
    let first = a_new_notification(ids().next());
    let schedule = Payload::Schedule { plan_title: "가을 제주".to_owned() };
    for new in [
        first.clone(),
        NewNotification { user: ids().next(), ..first.clone() },
        NewNotification { payload: schedule, ..first.clone() },
        NewNotification { source: ids().next_uuid().to_string(), ..first },
    ] {
        add(&store, &Notification::new(NewNotification { id: ids().next(), ..new }, now())).await;
    }
}

/// Of ten at once, one is added.
pub async fn concurrent_additions_of_one_notification_are_one(store: Store) {
    let first = a_new_notification(ids().next());
    let repeats: Vec<_> = (0..10)
        .map(|_| Notification::new(NewNotification { id: ids().next(), ..first.clone() }, now()))
        .collect();
    let outcomes = join_all(repeats.iter().map(|repeat| store.add(repeat))).await;
    let added = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(AddNotification::Added)));
    assert_eq!(added.count(), 1);
    assert_eq!(store.newest(first.user, None).await.unwrap().len(), 1);
}

/// Without a page the newest hundred, the oldest of them first; by id, whatever order they came in.
pub async fn the_newest_come_oldest_first(store: Store) {
    let user = ids().next();
    let count = usize::try_from(DEFAULT_NEWEST).unwrap() + 5;
    let mut all: Vec<_> = (0..count).map(|_| a_notification(user)).collect();
    for notification in all.iter().rev() {
        add(&store, notification).await;
    }
    assert_eq!(store.newest(user, None).await.unwrap(), all.split_off(5));
    assert_eq!(store.newest(ids().next(), None).await.unwrap(), []);
}

/// Page 1 holds the newest; the order within each page is the same as without.
pub async fn pages_begin_with_the_newest_and_are_oldest_first(store: Store) {
    let user = ids().next();
    let all = added(&store, user, 5).await;
    added(&store, ids().next(), 2).await;
    for (number, expected) in [(1, &all[3..]), (2, &all[1..3]), (3, &all[..1]), (4, &[])] {
        let page = Page::new(number, 2).unwrap();
        assert_eq!(store.newest(user, Some(page)).await.unwrap(), expected, "page {number}");
    }
}

/// What a stream missed, in the order in which it came; from an id that was never stored, too.
pub async fn what_came_after_an_id_comes_ascending(store: Store) {
    let user = ids().next();
    let before = ids().next();
    let all = added(&store, user, 4).await;
    added(&store, ids().next(), 1).await;
    let last = all[3].id();
    for (id, limit, expected) in [
        (before, 9, &all[..]),
        (all[0].id(), 2, &all[1..3]),
        (all[2].id(), 2, &all[3..]),
        (last, 2, &[]),
        (ids().next(), 2, &[]),
    ] {
        assert_eq!(store.after(user, id, limit).await.unwrap(), expected, "{limit} after {id}");
    }
}

/// Reading is noted once, with its time.
pub async fn a_notification_is_marked_read_by_its_owner(store: Store) {
    let mut notification = a_notification(ids().next());
    add(&store, &notification).await;
    let (id, user) = (notification.id(), notification.user());
    assert_eq!(store.mark_read(id, ids().next(), now()).await.unwrap(), None);
    assert_eq!(store.mark_read(ids().next(), user, now()).await.unwrap(), None);
    assert_eq!(store.find(id).await.unwrap().as_ref(), Some(&notification));
    let read_at = now() + TimeDelta::minutes(1);
    notification.mark_read(read_at);
    for at in [read_at, read_at + TimeDelta::minutes(1)] {
        assert_eq!(store.mark_read(id, user, at).await.unwrap().as_ref(), Some(&notification));
    }
    assert_eq!(store.newest(user, None).await.unwrap(), [notification]);
}

/// What is added again stays read.
pub async fn a_repeated_addition_does_not_make_it_unread(store: Store) {
    let notification = a_notification(ids().next());
    add(&store, &notification).await;
    let read = store.mark_read(notification.id(), notification.user(), now()).await.unwrap();
    assert_eq!(store.add(&notification).await.unwrap(), AddNotification::AlreadyThere);
    assert_eq!(store.find(notification.id()).await.unwrap(), read);
}

/// Turns each case of the contract into a test of its own, against a fresh [`Store`].
#[macro_export]
macro_rules! notification_contract {
    ($fresh_store:expr; $($case:ident),* $(,)?) => {
        $(#[tokio::test] async fn $case() { $crate::testing::$case($fresh_store.await).await; })*
    };
    ($fresh_store:expr) => {
        $crate::notification_contract!($fresh_store;
            a_notification_is_found_as_it_was_added,
            a_notification_is_added_once,
            one_source_may_tell_several_users_and_several_things,
            concurrent_additions_of_one_notification_are_one,
            the_newest_come_oldest_first,
            pages_begin_with_the_newest_and_are_oldest_first,
            what_came_after_an_id_comes_ascending,
            a_notification_is_marked_read_by_its_owner,
            a_repeated_addition_does_not_make_it_unread,
        );
    };
}
