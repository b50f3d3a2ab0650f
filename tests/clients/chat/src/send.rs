//! `goforme-chat send`.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use tokio::time::timeout;

use crate::conversation::{Conversation, Shown};
use crate::goforme_v1::{self, ClientFrame};
use crate::login::Login;
use crate::output::line;
use crate::socket::{PATIENCE, Socket};

/// Sends one message, and prints its number.
pub async fn run(room: &str, text: &str, login: &Login) -> anyhow::Result<()> {
    let (api, token) = login.begin().await?;
    // A room that isn't there, or isn't ours, is told apart here.
    let room = api.room(&token, room).await?;
    let hello = ClientFrame::Hello { token: &token, resume: BTreeMap::new() };
    let mut socket = goforme_v1::connect(api.site(), &hello).await?;
    let mut conversation = Conversation::new(room.id, 0);
    socket.say(conversation.write(goforme_v1::new_id()?, text).text()?).await?;
    let answer = timeout(PATIENCE, answered(&mut socket, &mut conversation)).await;
    let seq = answer.context("there was no answer; whether it is stored is unknown")??;
    socket.close().await;
    line(&format!("#{seq}"))?;
    Ok(())
}

/// Waits until the only message of the conversation is stored or refused.
async fn answered(socket: &mut Socket, conversation: &mut Conversation) -> anyhow::Result<i64> {
    loop {
        let heard = socket.hear().await?;
        match conversation.hear(goforme_v1::read(&heard)?) {
            Some(Shown::Message(message)) if conversation.is_settled() => return Ok(message.seq),
            Some(Shown::Refused { code, message, .. }) => bail!("not sent: {message} ({code})"),
            _ => {}
        }
    }
}
