//! Putting a server under load.
//!
//! [`prepare`] makes the people, [`roster`] keeps them, [`idle`], [`talk`] and [`ceiling`] use them. A
//! [`Dialect`] is a protocol over a WebSocket. [`talk`]'s crew sends at the [`pace`] that it's told, [`tally`]
//! checks what arrives and how late, and [`report`] says what came out.

mod ceiling;
mod crew;
mod crowd;
mod dialect;
mod goforme_ws;
mod idle;
mod marks;
mod open_files;
mod opening;
mod pace;
mod prepare;
mod process;
mod report;
mod roster;
mod socket_io;
mod speech;
mod talk;
mod tally;

use std::path::PathBuf;

use clap::{Args, Subcommand, value_parser};

pub use self::dialect::Dialect;
use crate::output::line;
use crate::site::Site;

/// What is done to the server.
#[derive(Debug, Subcommand)]
pub enum Mode {
    /// Make the people for the other modes, and write them to a file
    Prepare(prepare::Options),
    /// Open connections and hold them without a word
    Idle(idle::Options),
    /// Send messages at one rate
    Talk(talk::Options),
    /// Send messages at higher and higher rates, until they come too late
    Ceiling(ceiling::Options),
}

/// Who connects to what.
#[derive(Debug, Args)]
pub struct Target {
    /// Where the server is
    #[arg(long, env = "GOFORME_URL", default_value = "http://127.0.0.1:4000")]
    pub url: Site,
    /// Where the second member of each room connects to, if that's another node
    #[arg(long)]
    pub peer_url: Option<Site>,
    /// How they talk
    #[arg(long, value_enum, default_value_t = Dialect::Ws)]
    pub protocol: Dialect,
    /// The file with people that `prepare` has written
    #[arg(long)]
    pub roster: PathBuf,
    /// How many connections to open
    #[arg(long, default_value_t = 1000, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub connections: u32,
    /// The server's process on this machine, whose memory and time are to be measured
    #[arg(long)]
    pub pid: Option<u32>,
    /// Print what was measured as JSON
    #[arg(long)]
    pub json: bool,
}

impl Target {
    /// Prints what was measured.
    pub fn print<T: serde::Serialize + std::fmt::Display>(&self, measured: &T) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string(measured)? } else { measured.to_string() };
        Ok(line(&text)?)
    }
}

/// Does it.
pub async fn run(mode: Mode) -> anyhow::Result<()> {
    match mode {
        Mode::Prepare(options) => prepare::run(options).await,
        Mode::Idle(options) => idle::run(options).await,
        Mode::Talk(options) => talk::run(options).await,
        Mode::Ceiling(options) => ceiling::run(options).await,
    }
}
