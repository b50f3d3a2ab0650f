//! Pictures and films in a room: sent, shown, downloaded.

use std::fs;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::RANGE;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use testkit::{Answer, Guest, TestApp, Trip, User, eventually};

use crate::GOFORME;
use crate::pattern::{ID, Like, NUMBER, TIME};

/// The smallest things that are what they say: a picture of one pixel in two formats, and a film without
/// a frame in two.
const JPEG: &[u8] = include_bytes!("files/pixel.jpg");
const PNG: &[u8] = include_bytes!("files/pixel.png");
const MP4: &[u8] = include_bytes!("files/film.mp4");
const MOV: &[u8] = include_bytes!("files/film.mov");

const MIB: usize = 1024 * 1024;

async fn a_room(app: &TestApp) -> (Trip, String) {
    let trip = app.confirmed_trip(10).await;
    let room = app.room_of(&trip).await;
    (trip, room)
}

fn file(bytes: impl Into<Vec<u8>>) -> Part {
    // What the client calls it is not believed.
    Part::bytes(bytes.into()).file_name("../../etc/passwd.exe").mime_str("application/x-msdownload").unwrap()
}

async fn send(app: &TestApp, room: &str, by: &User, form: Form) -> Answer {
    app.send(app.request(Method::POST, &format!("/chatRooms/{room}/chats"), by).multipart(form)).await
}

async fn send_file(app: &TestApp, room: &str, by: &User, kind: &'static str, bytes: &[u8]) -> Answer {
    send(app, room, by, Form::new().text("type", kind).part("file", file(bytes))).await
}

/// Gets a link as a browser's tag does: without any header of ours.
async fn open(url: &str, range: Option<&str>) -> reqwest::Response {
    let request = reqwest::Client::new().get(url);
    let request = range.into_iter().fold(request, |request, range| request.header(RANGE, range));
    request.send().await.unwrap()
}

/// The files that were kept, of whatever room.
fn kept(app: &TestApp) -> usize {
    fn files(folder: &std::path::Path) -> usize {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
    }
    files(&app.data_dir().join("media"))
}

#[tokio::test]
async fn each_format_is_sent_and_shown_as_what_its_bytes_are() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, .. }, room) = a_room(&app).await;
    for (kind, bytes, content_type, last_chat) in [
        ("IMAGE", JPEG, "image/jpeg", "이미지"),
        ("IMAGE", PNG, "image/png", "이미지"),
        ("VIDEO", MP4, "video/mp4", "동영상"),
        ("VIDEO", MOV, "video/quicktime", "동영상"),
    ] {
        let sent = send_file(&app, &room, &dreamer, kind, bytes).await.expect(201);
        sent.is_like(&json!({
            "id": ID, "createdAt": TIME, "updatedAt": TIME, "chatRoomId": room, "senderId": dreamer.id,
            "type": kind, "isDeleted": false, "seq": NUMBER,
        }));
        let url = sent.text_of("content");
        assert!(url.starts_with(&app.url("/")), "{url}");
        let list = app.get(&format!("/chatRooms/{room}/chats?pageSize=1"), &maker).await.expect(200);
        let download =
            app.get(&format!("/chats/{}/downloadFile", sent.text_of("id")), &maker).await.expect(200);
        assert!(download.header("content-type").unwrap().starts_with("text/plain"));
        for url in [&url, list["list"][0]["content"].as_str().unwrap(), &download.text] {
            let shown = open(url, None).await;
            assert_eq!(shown.status(), 200);
            assert_eq!(shown.headers()["content-type"], content_type);
            assert_eq!(shown.headers()["x-content-type-options"], "nosniff");
            assert_eq!(shown.bytes().await.unwrap(), bytes);
        }
        let shown = app.get(&format!("/chatRooms/{room}"), &maker).await.expect(200);
        assert_eq!(shown["lastChat"], json!(last_chat));
    }
    assert_eq!(kept(&app), 4);
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, .. }, room) = a_room(&app).await;
    let url = send_file(&app, &room, &dreamer, "VIDEO", MP4).await.expect(201).text_of("content");
    let whole = open(&url, None).await;
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    let size = MP4.len();
    for (range, from, to) in [
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=4-11".to_owned(), 4, 12),
        ("bytes=8-".to_owned(), 8, size),
        ("bytes=-4".to_owned(), size - 4, size),
        (format!("bytes=0-{}", 10 * size), 0, size),
    ] {
        let part = open(&url, Some(&range)).await;
        assert_eq!(part.status(), 206, "{range}");
        assert_eq!(part.headers()["content-range"], format!("bytes {from}-{}/{size}", to - 1).as_str());
        assert_eq!(part.bytes().await.unwrap(), &MP4[from..to], "{range}");
    }
    let beyond = open(&url, Some(&format!("bytes={size}-"))).await;
    assert_eq!(beyond.status(), 416);
    let head = reqwest::Client::new().head(&url).send().await.unwrap();
    assert_eq!(
        (head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()),
        (200, &*size.to_string())
    );
}

#[tokio::test]
async fn a_link_works_for_an_hour_and_leads_nowhere_else() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, .. }, room) = a_room(&app).await;
    let one = send_file(&app, &room, &dreamer, "IMAGE", JPEG).await.expect(201).text_of("content");
    let other = send_file(&app, &room, &dreamer, "IMAGE", PNG).await.expect(201).text_of("content");
    let (path, query) = one.split_once('?').unwrap();
    let (other_path, _) = other.split_once('?').unwrap();
    let turned: String = query.chars().rev().collect();
    for forged in [
        path.to_owned(),
        format!("{path}?{turned}"),
        format!("{path}?{query}x"),
        format!("{other_path}?{query}"),
        app.url("/media/../goforme.sqlite3?expires=99999999999&signature=x"),
        app.url("/media/%2e%2e/goforme.sqlite3?expires=99999999999&signature=x"),
    ] {
        let status = open(&forged, None).await.status().as_u16();
        assert!(status == 403 || status == 404, "{forged} answered {status}");
    }
    app.advance_clock(Duration::from_mins(59)).await;
    assert_eq!(open(&one, None).await.status(), 200);
    app.advance_clock(Duration::from_hours(24)).await;
    assert_eq!(open(&one, None).await.status(), 403);
}

