//! Password hashing: argon2id for everybody, bcrypt for those who were brought over.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use argon2::password_hash::phc::{Output, PasswordHash as Phc, Salt};
use argon2::password_hash::try_generate_salt;
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use async_trait::async_trait;
use auth::{HashingError, Password, PasswordAttempt, PasswordHasher, Verified};
use crossbeam_channel::{Receiver, Sender, unbounded};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, sleep_until};
use user::PasswordHash;

/// The hash of a password that nobody has, made with today's parameters: what is checked when there is
/// no hash, so that this takes as long as if there were one.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$fYbN0qyxnV4zXE0jZTYXJw$8Mh+OLiEcz0MkpdPz+hT40dwf4pm7yQ8bfzUbRhUOR8";

/// What argon2 fills in order to take its time.
type Memory = Vec<Block>;

/// What a hashing thread is asked to do, in memory of its own.
type Work = Box<dyn FnOnce(&mut Memory) + Send>;

/// Argon2id with 19 MiB, 2 passes and 1 lane, on threads of its own.
///
/// At most as many passwords as there are cores are hashed at once: more would not be faster, and each
/// takes 19 MiB. The others wait for their turn, in order, and give up after a while. The threads are always
/// the same and keep their memory: the allocator keeps such a block for each thread that ever asked for one,
/// and more in between. On tokio's blocking threads twenty log-ins left 200 MiB behind.
///
/// A bcrypt hash takes as long as its cost says, which is not as long as argon2id takes. So that an account that
/// was brought over can't be told from one that doesn't exist, no wrong password is answered before
/// [`Self::REFUSED_AFTER`], which is longer than either takes.
#[derive(Debug)]
pub struct Argon2Hasher {
    turns: Arc<Semaphore>,
    threads: Sender<Work>,
    patience: Duration,
}

impl Default for Argon2Hasher {
    /// One password a core, ten seconds of patience: less than clients have.
    fn default() -> Self {
        Self::new(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN), Duration::from_secs(10))
    }
}

impl Argon2Hasher {
    /// How long it takes at least to refuse a password, from its turn on.
    const REFUSED_AFTER: Duration = Duration::from_millis(250);

    /// Hashes at most `at_once` passwords at the same time; one that has not begun after `patience` is
    /// refused as [`HashingError::Overloaded`].
    pub fn new(at_once: NonZeroUsize, patience: Duration) -> Self {
        let (threads, work) = unbounded();
        for _ in 0..at_once.get() {
            serve(work.clone());
        }
        Self { turns: Arc::new(Semaphore::new(at_once.get())), threads, patience }
    }

    /// Does `work` on a hashing thread, when it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_elapsed| HashingError::Overloaded)?
            .map_err(failed)?;
        let (reply, answer) = oneshot::channel();
        // The turn ends with the work, not with the caller: one who hangs up must not let another in
        // while the work goes on.
        let work: Work = Box::new(move |memory| {
            let _turn = turn;
            // A caller who has hung up doesn't want it any more.
            let _ = reply.send(work(memory));
        });
        self.threads.send(work).map_err(|_| failed("the hashing threads have ended"))?;
        answer.await.map_err(failed)?
    }
}

