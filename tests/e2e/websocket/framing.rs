//! RFC 6455, byte by byte: the cases of the Autobahn suite that matter here, and some more. What is right
//! has to come through whole; what is wrong has to close the connection, after what came before it.

use std::fmt::Write;

use serde_json::{Value, json};
use testkit::{TestApp, User};

use super::raw::{
    BINARY, CLOSE, CONTINUATION, Ended, FINAL, Frame, PING, PONG, Raw, TEXT, close, frame, header,
};
use crate::GOFORME;

/// The largest message.
const MOST: usize = 64 * 1024;

/// The code for what is no WebSocket's frame,
const PROTOCOL: u16 = 1002;
/// for a text that is none,
const NOT_TEXT: u16 = 1007;
/// and for what is right as far as WebSockets go, but nothing that this server takes.
const BAD_FRAME: u16 = 4400;

/// Bytes of a client, and what they have to lead to.
struct Case {
    name: String,
    bytes: Vec<u8>,
    answers: Vec<Frame>,
    /// How the connection ends; `None` if it goes on.
    end: Option<Ended>,
}

/// A case in which the connection goes on.
fn goes_on(name: impl Into<String>, parts: &[Vec<u8>], answers: Vec<Frame>) -> Case {
    Case { name: name.into(), bytes: parts.concat(), answers, end: None }
}

/// A case in which the connection ends. What came before has to be answered.
fn ends(name: impl Into<String>, parts: &[Vec<u8>], end: Ended) -> Case {
    let bytes = [whole("before"), parts.concat()].concat();
    Case { name: name.into(), bytes, answers: vec![answered("before")], end: Some(end) }
}

/// A case in which the connection ends because of what the client sent.
fn refused(code: u16, name: impl Into<String>, parts: &[Vec<u8>]) -> Case {
    ends(name, parts, Ended::With(code))
}

/// What the server repeats, which shows that it came through.
fn asked(reference: &str) -> Vec<u8> {
    json!({ "op": "ping", "ref": reference }).to_string().into_bytes()
}

/// The same in one frame.
fn whole(reference: &str) -> Vec<u8> {
    frame(FINAL | TEXT, asked(reference))
}

