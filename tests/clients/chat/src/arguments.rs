//! What can be asked for on the command line.

use clap::{Parser, Subcommand};

use crate::load;
use crate::login::Login;

/// The chat of goforme from the command line
#[derive(Debug, Parser)]
#[command(name = "goforme-chat", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// One of the things that it does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the rooms of the account, the one with the latest message first
    Rooms {
        #[command(flatten)]
        login: Login,
    },
    /// Show a room's messages as they come, and send what is typed, a line a message
    Follow {
        /// The id of the room, as `rooms` shows it
        room: String,
        #[command(flatten)]
        login: Login,
    },
    /// Send one message and wait until it is stored
    Send {
        /// The id of the room, as `rooms` shows it
        room: String,
        /// The message
        text: String,
        #[command(flatten)]
        login: Login,
    },
    /// Put a server under load
    Load {
        #[command(subcommand)]
        mode: load::Mode,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parsed(line: &str) -> Result<Command, clap::Error> {
        Arguments::try_parse_from(line.split(' ')).map(|arguments| arguments.command)
    }

    #[test]
    fn the_description_of_the_arguments_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_room_is_followed_by_an_account() {
        let line =
            "goforme-chat follow ROOM --email me@example.com --password secret --url http://chat:4000/";
        let Command::Follow { room, login } = parsed(line).unwrap() else { panic!("not follow") };
        assert_eq!((room.as_str(), login.email.as_str()), ("ROOM", "me@example.com"));
        assert_eq!(login.url.http("/health/live"), "http://chat:4000/health/live");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let roster = "--roster people.json";
        for line in [
            "goforme-chat".to_owned(),
            "goforme-chat send ROOM --email me@example.com --password secret".to_owned(),
            "goforme-chat rooms --url https://chat --email me@example.com --password secret".to_owned(),
            format!("goforme-chat load prepare {roster} --pairs 5 --demo 5"),
            format!("goforme-chat load idle {roster} --connections 0"),
            format!("goforme-chat load talk {roster} --connections 10 --rate 0"),
            format!("goforme-chat load talk {roster} --protocol smoke-signals"),
        ] {
            assert!(parsed(&line).is_err(), "{line}");
        }
    }
}