/// Starts a thread that does what comes until the hasher is dropped, also after work that panicked.
fn serve(work: Receiver<Work>) {
    let run = move || {
        let mut memory = Memory::new();
        for one in work {
            if catch_unwind(AssertUnwindSafe(|| one(&mut memory))).is_err() {
                tracing::error!("hashing a password panicked");
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("hashing".to_owned()).spawn(run) {
        tracing::error!(%error, "a hashing thread could not be started");
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HashingError> {
        self.in_turn(move |memory| hash_argon2(password.expose().as_bytes(), memory)).await
    }

    async fn verify(
        &self,
        attempt: PasswordAttempt,
        hash: Option<PasswordHash>,
    ) -> Result<Verified, HashingError> {
        let (verified, refused_at) = self
            .in_turn(move |memory| {
                let refused_at = Instant::now() + Self::REFUSED_AFTER;
                let verified = match hash {
                    Some(hash) if is_bcrypt(hash.as_str()) => verify_bcrypt(&attempt, hash.as_str()),
                    Some(hash) => verify_argon2(&attempt, hash.as_str(), memory),
                    None => verify_argon2(&attempt, NOBODYS, memory).map(|_whatever| Verified::No),
                };
                Ok((verified?, refused_at))
            })
            .await?;
        if verified == Verified::No {
            sleep_until(refused_at).await;
        }
        Ok(verified)
    }
}

fn todays() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn is_bcrypt(hash: &str) -> bool {
    ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| hash.starts_with(prefix))
}

fn verify_bcrypt(attempt: &PasswordAttempt, hash: &str) -> Result<Verified, HashingError> {
    let is_right = bcrypt::verify(attempt.expose(), hash).map_err(failed)?;
    Ok(if is_right { Verified::YesButOutdated } else { Verified::No })
}

fn hash_argon2(password: &[u8], memory: &mut Memory) -> Result<PasswordHash, HashingError> {
    let salt = try_generate_salt().map_err(failed)?;
    let salt = Salt::new(&salt).map_err(failed)?;
    let argon2 = todays();
    let hash = Phc {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: argon2.params().try_into().map_err(failed)?,
        salt: Some(salt),
        hash: Some(compute(&argon2, password, &salt, memory)?),
    };
    Ok(hash.to_string().into())
}

fn verify_argon2(
    attempt: &PasswordAttempt,
    hash: &str,
    memory: &mut Memory,
) -> Result<Verified, HashingError> {
    let hash = Phc::new(hash).map_err(failed)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        // Notation for parameters alone: against it every password would just be wrong.
        return Err(failed("a password hash that was cut off"));
    };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(failed)?;
    let version = hash.version.map(Version::try_from).transpose().map_err(failed)?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).map_err(failed)?);
    // They are compared in constant time.
    if compute(&argon2, attempt.expose().as_bytes(), salt, memory)? != *expected {
        return Ok(Verified::No);
    }
    Ok(if is_outdated(&hash)? { Verified::YesButOutdated } else { Verified::Yes })
}

fn compute(
    argon2: &Argon2,
    password: &[u8],
    salt: &[u8],
    memory: &mut Memory,
) -> Result<Output, HashingError> {
    // What is left of the password before is overwritten before it's read.
    memory.resize(memory.len().max(argon2.params().block_count()), Block::default());
    let mut buffer = [0; Output::MAX_LENGTH];
    let length = argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let output = buffer.get_mut(..length).ok_or_else(|| failed("a hash of impossible length"))?;
    argon2.hash_password_into_with_memory(password, salt, output, memory).map_err(failed)?;
    Output::new(output).map_err(failed)
}

/// Whether a hash is weaker than those of today.
fn is_outdated(hash: &Phc) -> Result<bool, HashingError> {
    let (its, todays) = (Params::try_from(hash).map_err(failed)?, Params::DEFAULT);
    let is_weaker = its.m_cost() < todays.m_cost() || its.t_cost() < todays.t_cost();
    let is_other = hash.algorithm != ARGON2ID_IDENT || hash.version != Some(Version::V0x13.into());
    Ok(is_weaker || is_other)
}

