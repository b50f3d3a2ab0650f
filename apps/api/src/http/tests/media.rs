use actix_web::http::Method;
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use media::testing::{a_key, an_mp4};
use media::{MediaStore, MediaType, Rendition};

use super::get;
use super::lab::Lab;

/// The path of a film that is stored, with its query.
async fn a_film(lab: &Lab) -> String {
    let (files, key) = (&lab.opened.media_files, a_key(MediaType::Mp4));
    let upload = files.incoming().join("upload");
    std::fs::write(&upload, an_mp4()).unwrap();
    files.put(&key, MediaType::Mp4, &upload).await.unwrap();
    let url = files.url(&key, Rendition::Original, lab.opened.clock.now()).await.unwrap();
    url.strip_prefix("http://localhost:4000").unwrap().to_owned()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[actix_web::test]
async fn a_file_is_served_for_tags_on_pages_of_another_origin() {
    let lab = Lab::new().await;
    let answer = lab.call("", get(&a_film(&lab).await)).await;
    assert_eq!((answer.status, answer.body), (200, an_mp4()));
    for (name, value) in [
        ("content-type", "video/mp4"),
        ("content-disposition", "inline"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "private, max-age=3600, immutable"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(answer.headers.get(name).unwrap(), value);
    }
}

#[actix_web::test]
async fn a_part_of_a_file_is_served_to_whoever_asks_for_it() {
    let lab = Lab::new().await;
    let (path, film) = (a_film(&lab).await, an_mp4());
    let size = film.len();
    let ranged = |range: String| get(&path).insert_header(("Range", range));
    for (range, first, last) in [
        ("bytes=0-0".to_owned(), 0, 0),
        ("bytes=1000-1999".to_owned(), 1000, 1999),
        (format!("bytes=1000-{}", size * 2), 1000, size - 1),
        ("bytes=0-".to_owned(), 0, size - 1),
        ("bytes=-100".to_owned(), size - 100, size - 1),
    ] {
        let answer = lab.call("", ranged(range.clone())).await;
        assert_eq!((answer.status, answer.header("content-type")), (206, "video/mp4"), "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes {first}-{last}/{size}"));
        assert!(answer.body == film[first..=last], "{range}");
    }
    let beyond = lab.call("", ranged(format!("bytes={size}-"))).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, &*format!("bytes */{size}")));
    assert_eq!(lab.call("", ranged("seconds=1-2".to_owned())).await.status, 200);
}

#[actix_web::test]
async fn what_a_client_has_already_is_not_sent_again() {
    let lab = Lab::new().await;
    let path = a_film(&lab).await;
    let first = lab.call("", get(&path)).await;
    for (condition, value) in [("If-Modified-Since", "last-modified"), ("If-None-Match", "etag")] {
        let again = get(&path).insert_header((condition, first.header(value)));
        let answer = lab.call("", again).await;
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{condition}");
    }
}

#[actix_web::test]
async fn a_head_tells_the_size_and_sends_nothing() {
    let lab = Lab::new().await;
    let path = a_film(&lab).await;
    let answer = lab.call("", TestRequest::default().method(Method::HEAD).uri(&path)).await;
    assert_eq!((answer.status, answer.header("content-type"), answer.body.len()), (200, "video/mp4", 0));
    assert_eq!(answer.header("accept-ranges"), "bytes");
}

#[actix_web::test]
async fn a_link_works_as_it_is_and_for_an_hour_at_least() {
    let lab = Lab::new().await;
    let path = a_film(&lab).await;
    let bare = path.split('?').next().unwrap();
    let (rest, signature) = path.split_once("&signature=").unwrap();
    for changed in [
        bare.to_owned(),
        format!("{bare}?expires=x&signature={signature}"),
        format!("{rest}0&signature={signature}"),
        format!("{rest}&signature="),
        format!("{rest}&signature=x{signature}"),
        format!("{path}&signature={signature}"),
        path.replace("/media/chat/", "/media/chat/../"),
        "/media/".to_owned(),
        "/media/%2e%2e/goforme.sqlite3".to_owned(),
    ] {
        assert_eq!(
            lab.call("", get(&changed)).await.refusal(),
            refused(403, "MEDIA_LINK_INVALID"),
            "{changed}"
        );
    }
    lab.clock().advance(TimeDelta::minutes(59));
    assert_eq!(lab.call("", get(&path)).await.status, 200);
    lab.clock().advance(TimeDelta::hours(2));
    assert_eq!(lab.call("", get(&path)).await.refusal(), refused(403, "MEDIA_LINK_EXPIRED"));
}

#[actix_web::test]
async fn a_file_that_was_removed_is_not_found() {
    let lab = Lab::new().await;
    let path = a_film(&lab).await;
    let key = path.split('?').next().unwrap().strip_prefix("/media/").unwrap();
    lab.opened.media_files.delete(&key.try_into().unwrap()).await.unwrap();
    assert_eq!(lab.call("", get(&path)).await.refusal(), refused(404, "FILE_GONE"));
}
