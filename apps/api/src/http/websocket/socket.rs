//! An open WebSocket: one half reads, the other writes.

use std::io::{self, IoSlice};
use std::mem::replace;
use std::net::Shutdown;
use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use bytes::{Buf, Bytes};
use socket2::SockRef;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout, timeout_at};

use super::assembly::{Assembly, Message, Violation};
use super::frame::{self, MOST_CONTROL, Opcode};

/// How many bytes are read at once.
const READ_AT_ONCE: usize = 8 * 1024;
/// How long a frame may wait for the client to make room.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take to read a goodbye, and then to go.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Why nothing more can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// The connection has ended, without a goodbye.
    Closed,
    /// The client has sent what it may not.
    Violation(Violation),
}

/// Why nothing more can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteError {
    /// The connection has ended.
    Closed,
    /// The client does not read.
    TooSlow,
}

/// The connection, for both halves. It has no buffers, so one that is idle costs next to nothing.
struct Wire {
    stream: TcpStream,
    /// Held while a frame is written: whether one was begun and then given up.
    is_cut: Mutex<bool>,
}

/// The half that reads.
pub struct Reader {
    wire: Rc<Wire>,
    /// What was read behind the last message.
    unread: Bytes,
    assembly: Assembly,
}

/// The half that writes. All clones write to the same connection, a frame after the other.
#[derive(Clone)]
pub struct Writer(Rc<Wire>);

/// The halves of a WebSocket whose messages have at most `most` bytes; `unread` came before.
pub fn open(stream: TcpStream, unread: Bytes, most: usize) -> (Reader, Writer) {
    let wire = Rc::new(Wire { stream, is_cut: Mutex::new(false) });
    (Reader { wire: Rc::clone(&wire), unread, assembly: Assembly::new(most) }, Writer(wire))
}

impl Reader {
    /// The next message. Safe to cancel.
    pub async fn next(&mut self) -> Result<Message, ReadError> {
        loop {
            if let Some(message) = self.assemble().map_err(ReadError::Violation)? {
                return Ok(message);
            }
            self.unread = read(&self.wire.stream).await?;
        }
    }

    /// The next message among what was read.
    fn assemble(&mut self) -> Result<Option<Message>, Violation> {
        let mut rest = &*self.unread;
        let message = self.assembly.take_in(&mut rest);
        let taken = self.unread.len() - rest.len();
        self.unread.advance(taken);
        if self.unread.is_empty() {
            // Or its memory would be held.
            self.unread = Bytes::new();
        }
        message
    }

    /// Says goodbye and ends the connection; a goodbye with a reason has a code.
    pub async fn close(self, code: Option<u16>, reason: &str) {
        let mut payload = Vec::with_capacity(MOST_CONTROL);
        payload.extend(code.iter().flat_map(|code| code.to_be_bytes()).chain(reason.bytes()));
        payload.truncate(MOST_CONTROL);
        let written = timeout(CLOSE_WITHIN, self.wire.write(Opcode::Close, &payload)).await;
        if matches!(written, Ok(Ok(()))) {
            hang_up(&self.wire.stream).await;
        }
    }
}

/// Each waits for the client to make room, if not for ever. What is given up before was the last thing
/// written.
impl Writer {
    /// Writes a message of text.
    pub async fn text(&self, text: &str) -> Result<(), WriteError> {
        self.0.write(Opcode::Text, text.as_bytes()).await
    }

    /// Writes a message of bytes.
    pub async fn binary(&self, bytes: &[u8]) -> Result<(), WriteError> {
        self.0.write(Opcode::Binary, bytes).await
    }

    /// Asks whether the client is there.
    pub async fn ping(&self) -> Result<(), WriteError> {
        self.0.write(Opcode::Ping, &[]).await
    }

    /// Answers a ping.
    pub async fn pong(&self, payload: &[u8]) -> Result<(), WriteError> {
        self.0.write(Opcode::Pong, payload).await
    }
}

impl Wire {
    async fn write(&self, opcode: Opcode, payload: &[u8]) -> Result<(), WriteError> {
        let mut is_cut = self.is_cut.lock().await;
        if replace(&mut *is_cut, true) {
            return Err(WriteError::Closed);
        }
        let header = frame::header(opcode, payload.len());
        let mut parts = [IoSlice::new(&header), IoSlice::new(payload)];
        let mut rest = parts.as_mut_slice();
        let mut deadline = None;
        while !rest.is_empty() {
            match self.stream.try_write_vectored(rest) {
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let deadline = *deadline.get_or_insert_with(|| Instant::now() + WRITE_WITHIN);
                    let writable = timeout_at(deadline, self.stream.writable()).await;
                    writable.map_err(|_| WriteError::TooSlow)?.map_err(|_| WriteError::Closed)?;
                }
                Err(_) => return Err(WriteError::Closed),
            }
        }
        *is_cut = false;
        Ok(())
    }
}

/// Some bytes, once there are any.
async fn read(stream: &TcpStream) -> Result<Bytes, ReadError> {
    loop {
        stream.readable().await.map_err(|_| ReadError::Closed)?;
        match try_read(stream) {
            Ok(bytes) if bytes.is_empty() => return Err(ReadError::Closed),
            Ok(bytes) => return Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Err(ReadError::Closed),
        }
    }
}

/// Not part of the future above: that would hold the buffer while it waits.
fn try_read(stream: &TcpStream) -> io::Result<Bytes> {
    let mut buffer = [0; READ_AT_ONCE];
    let read = stream.try_read(&mut buffer)?;
    Ok(Bytes::copy_from_slice(buffer.get(..read).unwrap_or_default()))
}

/// Ends our side, and waits a little for the client to end its own: were the connection closed while the
/// client sends, it might not get to see what was written last.
pub(super) async fn hang_up(stream: &TcpStream) {
    if SockRef::from(stream).shutdown(Shutdown::Write).is_ok() {
        let ended = async { while read(stream).await.is_ok() {} };
        let _ = timeout(CLOSE_WITHIN, ended).await;
    }
}