fn failed(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> HashingError {
    HashingError::Failed(source.into())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use argon2::PasswordHasher as _;

    use super::*;

    const ONE: NonZeroUsize = NonZeroUsize::MIN;

    fn password(text: &str) -> Password {
        Password::try_from(text.to_owned()).unwrap()
    }

    fn attempt(text: &str) -> PasswordAttempt {
        PasswordAttempt::try_from(text.to_owned()).unwrap()
    }

    async fn verify(text: &str, hash: &str) -> Result<Verified, HashingError> {
        Argon2Hasher::default().verify(attempt(text), Some(hash.to_owned().into())).await
    }

    auth::password_hasher_contract!(async { Arc::new(Argon2Hasher::default()) as Arc<dyn PasswordHasher> });

    #[tokio::test]
    async fn a_bcrypt_hash_of_any_version_is_verified_and_outdated() {
        let parts = bcrypt::hash_with_salt("secret", 4, [7; 16]).unwrap();
        for version in [bcrypt::Version::TwoA, bcrypt::Version::TwoB, bcrypt::Version::TwoY] {
            let hash = parts.format_for_version(version);
            assert_eq!(verify("secret", &hash).await.unwrap(), Verified::YesButOutdated);
            assert_eq!(verify("Secret", &hash).await.unwrap(), Verified::No);
        }
    }

    #[tokio::test]
    async fn a_hash_weaker_than_todays_is_outdated_and_a_stronger_one_is_not() {
        let of = |algorithm, memory, passes| {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let argon2 = Argon2::new(algorithm, Version::V0x13, params);
            argon2.hash_password(b"secret").unwrap().to_string()
        };
        for weak in [
            of(Algorithm::Argon2id, 64, 2),
            of(Algorithm::Argon2id, 19_456, 1),
            of(Algorithm::Argon2i, 19_456, 2),
        ] {
            assert_eq!(verify("secret", &weak).await.unwrap(), Verified::YesButOutdated, "{weak}");
        }
        assert_eq!(verify("secret", &of(Algorithm::Argon2id, 20_000, 3)).await.unwrap(), Verified::Yes);
    }

    #[tokio::test]
    async fn no_wrong_password_is_refused_early_whatever_it_is_held_against() {
        let brought_over = bcrypt::hash("secret", 4).unwrap();
        for hash in [NOBODYS, &brought_over] {
            let began = Instant::now();
            assert_eq!(verify("wrong", hash).await.unwrap(), Verified::No);
            assert!(began.elapsed() >= Argon2Hasher::REFUSED_AFTER);
        }
    }

    #[test]
    fn nobodys_hash_is_one_of_todays() {
        assert!(!is_outdated(&Phc::new(NOBODYS).unwrap()).unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_get_a_turn_in_time_is_told_so() {
        let hasher = Argon2Hasher::new(ONE, Duration::from_secs(10));
        let _busy = Arc::clone(&hasher.turns).acquire_owned().await.unwrap();
        let refused = hasher.verify(attempt("secret"), None).await.unwrap_err();
        assert!(matches!(refused, HashingError::Overloaded));
    }

    #[tokio::test]
    async fn the_async_thread_stays_free_while_passwords_are_hashed() {
        let hasher = Arc::new(Argon2Hasher::new(ONE, Duration::from_mins(1)));
        let started = Instant::now();
        let work = tokio::spawn({
            let hasher = Arc::clone(&hasher);
            async move {
                for _ in 0..4 {
                    hasher.hash(password("secret")).await.unwrap();
                }
                started.elapsed()
            }
        });
        let mut longest_pause = Duration::ZERO;
        while !work.is_finished() {
            let before = Instant::now();
            tokio::task::yield_now().await;
            longest_pause = longest_pause.max(before.elapsed());
        }
        let whole = work.await.unwrap();
        assert!(longest_pause < whole / 2, "a pause of {longest_pause:?} in {whole:?}");
    }

    #[tokio::test]
    async fn a_caller_who_hangs_up_keeps_its_turn_until_the_work_is_done() {
        let hasher = Arc::new(Argon2Hasher::new(ONE, Duration::from_mins(1)));
        let (begin, began) = tokio::sync::oneshot::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let caller = tokio::spawn({
            let hasher = Arc::clone(&hasher);
            async move {
                hasher
                    .in_turn(move |_| {
                        begin.send(()).unwrap();
                        released.recv().map_err(failed)
                    })
                    .await
            }
        });
        began.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(hasher.turns.available_permits(), 0);
        release.send(()).unwrap();
        hasher.hash(password("secret")).await.unwrap();
    }
}