/// The answer to that.
fn answered(reference: &str) -> Frame {
    let text = format!(r#"{{"op":"pong","ref":{}}}"#, Value::from(reference));
    Frame { first: FINAL | TEXT, payload: text.into_bytes() }
}

fn pong(payload: impl Into<Vec<u8>>) -> Frame {
    Frame { first: PONG, payload: payload.into() }
}

/// The bytes in several frames, cut before each of these places.
fn fragments(payload: &[u8], cuts: &[usize]) -> Vec<u8> {
    let mut frames = Vec::new();
    let mut from = 0;
    for (number, to) in cuts.iter().copied().chain([payload.len()]).enumerate() {
        let kind = if number == 0 { TEXT } else { CONTINUATION };
        let last = if number == cuts.len() { FINAL } else { 0 };
        frames.extend(frame(last | kind, &payload[from..to]));
        from = to;
    }
    frames
}

/// Does every case in several ways: all bytes at once, in pieces, and one by one.
async fn hold(cases: Vec<Case>) {
    let app = TestApp::builder(GOFORME).env("CONNECTION_LIMIT", "1000").start().await;
    let user = app.sign_up_dreamer().await;
    let mut wrong = String::new();
    for case in &cases {
        for size in [usize::MAX, 1021, 7, 1] {
            if size < 10 && case.bytes.len() > 2000 {
                continue;
            }
            if let Err(what) = run(&app, &user, case, size).await {
                writeln!(wrong, "{} (written {size} at once): {what}", case.name).unwrap();
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(!app.log().contains("panicked") && !app.log().contains(" ERROR "), "{}", app.log());
}

async fn run(app: &TestApp, user: &User, case: &Case, size: usize) -> Result<(), String> {
    let mut client = Raw::join(app, user).await;
    client.write_in_pieces(&case.bytes, size).await;
    for expected in &case.answers {
        let heard = client.frame().await;
        if heard.as_ref() != Some(expected) {
            return Err(format!("{} instead of {}", shown(heard.as_ref()), shown(Some(expected))));
        }
    }
    if let Some(end) = case.end {
        let was = client.ended().await;
        return if was == end { Ok(()) } else { Err(format!("ended {was:?} instead of {end:?}")) };
    }
    client.write(&whole("still there?")).await;
    let heard = client.frame().await;
    let lives = heard == Some(answered("still there?"));
    if lives { Ok(()) } else { Err(format!("{} at the end", shown(heard.as_ref()))) }
}

fn shown(frame: Option<&Frame>) -> String {
    let Some(Frame { first, payload }) = frame else { return "nothing".to_owned() };
    let beginning = String::from_utf8_lossy(&payload[..payload.len().min(60)]);
    format!("{first:#x} with {} bytes: {beginning:?}", payload.len())
}

#[tokio::test]
async fn payloads_of_every_length_come_through() {
    let mut cases = vec![refused(BAD_FRAME, "an empty text is no JSON", &[frame(FINAL | TEXT, "")])];
    for length in [60, 125, 126, 127, 128, 65_535, MOST] {
        let reference = "x".repeat(length - asked("").len());
        cases.push(goes_on(format!("{length} bytes"), &[whole(&reference)], vec![answered(&reference)]));
    }
    for length in [0, 1, 125, 126, 65_535, MOST] {
        let binary = frame(FINAL | BINARY, vec![0xFE; length]);
        cases.push(refused(BAD_FRAME, format!("{length} binary bytes"), &[binary]));
    }
    hold(cases).await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_its_header() {
    let mut cases = Vec::new();
    for length in [65_537, 1 << 24, 1 << 40, (1 << 63) - 1, 1 << 63, u64::MAX] {
        for kind in [TEXT, BINARY] {
            cases.push(refused(BAD_FRAME, format!("{length} announced"), &[header(FINAL | kind, length)]));
        }
    }
    let half = frame(TEXT, "x".repeat(MOST / 2));
    let rest = u64::try_from(MOST / 2).unwrap() + 1;
    cases.push(refused(BAD_FRAME, "too much in several frames", &[half.clone(), header(CONTINUATION, rest)]));
    let parts = [half, frame(CONTINUATION, "x".repeat(MOST / 2)), frame(FINAL | CONTINUATION, "x")];
    cases.push(refused(BAD_FRAME, "one byte too much in the third frame", &parts));
    hold(cases).await;
}

#[tokio::test]
async fn pings_are_answered_wherever_they_come() {
    let bytes: Vec<u8> = (0..=124).chain([0xFF]).collect();
    let mut cases = vec![
        goes_on("an empty ping", &[frame(PING, "")], vec![pong("")]),
        goes_on("a ping with a text", &[frame(PING, "still there?")], vec![pong("still there?")]),
        goes_on("a ping of 125 bytes", &[frame(PING, &bytes[1..])], vec![pong(&bytes[1..])]),
        goes_on("a pong that nobody asked for", &[frame(PONG, ""), frame(PONG, "news")], vec![]),
        goes_on("a pong before a ping", &[frame(PONG, "news"), frame(PING, "news?")], vec![pong("news?")]),
        refused(PROTOCOL, "a ping of 126 bytes", &[frame(PING, &bytes)]),
        refused(PROTOCOL, "the header of a ping of 126 bytes", &[header(PING, 126)]),
        refused(PROTOCOL, "the header of a pong of 70,000 bytes", &[header(PONG, 70_000)]),
    ];
    let many: Vec<String> = (0..20).map(|number| format!("ping {number}")).collect();
    cases.push(goes_on(
        "twenty pings",
        &many.iter().map(|text| frame(PING, text)).collect::<Vec<_>>(),
        many.iter().map(|text| pong(text.as_bytes())).collect(),
    ));
    hold(cases).await;
}

#[tokio::test]
async fn reserved_bits_opcodes_and_missing_masks_are_refused() {
    let mut cases = Vec::new();
    for bits in 1..=7 {
        for (kind, payload) in [(TEXT, asked("x")), (BINARY, vec![1]), (0x8, vec![]), (0x9, vec![2])] {
            let name = format!("reserved bits {bits:03b} on {kind}");
            cases.push(refused(PROTOCOL, name, &[frame(FINAL | (bits << 4) | kind, payload)]));
        }
    }
    for opcode in (3..=7).chain(11..=15) {
        for payload in [&b""[..], b"payload"] {
            let name = format!("opcode {opcode} with {} bytes", payload.len());
            cases.push(refused(PROTOCOL, name, &[frame(FINAL | opcode, payload)]));
        }
        cases.push(refused(PROTOCOL, format!("opcode {opcode}, to be continued"), &[frame(opcode, "")]));
    }
    let ping: &[u8] = br#"{"op":"ping","ref":1}"#;
    for (first, payload) in [(FINAL | TEXT, ping), (PING, b"x"), (CLOSE, b""), (FINAL | BINARY, b"")] {
        let mut bare = vec![first, u8::try_from(payload.len()).unwrap()];
        bare.extend(payload);
        cases.push(refused(PROTOCOL, format!("{first:#x} without a mask"), &[bare]));
    }
    hold(cases).await;
}

#[tokio::test]
async fn messages_may_come_in_several_frames() {
    let text = asked("in several frames");
    let every_byte: Vec<usize> = (1..text.len()).collect();
    let heard = || vec![answered("in several frames")];
    let (start, end) = text.split_at(10);
    let (middle, end) = end.split_at(5);
    let start = frame(TEXT, start);
    let middle = frame(CONTINUATION, middle);
    let end = frame(FINAL | CONTINUATION, end);
    let ping = |text: &str| frame(PING, text);
    hold(vec![
        goes_on("two", &[fragments(&text, &[12])], heard()),
        goes_on("a byte each", &[fragments(&text, &every_byte)], heard()),
        goes_on("empty ones around it", &[fragments(&text, &[0, 0, text.len(), text.len()])], heard()),
        goes_on("an empty last one", &[fragments(&text, &[text.len()])], heard()),
        goes_on(
            "pings in between",
            &[start.clone(), ping("1"), middle.clone(), ping(""), ping("2"), end.clone()],
            [vec![pong("1"), pong(""), pong("2")], heard()].concat(),
        ),
        goes_on(
            "a pong in between",
            &[start.clone(), frame(PONG, "x"), middle.clone(), end.clone()],
            heard(),
        ),
        goes_on(
            "one after the other",
            &[fragments(&text, &[3]), fragments(&text, &[4])],
            [heard(), heard()].concat(),
        ),
        refused(BAD_FRAME, "empty ones only", &[frame(TEXT, ""), frame(FINAL | CONTINUATION, "")]),
        refused(BAD_FRAME, "binary ones", &[frame(BINARY, [1]), frame(FINAL | CONTINUATION, [2])]),
        refused(PROTOCOL, "a ping in two frames", &[frame(0x9, "a"), frame(FINAL | CONTINUATION, "b")]),
        refused(PROTOCOL, "a pong in two frames", &[frame(0xA, "a")]),
        refused(PROTOCOL, "a goodbye in two frames", &[frame(0x8, "")]),
        refused(PROTOCOL, "a fragmented ping between fragments", &[start.clone(), frame(0x9, "")]),
        refused(PROTOCOL, "a last frame of nothing", &[frame(FINAL | CONTINUATION, &text)]),
        refused(PROTOCOL, "a middle frame of nothing", &[frame(CONTINUATION, &text)]),
        Case {
            answers: [vec![answered("before")], heard()].concat(),
            ..refused(PROTOCOL, "a middle frame after the last", &[fragments(&text, &[5]), middle.clone()])
        },
        refused(PROTOCOL, "a whole text within another", &[start.clone(), whole("x")]),
        refused(PROTOCOL, "the start of a text within another", &[start.clone(), start.clone()]),
        refused(PROTOCOL, "a binary message within a text", &[start.clone(), frame(FINAL | BINARY, "")]),
        ends("a goodbye within a text", &[start, close(1000, ""), end], Ended::With(1000)),
    ])
    .await;
}

#[tokio::test]
async fn texts_are_utf_8_however_they_are_cut() {
    let mut cases = Vec::new();
    for reference in [
        "é",
        "한글",
        "κόσμε",
        "\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}",
        "🥥\u{feff}\u{fffe}\u{d7ff}\u{e000}",
    ] {
        let text = asked(reference);
        cases.push(goes_on(reference, &[frame(FINAL | TEXT, &text)], vec![answered(reference)]));
        for cut in 0..=text.len() {
            let name = format!("{reference} cut at {cut}");
            cases.push(goes_on(name, &[fragments(&text, &[cut])], vec![answered(reference)]));
        }
    }
    for wrong in [
        &b"\x80"[..],
        b"\xbf\x80",
        b"\xc0\xaf",
        b"\xc1\xbf",
        b"\xc3\x28",
        b"\xe0\x80\xaf",
        b"\xe2\x28\xa1",
        b"\xed\xa0\x80",
        b"\xed\xad\xbf\xed\xb0\x80",
        b"\xed\xbf\xbf",
        b"\xf0\x80\x80\xaf",
        b"\xf0\x28\x8c\xbc",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xfe",
        b"\xff\xff",
        // cut off
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\xa5",
    ] {
        let text = [br#"{"op":"ping","ref":""#, wrong, br#""}"#].concat();
        cases.push(refused(NOT_TEXT, format!("{wrong:x?}"), &[frame(FINAL | TEXT, &text)]));
        for cut in 20..=20 + wrong.len() {
            cases.push(refused(NOT_TEXT, format!("{wrong:x?} cut at {cut}"), &[fragments(&text, &[cut])]));
        }
    }
    cases.push(refused(NOT_TEXT, "cut off at the end", &[frame(FINAL | TEXT, b"\"\xe2\x82")]));
    // Nobody waits for the end of what is wrong already.
    cases.push(refused(NOT_TEXT, "wrong in the first frame", &[frame(TEXT, b"\xff")]));
    cases.push(refused(
        NOT_TEXT,
        "wrong in the middle",
        &[frame(TEXT, b"\xf0\x9f"), frame(CONTINUATION, b"\x28")],
    ));
    let begun = header(FINAL | TEXT, 1000);
    // "\xff", masked as by `frame`.
    cases.push(refused(NOT_TEXT, "wrong in half a frame", &[begun, vec![0xFF ^ 0x0F]]));
    hold(cases).await;
}

#[tokio::test]
async fn a_goodbye_is_answered_by_the_same_and_nothing_else_is_heard() {
    let mut cases = vec![
        ends("no code", &[frame(CLOSE, "")], Ended::WithoutCode),
        ends(
            "no code, then more",
            &[frame(CLOSE, ""), whole("after"), frame(PING, "after")],
            Ended::WithoutCode,
        ),
        ends("a code, then more", &[close(1000, "bye"), whole("after"), close(1001, "")], Ended::With(1000)),
        ends("a long reason", &[close(1000, "x".repeat(123))], Ended::With(1000)),
        ends("a reason that is not ASCII", &[close(1000, "안녕히 계세요")], Ended::With(1000)),
        refused(PROTOCOL, "half a code", &[frame(CLOSE, [3])]),
        refused(PROTOCOL, "a reason that is too long", &[close(1000, "x".repeat(124))]),
        refused(NOT_TEXT, "a reason that is no text", &[close(1000, b"\xce\xba\xed\xa0\x80")]),
    ];
    for code in
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
    {
        cases.push(ends(format!("code {code}"), &[close(code, "")], Ended::With(code)));
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
        cases.push(refused(PROTOCOL, format!("code {code}"), &[close(code, "")]));
        cases.push(refused(PROTOCOL, format!("code {code} with a reason"), &[close(code, "because")]));
    }
    hold(cases).await;
}
