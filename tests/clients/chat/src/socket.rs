//! A WebSocket with timeouts, and what its end means.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long anything may take that is not waiting for others to speak: connecting, upgrading, sending,
/// being greeted.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no connection any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    #[error("the server closed the connection: {code} {reason}")]
    Closed { code: u16, reason: String },
    #[error("{0}")]
    Broken(String),
}

impl Lost {
    fn because(what: &str, error: &Error) -> Self {
        match error {
            Error::Http(answer) => Self::Broken(format!("{what}: the server answered {}", answer.status())),
            error => Self::Broken(format!("{what}: {error}")),
        }
    }

    fn closed(frame: Option<CloseFrame>) -> Self {
        match frame {
            Some(frame) => Self::Closed { code: frame.code.into(), reason: frame.reason.to_string() },
            // As the protocol calls an end without a word.
            None => Self::Closed { code: 1005, reason: "without a word".to_owned() },
        }
    }
}

/// A connection.
#[derive(Debug)]
pub struct Socket(WebSocketStream<TcpStream>);

/// The half of a connection that speaks.
#[derive(Debug)]
pub struct Mouth(SplitSink<WebSocketStream<TcpStream>, Message>);

/// The half that listens.
#[derive(Debug)]
pub struct Ear(SplitStream<WebSocketStream<TcpStream>>);

impl Socket {
    /// Connects to an address and upgrades at `url`, a `ws://` one.
    pub async fn open(address: SocketAddr, url: &str) -> Result<Self, Lost> {
        in_time("connecting", connect(address, url)).await
    }

    /// Sends a text.
    pub async fn say(&mut self, text: String) -> Result<(), Lost> {
        in_time("sending", send(&mut self.0, text)).await
    }

    /// The next text. Safe to cancel.
    pub async fn hear(&mut self) -> Result<Utf8Bytes, Lost> {
        listen(&mut self.0).await
    }

    /// The next text, which has to come soon.
    pub async fn hear_soon(&mut self) -> Result<Utf8Bytes, Lost> {
        in_time("being greeted", listen(&mut self.0)).await
    }

    /// Closes politely; whether the server answers doesn't matter.
    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.0.close(None)).await;
    }

    /// Both halves, to be used at the same time.
    pub fn split(self) -> (Mouth, Ear) {
        let (mouth, ear) = self.0.split();
        (Mouth(mouth), Ear(ear))
    }
}

impl Mouth {
    /// Sends a text.
    pub async fn say(&mut self, text: String) -> Result<(), Lost> {
        send(&mut self.0, text).await
    }
}

impl Ear {
    /// The next text. Safe to cancel.
    pub async fn hear(&mut self) -> Result<Utf8Bytes, Lost> {
        listen(&mut self.0).await
    }
}

async fn in_time<T>(what: &str, doing: impl Future<Output = Result<T, Lost>>) -> Result<T, Lost> {
    let late = |_| Lost::Broken(format!("{what} took more than {} seconds", PATIENCE.as_secs()));
    timeout(PATIENCE, doing).await.map_err(late)?
}

async fn connect(address: SocketAddr, url: &str) -> Result<Socket, Lost> {
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| Lost::Broken(format!("connecting to {address}: {error}")))?;
    // Small frames that wait for company would be late. If it can't be set they are.
    let _ = stream.set_nodelay(true);
    // Twenty thousand of these have to fit into a small machine.
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let upgraded = client_async_with_config(url, stream, Some(config)).await;
    let (socket, _) = upgraded.map_err(|error| Lost::because("upgrading", &error))?;
    Ok(Socket(socket))
}

async fn send(sink: &mut (impl SinkExt<Message, Error = Error> + Unpin), text: String) -> Result<(), Lost> {
    sink.send(Message::text(text)).await.map_err(|error| Lost::because("sending", &error))
}

/// Pings are answered underneath.
async fn listen(
    stream: &mut (impl StreamExt<Item = Result<Message, Error>> + Unpin),
) -> Result<Utf8Bytes, Lost> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text),
            Some(Ok(Message::Close(frame))) => return Err(Lost::closed(frame)),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(Lost::because("listening", &error)),
            None => return Err(Lost::closed(None)),
        }
    }
}
