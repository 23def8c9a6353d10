//! What a server is given: project, keys, limits.
use core::fmt;
use core::time::Duration;
use hashlift::SecretBytes;
use subtle::ConstantTimeEq;

/// How the router behaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The one project there is: clients send its id as `X-Appwrite-Project`.
    pub project: String,
    /// The keys that clients may send as `X-Appwrite-Key`.
    pub keys: Vec<Key>,
    /// Who sees the page for people at `/`.
    pub page: Page,
    /// Origins of browsers that may read answers, such as `https://app.example`. Those of the
    /// machine itself (`localhost`, `127.0.0.1`, `[::1]`) always may.
    pub origins: Vec<String>,
    /// Largest body of a request. Preferences may hold 64 KiB as the API measures them; blanks and
    /// escapes that clients put between come on top.
    pub body_bytes_max: usize,
    /// Deepest nesting of a JSON body.
    pub depth_max: usize,
    /// How long the body of a request may take.
    pub body_timeout: Duration,
    /// Memory for hashing, in KiB, over all requests. A hash that asks for more runs alone.
    pub hash_memory_kib: u32,
    /// Threads that hash at a time.
    pub hash_threads: usize,
    /// Requests that wait for a thread to hash in; the next is answered 503.
    pub hash_queue: usize,
    /// How long a request may wait for such a thread; then it is answered 503.
    pub hash_wait: Duration,
}

/// Who sees the page for people at `/`. It shows no secret, but it does show names and emails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Page {
    /// Nobody.
    Off,
    /// Whoever asks from this machine, under a name of this machine (so that no other site's name
    /// can be made to lead here).
    #[default]
    Loopback,
    /// Everybody.
    Open,
}

impl Options {
    /// A project and one key that may do everything; the defaults otherwise.
    #[must_use]
    pub fn new(project: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            project: project.into(),
            keys: vec![Key::new(key)],
            page: Page::default(),
            origins: Vec::new(),
            body_bytes_max: 128 * 1024,
            depth_max: 32,
            body_timeout: Duration::from_secs(10),
            hash_memory_kib: 512 * 1024,
            hash_threads: std::thread::available_parallelism().map_or(2, usize::from),
            hash_queue: 256,
            hash_wait: Duration::from_secs(30),
        }
    }
}

/// A key of the API, and what it may do.
#[derive(Clone)]
pub struct Key {
    secret: SecretBytes,
    scopes: Option<Vec<String>>,
}

impl Key {
    /// A key that may do everything.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self { secret: SecretBytes::new(secret.into().into_bytes()), scopes: None }
    }

    /// The same key held to some scopes, such as `users.read`.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Whether `sent` is this key. It takes the same time wherever they differ.
    pub(crate) fn is(&self, sent: &[u8]) -> bool {
        self.secret.expose().ct_eq(sent).into()
    }

    /// Whether the key has one of the scopes.
    pub(crate) fn has_one_of(&self, scopes: &[&str]) -> bool {
        match &self.scopes {
            None => true,
            Some(own) => scopes.iter().any(|scope| own.iter().any(|own| own == scope)),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// A key of 32 random bytes, in hexadecimal; `None` when there are no random bytes.
#[must_use]
pub fn random_key() -> Option<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).ok()?;
    let key = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    zeroize::Zeroize::zeroize(&mut bytes);
    Some(key)
}
