//! One server to a data folder: a second one on the same SQLite file would not see the first one's
//! signals, nor share its limits.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The data folder is this process's, until this is dropped or the process dies, however it dies: the
/// operating system frees the lock.
#[derive(Debug)]
pub struct DataDirLock {
    _file: File,
}

/// Why the data folder can't be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("the data folder {} is in use by another goforme server", .0.display())]
    InUse(PathBuf),
    /// It can't be made or written to.
    #[error("the data folder {} can't be used", .0.display())]
    Unusable(PathBuf, #[source] io::Error),
}

impl DataDirLock {
    /// The file in the data folder that is locked. It stays when the lock is freed: removing it could
    /// let two processes lock two files of the same name.
    const FILE: &str = "server.lock";

    /// Takes the folder, which is made if need be. Doesn't wait for whoever has it.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let unusable = |error| LockError::Unusable(folder.to_owned(), error);
        fs::create_dir_all(folder).map_err(unusable)?;
        let file = File::create(folder.join(Self::FILE)).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}
