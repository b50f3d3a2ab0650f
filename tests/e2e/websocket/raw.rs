//! A WebSocket client that writes exactly the bytes that it's given, right or wrong, and reads strictly.

use std::time::Duration;

use testkit::{TestApp, User};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::in_flight::address;

/// The first bytes of frames: the end of a message, and what it is.
pub const FINAL: u8 = 0x80;
pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = FINAL | 0x8;
pub const PING: u8 = FINAL | 0x9;
pub const PONG: u8 = FINAL | 0xA;

/// What happens at all happens within this.
const SOON: Duration = Duration::from_secs(10);

/// The headers that every right handshake has.
pub const HANDSHAKE: &str = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A frame as a client has to send it: masked, with its length in the fewest bytes.
pub fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut frame = header(first, payload.len().try_into().unwrap());
    let masked = payload.iter().zip([0x0F, 0xF0, 0x55, 0xAA].iter().cycle());
    frame.extend(masked.map(|(byte, mask)| byte ^ mask));
    frame
}

/// The header of a frame that announces a payload of this length, with the mask of [`frame`].
pub fn header(first: u8, length: u64) -> Vec<u8> {
    const MASKED: u8 = 0x80;
    let mut header = vec![first];
    match length {
        0..126 => header.push(MASKED + u8::try_from(length).unwrap()),
        126..0x1_0000 => {
            header.push(MASKED + 126);
            header.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        _ => {
            header.push(MASKED + 127);
            header.extend(length.to_be_bytes());
        }
    }
    header.extend([0x0F, 0xF0, 0x55, 0xAA]);
    header
}

/// A close frame with this code and reason.
pub fn close(code: u16, reason: impl AsRef<[u8]>) -> Vec<u8> {
    frame(CLOSE, [&code.to_be_bytes(), reason.as_ref()].concat())
}

/// A frame of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub first: u8,
    pub payload: Vec<u8>,
}

/// How the server ended a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By a close frame with this code.
    With(u16),
    /// By a close frame without a code.
    WithoutCode,
    /// Without a close frame.
    Silently,
}

/// A connection.
pub struct Raw {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Raw {
    /// Sends a request. Answers the head of the answer, and what carries whatever follows.
    pub async fn ask(app: &TestApp, request: impl AsRef<[u8]>) -> (String, Self) {
        let socket = TcpSocket::new_v4().unwrap();
        Self::ask_over(app, socket, request.as_ref()).await
    }

    async fn ask_over(app: &TestApp, socket: TcpSocket, request: &[u8]) -> (String, Self) {
        socket.set_nodelay(true).unwrap();
        let stream = socket.connect(address(app)).await.unwrap();
        let mut raw = Self { stream, unread: Vec::new() };
        raw.write(request).await;
        let end = loop {
            if let Some(at) = raw.unread.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(raw.read().await, "no answer to {}", String::from_utf8_lossy(request));
        };
        let head = raw.unread.drain(..end).collect();
        (String::from_utf8(head).unwrap(), raw)
    }

    /// A WebSocket at this path.
    pub async fn open(app: &TestApp, path: &str, user: &User) -> Self {
        Self::open_over(app, TcpSocket::new_v4().unwrap(), path, user).await
    }

    /// The same with a small buffer, so that the server soon notices when nothing is read.
    pub async fn open_with_little_room(app: &TestApp, path: &str, user: &User) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Self::open_over(app, socket, path, user).await
    }

    async fn open_over(app: &TestApp, socket: TcpSocket, path: &str, user: &User) -> Self {
        let token = &user.token;
        let request = format!("GET {path} HTTP/1.1\r\n{HANDSHAKE}Authorization: Bearer {token}\r\n\r\n");
        let (head, raw) = Self::ask_over(app, socket, request.as_bytes()).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        raw
    }

    /// A WebSocket at `/ws` that has said hello.
    pub async fn join(app: &TestApp, user: &User) -> Self {
        let mut raw = Self::open(app, "/ws", user).await;
        raw.write(&frame(FINAL | TEXT, r#"{"op":"hello"}"#)).await;
        let ready = raw.text().await;
        assert!(ready.starts_with(r#"{"op":"ready""#), "{ready}");
        raw
    }

    /// Writes bytes. One who is not listened to any more will notice when reading.
    pub async fn write(&mut self, bytes: &[u8]) {
        let _ = timeout(SOON, self.stream.write_all(bytes)).await.expect("the server reads");
    }

    /// Writes bytes, so many at once.
    pub async fn write_in_pieces(&mut self, bytes: &[u8], size: usize) {
        for piece in bytes.chunks(size) {
            self.write(piece).await;
        }
    }

    /// The next frame; `None` if the connection ends instead.
    pub async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, length)) = parse(&self.unread) {
                self.unread.drain(..length);
                return Some(frame);
            }
            if !self.read().await {
                assert!(self.unread.is_empty(), "the end in the middle of a frame: {:?}", self.unread);
                return None;
            }
        }
    }

    /// The next frame, which has to be a text.
    pub async fn text(&mut self) -> String {
        let frame = self.frame().await.expect("a frame, not the end");
        assert_eq!(frame.first, FINAL | TEXT, "{frame:?}");
        String::from_utf8(frame.payload).unwrap()
    }

    /// Reads until the connection has ended. After a close frame nothing may come.
    pub async fn ended(&mut self) -> Ended {
        loop {
            let Some(Frame { first, payload }) = self.frame().await else { return Ended::Silently };
            if first == CLOSE {
                assert_eq!(self.frame().await, None, "something after the close frame");
                return match payload.as_slice() {
                    [] => Ended::WithoutCode,
                    [high, low, ..] => Ended::With(u16::from_be_bytes([*high, *low])),
                    [_] => panic!("half a code"),
                };
            }
        }
    }

    /// Ends its own side of the connection.
    pub async fn say_no_more(&mut self) {
        // It may have ended already.
        let _ = self.stream.shutdown().await;
    }

    /// Reads until the connection has ended, be it in the middle of a frame.
    pub async fn is_cut_off(&mut self) {
        while self.read().await {
            self.unread.clear();
        }
    }

    /// Reads some bytes; `false` if there are no more.
    async fn read(&mut self) -> bool {
        let read = timeout(SOON, self.stream.read_buf(&mut self.unread)).await.expect("an answer");
        // A connection that is reset has ended, too.
        read.is_ok_and(|read| read > 0)
    }
}

/// The frame at the beginning of these bytes and its length, once all of it is there.
fn parse(bytes: &[u8]) -> Option<(Frame, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    assert_eq!(second & 0x80, 0, "a server masks nothing");
    assert!(matches!(first, 0x81 | CLOSE | PING | PONG), "no frame of ours: {first:#x}");
    let (length, start) = match second {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().unwrap())), 4),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().unwrap()).try_into().unwrap(), 10),
        short => (usize::from(short), 2),
    };
    let payload = bytes.get(start..start + length)?.to_vec();
    Some((Frame { first, payload }, start + length))
}