#[tokio::test]
async fn what_is_not_what_it_says_is_refused_and_nothing_of_it_is_kept() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, .. }, room) = a_room(&app).await;
    for (kind, bytes) in [
        ("IMAGE", MP4),
        ("VIDEO", JPEG),
        ("IMAGE", &b"GIF89a\x01\0\x01\0\0\0\0;"[..]),
        ("IMAGE", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("VIDEO", b"just a text that is long enough to be looked at, and then some more of it"),
        ("IMAGE", &JPEG[..2]),
    ] {
        let refused = send_file(&app, &room, &dreamer, kind, bytes).await;
        refused.expect_refusal(400, "FILE_TYPE_NOT_ALLOWED");
    }
    for form in
        [Form::new().text("type", "IMAGE"), Form::new().text("type", "IMAGE").part("file", file(*b""))]
    {
        send(&app, &room, &dreamer, form).await.expect_refusal(400, "FILE_MISSING");
    }
    for form in [
        Form::new().text("type", "TEXT").part("file", file(JPEG)),
        Form::new().text("type", "TEXT").text("content", "hello"),
        Form::new().text("type", "GIF").part("file", file(JPEG)),
        Form::new().text("type", "x".repeat(MIB)).part("file", file(JPEG)),
        Form::new().part("file", file(JPEG)),
        Form::new().text("type", "IMAGE").part("file", file(JPEG)).part("file", file(JPEG)),
        Form::new(),
    ] {
        send(&app, &room, &dreamer, form).await.expect_refusal(400, "VALIDATION_FAILED");
    }
    assert_eq!(app.get(&format!("/chatRooms/{room}/chats"), &dreamer).await["totalCount"], json!(0));
    assert_eq!(kept(&app), 0);
}

#[tokio::test]
async fn the_parts_of_a_form_may_come_in_any_order() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, .. }, room) = a_room(&app).await;
    let form = Form::new().text("note", "x").part("file", file(JPEG)).text("type", "IMAGE");
    send(&app, &room, &dreamer, form).await.expect(201);
    let form = Form::new().part("file", file(JPEG)).text("type", "VIDEO");
    send(&app, &room, &dreamer, form).await.expect_refusal(400, "FILE_TYPE_NOT_ALLOWED");
}

#[tokio::test]
async fn a_file_may_be_as_large_as_its_kind_and_no_byte_more() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, .. }, room) = a_room(&app).await;
    for (kind, head, limit) in [("IMAGE", JPEG, 5 * MIB), ("VIDEO", MP4, 100 * MIB)] {
        let mut bytes = head.to_vec();
        bytes.resize(limit, 0);
        send_file(&app, &room, &dreamer, kind, &bytes).await.expect(201);
        bytes.push(0);
        send_file(&app, &room, &dreamer, kind, &bytes).await.expect_refusal(400, "FILE_TOO_LARGE");
    }
    assert_eq!(kept(&app), 2);
}

#[tokio::test]
async fn a_file_needs_an_active_room_of_ones_own() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, plan, .. }, room) = a_room(&app).await;
    let stranger = app.sign_up_maker("SEOUL").await;
    send_file(&app, &room, &stranger, "IMAGE", JPEG).await.expect_refusal(403, "ROOM_FORBIDDEN");
    let unknown = send_file(&app, "01890000-0000-7000-8000-000000000000", &dreamer, "IMAGE", JPEG).await;
    unknown.expect_refusal(404, "ROOM_NOT_FOUND");
    let sent = send_file(&app, &room, &maker, "IMAGE", JPEG).await.expect(201).text_of("id");
    app.complete(&dreamer, &plan).await;
    eventually("the room is deactivated", || async {
        let refused = send_file(&app, &room, &maker, "IMAGE", JPEG).await;
        (refused.status == 400 && refused["code"] == "ROOM_INACTIVE").then_some(())
    })
    .await;
    // It can still be read.
    app.get(&format!("/chats/{sent}/downloadFile"), &dreamer).await.expect(200);
}

#[tokio::test]
async fn a_text_and_a_deleted_message_have_no_file() {
    let app = TestApp::start(GOFORME).await;
    let (Trip { dreamer, maker, .. }, room) = a_room(&app).await;
    let text = json!({ "type": "TEXT", "content": "hello" });
    let text = app.post(&format!("/chatRooms/{room}/chats"), &dreamer, text).await.expect(201).text_of("id");
    let image = send_file(&app, &room, &dreamer, "IMAGE", JPEG).await.expect(201).text_of("id");
    app.delete(&format!("/chats/{image}"), &dreamer).await.expect(204);
    for message in [text, image] {
        let path = format!("/chats/{message}/downloadFile");
        app.get(&path, &maker).await.expect_refusal(400, "MESSAGE_HAS_NO_FILE");
        app.get(&path, &Guest).await.expect_refusal(401, "TOKEN_MISSING");
    }
    let list = app.get(&format!("/chatRooms/{room}/chats"), &maker).await.expect(200);
    list["list"][0]
        .is_like(&json!({ "type": "IMAGE", "isDeleted": true, "content": "삭제된 메시지입니다." }));
}
