//! Keeps a WebSocket's client from making us collect a frame that is larger than we read.
//!
//! actix's parser looks at the announced length of a frame only once all of the frame is there; until
//! then a client could fill the memory. So the headers are looked at here, as they pass.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::error::PayloadError;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest, dev};
use futures_util::Stream;

/// The bytes of a WebSocket, up to a frame that announces more than `most` bytes: there they end with an
/// error.
pub async fn limited(request: &HttpRequest, body: Payload, most: usize) -> Result<Payload, actix_web::Error> {
    let bytes = Limited { bytes: body, frames: Frames::new(most) };
    let boxed: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(bytes);
    // The only way to make one.
    Payload::from_request(request, &mut dev::Payload::from(boxed)).await
}

struct Limited {
    bytes: Payload,
    frames: Frames,
}

impl Stream for Limited {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.bytes).poll_next(cx);
        match &next {
            Poll::Ready(Some(Ok(bytes))) if !self.frames.pass(bytes) => {
                Poll::Ready(Some(Err(PayloadError::Overflow)))
            }
            _ => next,
        }
    }
}

/// Where in a frame the bytes are.
struct Frames {
    most: u64,
    /// The part of a header that has come.
    header: Vec<u8>,
    /// How much of a payload is still to come.
    payload: u64,
}

impl Frames {
    fn new(most: usize) -> Self {
        Self { most: u64::try_from(most).unwrap_or(u64::MAX), header: Vec::new(), payload: 0 }
    }

    /// Whether these bytes may pass.
    fn pass(&mut self, mut bytes: &[u8]) -> bool {
        loop {
            let skipped = usize::try_from(self.payload).unwrap_or(usize::MAX).min(bytes.len());
            self.payload -= u64::try_from(skipped).unwrap_or(u64::MAX);
            bytes = bytes.get(skipped..).unwrap_or_default();
            let Some((byte, rest)) = bytes.split_first() else { return true };
            self.header.push(*byte);
            bytes = rest;
            if let Some(length) = announced(&self.header) {
                if length > self.most {
                    return false;
                }
                self.payload = length;
                self.header.clear();
            }
        }
    }
}

/// The length that a header announces, once the header is whole.
fn announced(header: &[u8]) -> Option<u64> {
    let second = header.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let extended = match second & 0x7F {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    if header.len() < 2 + extended + mask {
        return None;
    }
    let length = header.get(2..2 + extended)?;
    let big_endian = length.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    Some(if extended == 0 { u64::from(second & 0x7F) } else { big_endian })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 70_000;

    fn frame(length: u64) -> Vec<u8> {
        let mut frame = vec![0x81];
        match length {
            0..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
            126..0x1_0000 => {
                frame.push(0x80 | 0x7E);
                frame.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 0x7F);
                frame.extend(length.to_be_bytes());
            }
        }
        frame.extend([1, 2, 3, 4]);
        frame.extend(vec![0xFF; usize::try_from(length.min(100_000)).unwrap()]);
        frame
    }

    #[test]
    fn frames_within_the_limit_pass_however_they_are_cut() {
        let all: Vec<u8> =
            [0, 1, 125, 126, 127, 65_535, 65_536, 70_000, 5].into_iter().flat_map(frame).collect();
        for cut in [1, 2, 3, 7, 1000, 65_536, all.len()] {
            let mut frames = Frames::new(MOST);
            assert!(all.chunks(cut).all(|chunk| frames.pass(chunk)), "cut at {cut}");
            assert_eq!((frames.header.len(), frames.payload), (0, 0));
        }
    }

    #[test]
    fn a_frame_over_the_limit_is_stopped_at_its_header() {
        for length in [70_001, 1 << 32, u64::MAX] {
            let mut frames = Frames::new(MOST);
            assert!(frames.pass(&frame(126)), "the frame before");
            let header = &frame(length)[..14];
            assert!(frames.pass(&header[..13]) && !frames.pass(&header[13..]), "{length}");
        }
    }
}
