//! `goforme-chat rooms`.

use crate::api::Room;
use crate::login::Login;
use crate::output::{harmless, line};

/// Prints a line for each room.
pub async fn run(login: &Login) -> anyhow::Result<()> {
    let (api, token) = login.begin().await?;
    let me = api.me(&token).await?;
    let rooms = api.rooms(&token).await?;
    for room in &rooms.list {
        line(&described(room, &me.id))?;
    }
    let shown = u64::try_from(rooms.list.len())?;
    if rooms.total_count > shown {
        eprintln!("{} older rooms are not shown.", rooms.total_count - shown);
    }
    if shown == 0 {
        eprintln!("No rooms: one opens when a quote is confirmed.");
    }
    Ok(())
}

/// The id first, for those who take it out of the line.
fn described(room: &Room, me: &str) -> String {
    let peer = room.users.iter().find(|member| member.id != me);
    let with = peer.map_or("nobody", |peer| peer.nick_name.as_str());
    let closed = if room.is_active { "" } else { " (closed)" };
    let last = room.last_chat.as_deref().map(|last| format!(": {last}")).unwrap_or_default();
    harmless(&format!("{}  {}, with {with}{closed}{last}", room.id, room.plan_title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Member;

    #[test]
    fn a_room_is_shown_by_its_id_its_trip_and_who_else_is_there() {
        let member = |id: &str| Member { id: id.to_owned(), nick_name: format!("{id}님") };
        let mut room = Room {
            id: "r1".to_owned(),
            plan_title: "Markets".to_owned(),
            is_active: true,
            last_chat: Some("어디세요?".to_owned()),
            users: vec![member("me"), member("you")],
        };
        assert_eq!(described(&room, "me"), "r1  Markets, with you님: 어디세요?");
        (room.is_active, room.last_chat) = (false, None);
        assert_eq!(described(&room, "you"), "r1  Markets, with me님 (closed)");
    }
}
