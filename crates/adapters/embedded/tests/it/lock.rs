//! The lock on the data folder.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use goforme_embedded::{DataDirLock, LockError};
use tempfile::{TempDir, tempdir};

/// Tells [`a_process_that_holds_the_lock_until_it_is_killed`] which folder to lock.
const FOLDER: &str = "GOFORME_TEST_LOCKED_FOLDER";
const LOCKED: &str = "the folder is locked";

fn folder() -> (TempDir, PathBuf) {
    let temporary = tempdir().unwrap();
    let data = temporary.path().join("data");
    (temporary, data)
}

#[test]
fn a_second_server_is_told_which_folder_is_taken() {
    let (_temporary, data) = folder();
    let first = DataDirLock::take(&data).unwrap();
    let refused = DataDirLock::take(&data).unwrap_err();
    assert!(matches!(refused, LockError::InUse(_)), "{refused:?}");
    assert!(refused.to_string().contains(data.to_str().unwrap()), "{refused}");
    drop(first);
    DataDirLock::take(&data).unwrap();
}

#[test]
fn two_folders_do_not_disturb_each_other() {
    let (_temporary, data) = folder();
    let _one = DataDirLock::take(&data.join("one")).unwrap();
    let _other = DataDirLock::take(&data.join("other")).unwrap();
}

#[test]
fn a_folder_that_can_not_be_made_is_named() {
    let (temporary, _) = folder();
    let file = temporary.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = DataDirLock::take(&file.join("data")).unwrap_err();
    assert!(matches!(refused, LockError::Unusable(..)), "{refused:?}");
    assert!(refused.to_string().contains(file.to_str().unwrap()), "{refused}");
}

#[test]
fn the_folder_of_a_process_that_was_killed_is_free() {
    let (_temporary, data) = folder();
    let mut holder = lock_in_another_process(&data);
    assert!(matches!(DataDirLock::take(&data), Err(LockError::InUse(_))));
    holder.kill().unwrap();
    holder.wait().unwrap();
    DataDirLock::take(&data).unwrap();
}

/// This test program, running the test below and nothing else, with the lock in its hands.
fn lock_in_another_process(data: &PathBuf) -> Child {
    let mut holder = Command::new(env::current_exe().unwrap())
        .args(["--exact", "lock::a_process_that_holds_the_lock_until_it_is_killed", "--nocapture"])
        .env(FOLDER, data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains(LOCKED)), "the other process has the lock");
    holder
}

/// Nothing to see unless another test has started this program to be killed.
#[test]
fn a_process_that_holds_the_lock_until_it_is_killed() {
    let Some(data) = env::var_os(FOLDER) else { return };
    let _lock = DataDirLock::take(data.as_ref()).unwrap();
    println!("{LOCKED}");
    // Ends when the other process does, so that nothing is left behind if that fails.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
