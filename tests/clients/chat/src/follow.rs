//! `goforme-chat follow`.

use std::collections::HashMap;
use std::io::BufRead;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep, sleep_until};

use crate::api::{Api, Room};
use crate::backoff::BackOff;
use crate::conversation::{Conversation, Shown};
use crate::goforme_v1::{self, ClientFrame, Kind, Message};
use crate::login::Login;
use crate::output::{harmless, line};
use crate::pulse::Pulse;
use crate::socket::Lost;

/// How many messages are shown from before.
const BEFORE: u32 = 10;

/// Follows the room until the input ends and everything that was typed is acknowledged.
pub async fn run(room: &str, login: Login) -> anyhow::Result<()> {
    let (api, token) = login.begin().await?;
    let room = api.room(&token, room).await?;
    let me = api.me(&token).await?.id;
    line(&introduced(&room, &me))?;
    let mut follower = Follower::begin(api, login, token, &room).await?;
    let mut typed = typed_lines();
    let mut backoff = BackOff::default();
    loop {
        let lost = match follower.talk(&mut typed, &mut backoff).await {
            Ok(()) => return Ok(()),
            Err(End::Failed(error)) => return Err(error),
            Err(End::Lost(lost)) => lost,
        };
        let pause = follower.after(&lost, &mut backoff).await?;
        eprintln!("({lost}; connecting again)");
        sleep(pause).await;
    }
}

fn introduced(room: &Room, me: &str) -> String {
    let others: Vec<_> =
        room.users.iter().filter(|user| user.id != me).map(|user| &*user.nick_name).collect();
    let closed =
        if room.is_active { "Type a line to send it." } else { "The room is closed: it can only be read." };
    harmless(&format!("{}, with {}. {closed}", room.plan_title, others.join(", ")))
}

/// The lines of the standard input. They are read on a thread of their own, which ends with the process.
fn typed_lines() -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        for line in lines.filter(|line| !line.trim().is_empty()) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Why a connection ended before everything was said.
enum End {
    /// Something that another connection may mend.
    Lost(Lost),
    /// Something else.
    Failed(anyhow::Error),
}

impl From<Lost> for End {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

impl From<anyhow::Error> for End {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

struct Follower {
    api: Api,
    login: Login,
    token: String,
    /// Nicknames by id.
    names: HashMap<String, String>,
    conversation: Conversation,
    /// Whether nothing more will be typed.
    input_ended: bool,
}

impl Follower {
    /// Shows what was said last.
    async fn begin(api: Api, login: Login, token: String, room: &Room) -> anyhow::Result<Self> {
        let names = room.users.iter().map(|user| (user.id.clone(), user.nick_name.clone())).collect();
        let latest = api.latest(&token, &room.id, BEFORE).await?;
        let seen = latest.last().map_or(0, |message| message.seq);
        let conversation = Conversation::new(room.id.clone(), seen);
        let follower = Self { api, login, token, names, conversation, input_ended: false };
        for message in &latest {
            line(&follower.described(message))?;
        }
        Ok(follower)
    }

    /// What to do when the connection is lost: how long to wait, or to give up.
    async fn after(&mut self, lost: &Lost, backoff: &mut BackOff) -> anyhow::Result<Duration> {
        let code = if let Lost::Closed { code, .. } = lost { *code } else { 0 };
        match code {
            // Sent away for good: another connection of ours takes the place, or we are doing it wrong.
            4400 | 4403 | 4429 => bail!("{lost}"),
            4401 => match self.login.token(&self.api).await {
                Ok(token) => self.token = token,
                Err(refusal) if refusal.is_passing() => {}
                Err(refusal) => return Err(refusal).context("the log-in has ended, and there is no new one"),
            },
            _ => {}
        }
        Ok(backoff.next(getrandom::u64()?))
    }

    /// Talks over one connection, until there is nothing more to say.
    async fn talk(
        &mut self,
        typed: &mut UnboundedReceiver<String>,
        backoff: &mut BackOff,
    ) -> Result<(), End> {
        let mut socket = goforme_v1::connect(self.api.site(), &self.conversation.hello(&self.token)).await?;
        backoff.reset();
        for frame in self.conversation.repeats() {
            socket.say(frame.text()?).await?;
        }
        let mut pulse = Pulse::begin(Instant::now());
        while !(self.input_ended && self.conversation.is_settled()) {
            let said = tokio::select! {
                heard = socket.hear() => {
                    self.hear(&heard?)?;
                    pulse.heard(Instant::now(), !self.conversation.is_settled());
                    None
                }
                text = typed.recv(), if !self.input_ended => self.write(text)?,
                () = sleep_until(pulse.patience()) => {
                    if pulse.is_dead() {
                        return Err(Lost::Broken("the server does not answer".to_owned()).into());
                    }
                    Some(ClientFrame::Ping { reference: 0 }.text()?)
                }
            };
            if let Some(text) = said {
                socket.say(text).await?;
                pulse.asked(Instant::now());
            }
        }
        socket.close().await;
        Ok(())
    }

    /// The frame for what was typed.
    fn write(&mut self, typed: Option<String>) -> Result<Option<String>, End> {
        let Some(text) = typed else {
            self.input_ended = true;
            return Ok(None);
        };
        let frame = self.conversation.write(goforme_v1::new_id()?, &text);
        Ok(Some(frame.text()?))
    }

    /// Shows what a frame tells.
    fn hear(&mut self, text: &str) -> Result<(), End> {
        let Some(shown) = self.conversation.hear(goforme_v1::read(text)?) else { return Ok(()) };
        let text = match shown {
            Shown::Message(message) => self.described(&message),
            Shown::Deleted(seq) => format!("(#{seq} was deleted)"),
            Shown::Presence { user, online } => {
                format!("({} is {})", self.name(&user), if online { "here" } else { "away" })
            }
            Shown::Missed => "(more was missed than is replayed; it is in the history)".to_owned(),
            Shown::Refused { text, code, message } => format!("(not sent: {text}: {message}, {code})"),
        };
        line(&harmless(&text)).map_err(anyhow::Error::from)?;
        Ok(())
    }

    fn name<'a>(&'a self, user: &'a str) -> &'a str {
        self.names.get(user).map_or(user, String::as_str)
    }

    fn described(&self, message: &Message) -> String {
        let time = message.created_at.get(11..19).unwrap_or_default();
        let file = match message.kind {
            Kind::Text => "",
            Kind::Image => "[image] ",
            Kind::Video => "[video] ",
        };
        let name = self.name(&message.sender_id);
        harmless(&format!("#{} {time} {name}: {file}{}", message.seq, message.content))
    }
}
