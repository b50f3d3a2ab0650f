//! Starting, running and stopping the process.

use std::fs;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use testkit::people::dreamer_profile;
use testkit::{Guest, TestApp, only_embedded};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::GOFORME;
use crate::in_flight::{address, all_is_read};
use testkit::operator::{ledger_is_clean, statistics_are_right};

/// A start that fails, or a command, is over before that.
const SOON: Duration = Duration::from_secs(10);

/// `goforme` with these arguments and this environment, to its end.
async fn goforme(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(GOFORME);
    command
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    timeout(SOON, command.output()).await.expect("it ends").unwrap()
}

/// What a process that failed wrote, which has to be one line.
#[track_caller]
fn its_one_line(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!output.status.success(), "it should have failed: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(output.stdout.is_empty());
    said.trim_end().to_owned()
}

/// What a process said last before it failed.
#[track_caller]
fn its_last_line(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

/// The resident memory of a process, in MiB.
fn resident_mib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::test]
async fn a_server_on_an_empty_folder_answers_at_once_and_needs_little() {
    let began = Instant::now();
    let app = TestApp::start(GOFORME).await;
    app.get("/users/makers", &Guest).await.expect(200);
    let (took, mib) = (began.elapsed(), resident_mib(app.pid()));
    println!("the first answer came after {took:?}; {mib} MiB are resident");
    // A debug build on a machine that has other things to do: a release on its own takes a tenth.
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(mib < 100, "{mib} MiB");
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused_and_hurts_nobody() {
    only_embedded!("servers may have several processes");
    let app = TestApp::start(GOFORME).await;
    let line = its_one_line(&timeout(SOON, app.run(&["serve"])).await.expect("it ends"));
    assert!(
        line.starts_with("goforme: DATA_DIR") && line.contains("in use by another goforme server"),
        "{line}"
    );
    app.sign_up_dreamer().await;
}

#[tokio::test]
async fn data_is_free_again_as_soon_as_its_server_is_gone() {
    let mut app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    assert!(app.stop().await.success());
    app.restart().await;
    app.get("/users/me", &user).await.expect(200);
    app.kill9();
    app.restart().await;
    app.get("/users/me", &user).await.expect(200);
}

/// Variables with values that they can't have; one that stands alone lacks the other half of its pair.
const WRONG: [(&str, &str); 23] = [
    ("APP_ENV", "prod"),
    ("HTTP_ADDR", "localhost"),
    ("HTTP_ADDR", "192.0.2.1:1"),
    ("ADMIN_ADDR", "127.0.0.1"),
    ("HTTP_WORKERS", "0"),
    ("PUBLIC_URL", "api.example.com"),
    ("CLIENT_REDIRECT", "/home"),
    ("TRUSTED_PROXIES", "everybody"),
    ("CORS_ORIGINS", "*"),
    ("ACCESS_TOKEN_TTL", "24"),
    ("REFRESH_TOKEN_TTL", "0s"),
    ("JWT_SECRET", "short"),
    ("CHAT_MESSAGE_LIMIT", "0"),
    ("CONNECTION_LIMIT", "many"),
    ("DATABASE_URL", "mysql://u:p@db"),
    ("MONGODB_URI", "localhost:27017"),
    ("REDIS_URL", "redis://"),
    ("S3_REGION", "alone"),
    ("PORTONE_API_SECRET", "alone"),
    ("PORTONE_API_BASE", "portone"),
    ("GOOGLE_CLIENT_ID", "alone"),
    ("KAKAO_CLIENT_SECRET", "alone"),
    ("TEST_CLOCK_AHEAD", "soon"),
];

#[tokio::test]
async fn a_wrong_setting_stops_the_start_with_one_line_that_names_it() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data").to_str().unwrap().to_owned();
    let a_file = data.path().join("file");
    fs::write(&a_file, "no folder").unwrap();
    let a_file = a_file.to_str().unwrap();
    for (name, value) in WRONG.into_iter().chain([("DATA_DIR", a_file)]) {
        let usual = [
            ("APP_ENV", "test"),
            ("DATA_DIR", &folder),
            ("HTTP_ADDR", "127.0.0.1:0"),
            ("ADMIN_ADDR", "127.0.0.1:0"),
        ];
        let variables: Vec<_> =
            usual.into_iter().filter(|(usual, _)| *usual != name).chain([(name, value)]).collect();
        let line = its_one_line(&goforme(&["serve"], &variables).await);
        let area = name.split('_').next().unwrap();
        let names_it =
            line.starts_with(&format!("goforme: {name}")) || (value == "alone" && line.contains(area));
        assert!(names_it && !line.contains("u:p"), "{name}={value}: {line}");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_and_a_file_that_cannot_be_written_are_named() {
    let app = TestApp::start(GOFORME).await;
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    let usual = [("APP_ENV", "test"), ("DATA_DIR", folder), ("ADMIN_ADDR", "127.0.0.1:0")];
    let taken = app.url("").trim_start_matches("http://").to_owned();
    let line = its_one_line(&goforme(&["serve"], &[&usual[..], &[("HTTP_ADDR", &taken)]].concat()).await);
    assert!(line.starts_with("goforme: HTTP_ADDR") && line.contains(&taken), "{line}");
    let nowhere = data.path().join("no/such/folder/address");
    for name in ["HTTP_ADDR_FILE", "ADMIN_ADDR_FILE"] {
        let free = [("HTTP_ADDR", "127.0.0.1:0"), (name, nowhere.to_str().unwrap())];
        // It is written when all else went well, which was logged.
        let line = its_last_line(&goforme(&["serve"], &[&usual[..], &free[..]].concat()).await);
        assert!(line.starts_with(&format!("goforme: {name}")), "{line}");
    }
}

#[tokio::test]
async fn production_starts_only_with_what_must_not_be_guessed() {
    let data = tempfile::tempdir().unwrap();
    let variables = [("APP_ENV", "production"), ("DATA_DIR", data.path().to_str().unwrap())];
    let line = its_one_line(&goforme(&["serve"], &variables).await);
    assert!(line.starts_with("goforme: PUBLIC_URL: not set"), "{line}");
    assert!(!data.path().join("goforme.sqlite3").exists());
}

#[tokio::test]
async fn what_is_in_flight_is_finished_before_the_process_ends() {
    for ctrl_c in [false, true] {
        let mut app = TestApp::start(GOFORME).await;
        let address = address(&app);
        let user = json!({
            "role": "DREAMER", "nickName": "slow", "email": "slow@example.com", "password": "correct horse",
            "phoneNumber": "010",
        });
        let body = json!({ "user": user, "profile": dreamer_profile() }).to_string();
        let (first, rest) = body.split_at(body.len() / 2);
        let mut slow = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /auth/signup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        slow.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
        // Those who only listen don't keep it from ending.
        let idle = TcpStream::connect(address).await.unwrap();
        let dreamer = app.sign_up_dreamer().await;
        let stream =
            app.request(reqwest::Method::GET, "/notifications/stream", &dreamer).send().await.unwrap();
        all_is_read(&app).await;
        let finish = async {
            testkit::eventually("nobody new is let in", || async {
                TcpStream::connect(address).await.is_err().then_some(())
            })
            .await;
            slow.write_all(rest.as_bytes()).await.unwrap();
            let mut reply = Vec::new();
            slow.read_to_end(&mut reply).await.unwrap();
            String::from_utf8(reply).unwrap()
        };
        let ended = async { if ctrl_c { app.interrupt().await } else { app.stop().await } };
        let (reply, ended) = tokio::join!(finish, ended);
        assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
        assert!(ended.success(), "{ended}");
        drop((idle, stream));
        app.restart().await;
        app.log_in("slow@example.com", "correct horse").await;
    }
}

#[tokio::test]
async fn commands_that_only_read_work_beside_a_server_and_without_one() {
    let mut app = TestApp::start(GOFORME).await;
    let trip = app.confirmed_trip(10).await;
    app.room_of(&trip).await;
    for _ in 0..2 {
        ledger_is_clean(&app).await;
        testkit::operator::drained(&app).await;
        let failed = app.run(&["jobs", "list", "--failed"]).await;
        assert!(failed.status.success() && failed.stdout.is_empty());
        let retried = app.run(&["jobs", "retry"]).await;
        assert_eq!(String::from_utf8_lossy(&retried.stdout), "0 jobs were put back\n");
        statistics_are_right(&app).await;
        app.kill9();
    }
    app.restart().await;
    app.get("/users/me", &trip.dreamer).await.expect(200);
}

#[tokio::test]
async fn the_command_line_explains_itself() {
    for (arguments, expected) in [
        (&["--help"][..], "serve"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
        (&["ledger", "--help"], "verify"),
        (&["openapi"], "\"openapi\": \"3.1.0\""),
    ] {
        let output = goforme(arguments, &[]).await;
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    let unknown = goforme(&["nonsense"], &[]).await;
    assert_eq!(unknown.status.code(), Some(2));
}

#[tokio::test]
async fn the_secret_that_tokens_are_signed_with_is_made_once_and_is_nobody_elses_business() {
    use std::os::unix::fs::PermissionsExt;
    only_embedded!("several processes are given their secret");
    let mut app = TestApp::start(GOFORME).await;
    let user = app.sign_up_dreamer().await;
    let secret = app.data_dir().join("jwt-secret");
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o077, 0);
    let before = fs::read(&secret).unwrap();
    app.restart().await;
    assert_eq!(fs::read(&secret).unwrap(), before);
    app.get("/users/me", &user).await.expect(200);
    let log = app.log();
    for hidden in [&*user.token, &user.refresh_token, &user.email, testkit::people::PASSWORD] {
        assert!(!log.contains(hidden), "the log shows {hidden}");
    }
}
