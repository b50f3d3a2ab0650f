//! Empty stores.

use std::path::Path;

use goforme_embedded::Sqlite;
use rusqlite::Connection;

const FILE: &str = "goforme.db";

/// A store in memory.
pub fn in_memory() -> Sqlite {
    Sqlite::in_memory().unwrap()
}

/// A store in a file in `folder`, which has to outlive it. A temporary folder does if it is made in the
/// statement that uses the store: `case(on_disk(tempdir().unwrap().path())).await`.
pub fn on_disk(folder: &Path) -> Sqlite {
    Sqlite::open(&folder.join(FILE)).unwrap()
}

/// A hand in the database that is [`on_disk`] in `folder`.
pub fn raw(folder: &Path) -> Connection {
    Connection::open(folder.join(FILE)).unwrap()
}
