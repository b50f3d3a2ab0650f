//! Secrets that the product makes for itself.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use tempfile::NamedTempFile;

/// Fewer characters than this can be guessed, or were cut off while somebody copied them.
const MIN_CHARACTERS: usize = 32;

/// The secret in the file at `path`; if there is none yet, a new one of 256 random bits is written
/// there, readable by its owner only. When several processes start at once, they agree on one secret.
/// A file that holds fewer than 32 characters is an error: replacing it would log everybody out.
pub fn load_or_create_secret(path: &Path) -> io::Result<SecretString> {
    match fs::read_to_string(path) {
        Ok(text) => checked(&text, path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        Err(error) => Err(error),
    }
}

/// 256 bits from the operating system, as base64url without padding (43 characters).
pub(crate) fn random_text() -> Result<SecretString, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}

fn create(path: &Path) -> io::Result<SecretString> {
    let secret = random_text().map_err(io::Error::other)?;
    let directory = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    // A temporary file belongs to its owner only (0600). It gets its name once it is whole, and only if
    // no other process was first: nobody ever reads half a secret, or one that is replaced later.
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(secret.expose_secret().as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            fs::File::open(directory)?.sync_all()?;
            Ok(secret)
        }
        Err(lost) if lost.error.kind() == io::ErrorKind::AlreadyExists => {
            checked(&fs::read_to_string(path)?, path)
        }
        Err(failed) => Err(failed.error),
    }
}

fn checked(text: &str, path: &Path) -> io::Result<SecretString> {
    let secret = text.trim();
    if secret.chars().count() < MIN_CHARACTERS {
        let message = format!("the secret in {} has fewer than {MIN_CHARACTERS} characters", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(secret.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("jwt.secret");
        let made = load_or_create_secret(&path).unwrap();
        assert_eq!(made.expose_secret().len(), 43);
        assert_eq!(load_or_create_secret(&path).unwrap().expose_secret(), made.expose_secret());
    }

    #[test]
    fn only_the_owner_may_read_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("jwt.secret");
        load_or_create_secret(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[test]
    fn processes_that_start_at_once_agree_on_one_secret() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("jwt.secret");
        let secrets: Vec<String> = thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| load_or_create_secret(&path))).collect();
            starts.into_iter().map(|s| s.join().unwrap().unwrap().expose_secret().to_owned()).collect()
        });
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }

    #[test]
    fn a_file_with_too_short_a_secret_stops_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("jwt.secret");
        fs::write(&path, "short\n").unwrap();
        let refused = load_or_create_secret(&path).unwrap_err();
        assert!(refused.to_string().contains("jwt.secret"), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "short\n", "and it isn't overwritten");
    }

    #[test]
    fn the_end_of_line_of_an_editor_does_not_count() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("jwt.secret");
        fs::write(&path, format!("{}\n", "s".repeat(40))).unwrap();
        assert_eq!(load_or_create_secret(&path).unwrap().expose_secret(), "s".repeat(40));
    }
}
