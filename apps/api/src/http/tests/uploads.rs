use actix_web::test::TestRequest;
use media::MediaKind;
use media::testing::{a_jpeg, a_mov, a_png, an_mp4};
use serde_json::json;

use super::lab::Lab;
use super::{Answer, get};

/// A part of a form: its name, the name of its file, and its content.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

const BOUNDARY: &str = "----geckoformboundary8ab1";

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

async fn send_as(lab: &Lab, caller: &str, body: Vec<u8>) -> Answer {
    let request = TestRequest::post()
        .uri(&format!("/chatRooms/{}/chats", lab.room.id()))
        .insert_header(("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}")))
        .set_payload(body);
    lab.call(caller, request).await
}

async fn send(lab: &Lab, parts: &[Part<'_>]) -> Answer {
    send_as(lab, "dreamer", form(parts)).await
}

/// A file of that many bytes.
fn padded(mut beginning: Vec<u8>, size: u64) -> Vec<u8> {
    beginning.resize(usize::try_from(size).unwrap(), 0);
    beginning
}

async fn fetch(lab: &Lab, url: &str) -> Answer {
    let path = url.strip_prefix("http://localhost:4000").unwrap_or_else(|| panic!("not absolute: {url}"));
    lab.call("", get(path)).await
}

#[actix_web::test]
async fn a_file_is_sent_in_either_order_of_its_parts_and_served_as_it_was() {
    let lab = Lab::new().await;
    for (kind, bytes, content_type) in [
        ("IMAGE", a_jpeg(), "image/jpeg"),
        ("IMAGE", a_png(), "image/png"),
        ("VIDEO", an_mp4(), "video/mp4"),
        ("VIDEO", a_mov(), "video/quicktime"),
    ] {
        let (kind_part, file) = (("type", None, kind.as_bytes()), ("file", Some("../a.exe"), &*bytes));
        for parts in [[kind_part, file], [file, kind_part]] {
            let sent = send(&lab, &parts).await;
            assert_eq!(sent.status, 201, "{}", sent.text());
            let message = sent.json();
            assert_eq!((&message["type"], &message["isDeleted"]), (&json!(kind), &json!(false)));
            let served = fetch(&lab, message["content"].as_str().unwrap()).await;
            assert_eq!((served.status, served.header("content-type")), (200, content_type));
            assert!(served.body == bytes, "served as it was sent");

            let download = format!("/chats/{}/downloadFile", message["id"].as_str().unwrap());
            let original = lab.call("maker", get(&download)).await;
            assert!(original.header("content-type").starts_with("text/plain"));
            assert!(fetch(&lab, original.text()).await.body == bytes, "a bare URL of the same file");
        }
    }
    assert_eq!(lab.unfinished_uploads(), 0);
    let room = lab.call("maker", get(&format!("/chatRooms/{}", lab.room.id()))).await.json();
    assert_eq!(room["lastChat"], "동영상");
}

#[actix_web::test]
async fn a_form_that_can_not_be_sent_is_refused_and_leaves_nothing() {
    let lab = Lab::new().await;
    let (jpeg, mp4) = (a_jpeg(), an_mp4());
    let (image, video, text) =
        (("type", None, &b"IMAGE"[..]), ("type", None, &b"VIDEO"[..]), ("type", None, &b"TEXT"[..]));
    let (picture, film) = (("file", Some("a.jpg"), &*jpeg), ("file", Some("a.mp4"), &*mp4));
    let (page, empty) = (("file", Some("a.jpg"), &b"<!DOCTYPE html>"[..]), ("file", Some(""), &b""[..]));
    let other = ("photo", Some("a.jpg"), &*jpeg);
    for (parts, code) in [
        (&[image][..], "FILE_MISSING"),
        (&[image, empty], "FILE_MISSING"),
        (&[image, other], "FILE_MISSING"),
        (&[picture], "VALIDATION_FAILED"),
        (&[picture, text], "VALIDATION_FAILED"),
        (&[text, picture], "VALIDATION_FAILED"),
        (&[("type", None, b"image"), picture], "VALIDATION_FAILED"),
        (&[("type", None, &[b'I'; 1000]), picture], "VALIDATION_FAILED"),
        (&[image, picture, picture], "VALIDATION_FAILED"),
        (&[image, image, picture], "VALIDATION_FAILED"),
        (&[image, film], "FILE_TYPE_NOT_ALLOWED"),
        (&[film, image], "FILE_TYPE_NOT_ALLOWED"),
        (&[video, picture], "FILE_TYPE_NOT_ALLOWED"),
        (&[image, page], "FILE_TYPE_NOT_ALLOWED"),
        (&[page, image], "FILE_TYPE_NOT_ALLOWED"),
        (&[], "VALIDATION_FAILED"),
    ] {
        let answer = send(&lab, parts).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{:?}", answer.text());
        assert_eq!(lab.unfinished_uploads(), 0);
    }
    let history = lab.call("maker", get(&format!("/chatRooms/{}/chats", lab.room.id()))).await.json();
    assert_eq!(history["totalCount"], 0);
}

#[actix_web::test]
async fn a_file_may_be_as_short_as_what_tells_its_type() {
    let lab = Lab::new().await;
    let jpeg = a_jpeg();
    let parts = [("type", None, &b"IMAGE"[..]), ("file", Some("a.jpg"), &jpeg[..12])];
    assert_eq!(send(&lab, &parts).await.status, 201);
}

#[actix_web::test]
async fn other_parts_of_a_form_are_passed_over() {
    let lab = Lab::new().await;
    let jpeg = a_jpeg();
    let parts = [
        ("note", None, &b"x"[..]),
        ("file", Some("a.jpg"), &*jpeg),
        ("senderId", None, b"me"),
        ("type", None, b"IMAGE"),
    ];
    assert_eq!(send(&lab, &parts).await.status, 201);
}

#[actix_web::test]
async fn a_file_may_have_as_many_bytes_as_its_kind_and_not_one_more() {
    let lab = Lab::new().await;
    let limit = MediaKind::Image.max_bytes();
    let (most, more) = (padded(a_jpeg(), limit), padded(a_jpeg(), limit + 1));
    let kind = ("type", None, &b"IMAGE"[..]);
    assert_eq!(send(&lab, &[kind, ("file", Some("a"), &most)]).await.status, 201);
    for parts in [[kind, ("file", Some("a"), &*more)], [("file", Some("a"), &*more), kind]] {
        let answer = send(&lab, &parts).await;
        assert_eq!(answer.refusal(), (400, "FILE_TOO_LARGE".to_owned()));
        assert!(answer.json()["message"].as_str().unwrap().contains("5 MiB"));
        assert_eq!(lab.unfinished_uploads(), 0);
    }
    // What is too large for an image is not for a video.
    let film = padded(an_mp4(), limit + 1);
    assert_eq!(send(&lab, &[("type", None, b"VIDEO"), ("file", Some("a"), &film)]).await.status, 201);
}

#[actix_web::test]
async fn a_form_that_breaks_off_or_is_none_is_refused_and_leaves_nothing() {
    let lab = Lab::new().await;
    let jpeg = a_jpeg();
    let whole = form(&[("type", None, b"IMAGE"), ("file", Some("a.jpg"), &jpeg)]);
    for length in [whole.len() - 3, whole.len() - BOUNDARY.len(), whole.len() - 1000, 200, 100, 10, 0] {
        let answer = send_as(&lab, "dreamer", whole[..length].to_vec()).await;
        assert_eq!(answer.field_error().0, "body", "cut off after {length} bytes");
        assert_eq!(lab.unfinished_uploads(), 0);
    }
    let nameless = format!("--{BOUNDARY}\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--{BOUNDARY}--\r\n");
    for body in
        ["{}", "type=IMAGE", &nameless, &format!("--{BOUNDARY}--\r\n").repeat(2).replace("--\r\n", "")]
    {
        assert_eq!(send_as(&lab, "dreamer", body.into()).await.field_error().0, "body", "{body}");
    }
}

#[actix_web::test]
async fn whoever_may_not_write_is_refused_before_anything_is_read() {
    let lab = Lab::new().await;
    let answer = send_as(&lab, "stranger", b"no form at all".to_vec()).await;
    assert_eq!(answer.refusal(), (403, "ROOM_FORBIDDEN".to_owned()));
    let answer = send_as(&lab, "nobody", b"no form at all".to_vec()).await;
    assert_eq!(answer.refusal(), (401, "TOKEN_INVALID".to_owned()));
}
