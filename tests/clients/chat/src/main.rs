//! `goforme-chat`: the chat from the command line, for developers and for load tests.
//!
//! ```console
//! $ export GOFORME_PASSWORD=goforme-demo
//! $ goforme-chat rooms --email dreamer1@goforme.example
//! $ goforme-chat follow ROOM --email dreamer1@goforme.example     # in one terminal
//! $ goforme-chat follow ROOM --email maker1@goforme.example       # in another one
//! $ goforme-chat send ROOM '3번 출구요' --email maker1@goforme.example
//! ```
//!
//! `follow` shows the last messages, then what comes, and sends what is typed, a line a message. It survives
//! what a phone survives: when the connection is lost it connects again, has everything replayed that it
//! missed, and repeats what was not acknowledged under the same `clientMessageId`.
//!
//! # Load
//!
//! `goforme-chat load` puts a server under load from one thread, so that it can be pinned to a core of its
//! own. `prepare` signs pairs of people up and writes them to a file; the other modes take that file:
//!
//! ```console
//! $ goforme-chat load prepare --pairs 500 --roster people.json
//! $ goforme-chat load idle --roster people.json --connections 20000 --pid $(pidof goforme)
//! $ goforme-chat load talk --roster people.json --connections 1000 --rate 1000 --seconds 20
//! $ goforme-chat load ceiling --roster people.json --connections 1000
//! ```
//!
//! The server has to allow it: `CHAT_MESSAGE_LIMIT` (20 messages in 10 seconds, for each user) and
//! `CONNECTION_LIMIT` (10 for each user). `--protocol socket.io` talks like the web client instead, to
//! goforme or to any server that knows the same two events. `--peer-url` connects the second member of each
//! room to another node. `--json` prints what was measured for programs.
//!
//! Messages are sent at the pace that was asked for, whether or not the server keeps up, and a latency
//! counts from the moment a message *should* have been sent until the other member has it: a server that
//! stalls can't hide it by slowing the client down. Every acknowledged message has to arrive exactly once
//! and in order, or the command fails.
//!
//! # For those who change it
//!
//! It speaks the public protocol and nothing else, so it may depend on no crate of this workspace. [`api`] is
//! the HTTP side, [`goforme_v1`] the frames of `/ws`, [`socket`] a connection with its timeouts;
//! [`conversation`] decides what [`follow`] shows and repeats; everything under load is in [`load`]. A new
//! subcommand is a variant in [`arguments`] and a module with a `run`. A new protocol to put under load is a
//! variant of [`load::Dialect`].

mod api;
mod arguments;
mod backoff;
mod conversation;
mod follow;
mod goforme_v1;
mod load;
mod login;
mod output;
mod pulse;
mod rooms;
mod send;
mod site;
mod socket;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    let outcome = run(Arguments::parse().command);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("goforme-chat: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// On one thread, whatever it does: under load, that is the core that it has.
fn run(command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Rooms { login } => rooms::run(&login).await,
            Command::Follow { room, login } => follow::run(&room, login).await,
            Command::Send { room, text, login } => send::run(&room, &text, &login).await,
            Command::Load { mode } => load::run(mode).await,
        }
    });
    // Look-ups of names that still run don't matter any more.
    runtime.shutdown_background();
    outcome
}
