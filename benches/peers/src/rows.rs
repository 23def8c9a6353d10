//! The rows of the table: what is compared, with whom, and what we set out to reach.
use crate::measure::{Ask, Round, Spread, compare, on_cores};
use crate::peer::{self, Peer};

/// One kind of work.
pub(crate) struct Row {
    /// Its name, as `--only` and the last lines have it.
    pub(crate) work: &'static str,
    /// What people call it.
    label: &'static str,
    peer_name: &'static str,
    peer: Peer,
    round: Round,
    cores: usize,
    /// The peer's speed, so many times, is what we set out to reach.
    goal: f64,
}

/// A row with its figures.
pub(crate) struct Measured {
    pub(crate) work: &'static str,
    pub(crate) label: &'static str,
    pub(crate) peer_name: &'static str,
    pub(crate) goal: f64,
    pub(crate) ours: Spread,
    pub(crate) peer: Spread,
}

impl Measured {
    /// How many times the peer's speed.
    pub(crate) fn ratio(&self) -> f64 {
        self.peer.median / self.ours.median
    }
}

impl Row {
    /// One core, many at once.
    fn lanes(
        work: &'static str,
        label: &'static str,
        goal: f64,
        (peer_name, peer): (&'static str, Peer),
        count: usize,
    ) -> Self {
        let round = Round { ask: Ask::Together, users: count, count };
        Self { work, label, peer_name, peer, round, cores: 1, goal }
    }

    /// One core, one after another; memory may be kept from one to the next.
    fn single(
        work: &'static str,
        label: &'static str,
        goal: f64,
        (peer_name, peer): (&'static str, Peer),
        count: usize,
    ) -> Self {
        let round = Round { ask: Ask::OneByOne, users: count, count };
        Self { work, label, peer_name, peer, round, cores: 1, goal }
    }

    pub(crate) fn measure(&self, rounds: usize) -> Measured {
        let (ours, peer) = on_cores(self.cores, || compare(&self.peer, self.round, rounds));
        let &Self { work, label, peer_name, goal, .. } = self;
        Measured { work, label, peer_name, goal, ours, peer }
    }
}

/// Every row, in the table's order.
#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let crypt = |prefix, cost| ("libxcrypt", peer::libxcrypt(prefix, cost));
    let aws_lc = |tag| ("aws-lc", peer::aws_lc_pbkdf2(tag, 20_000));
    let scrypt = || ("OpenSSL", peer::openssl_scrypt(14));
    let scrypt_modified = || ("OpenSSL", peer::openssl_scrypt_modified(14));
    let sodium = |memory_kib, passes| ("libsodium", peer::libsodium(memory_kib, passes));
    let libargon2 = ("libargon2", peer::libargon2((65_536, 3, 4)));
    vec![
        Row::lanes("bcrypt-10 x64", "bcrypt cost 10, 64 at once", 3.5, crypt(c"$2b$", 10), 64),
        Row::single("bcrypt-10", "bcrypt cost 10, one", 1.0, crypt(c"$2b$", 10), 4),
        Row::lanes("phpass-13 x64", "PHPass 2^13, 64 at once", 50.0, ("OpenSSL", peer::openssl_phpass(13)), 64),
        Row::lanes("md5crypt x64", "md5crypt, 64 at once", 8.0, crypt(c"$1$", 0), 64),
        Row::lanes("sha512crypt-5000 x64", "sha512crypt, 5,000 rounds, 64 at once", 4.0, crypt(c"$6$", 5000), 64),
        Row::lanes("sha256crypt-5000 x64", "sha256crypt, 5,000 rounds, 64 at once", 5.0, crypt(c"$5$", 5000), 64),
        Row::lanes("pbkdf2-sha512 x64", "PBKDF2-SHA-512, 20,000 iterations, 64 at once", 4.0, aws_lc("pbkdf2-sha512"), 64),
        Row::lanes("pbkdf2-sha256 x64", "PBKDF2-SHA-256, 20,000 iterations, 64 at once", 2.0, aws_lc("pbkdf2-sha256"), 64),
        Row::lanes("pbkdf2-sha1 x64", "PBKDF2-SHA-1, 20,000 iterations, 64 at once", 3.0, aws_lc("pbkdf2"), 64),
        Row::lanes("scrypt-14-8-1 x16", "scrypt 2^14/8/1, 16 at once", 2.5, scrypt(), 16),
        Row::lanes(SCRYPT_MODIFIED, "Scrypt Modified 2^14/8/1 (Firebase), 16 at once", 2.5, scrypt_modified(), 16),
        Row::single("scrypt-14-8-1", "scrypt 2^14/8/1, one", 1.0, scrypt(), 4),
        Row::single("argon2id-19456-2-1", "Argon2id 19,456 KiB, 2 passes, one after another", 1.6, sodium(19_456, 2), 8),
        Row::single("argon2id-47104-1-1", "Argon2id 47,104 KiB, 1 pass, one after another", 2.0, sodium(47_104, 1), 8),
        Row::single("argon2id-65536-4-1", "Argon2id 65,536 KiB, 4 passes, one after another", 1.1, sodium(65_536, 4), 4),
        Row { cores: 2, ..Row::single("argon2id-65536-3-4", "Argon2id 65,536 KiB, 3 passes, 4 lanes, on two cores", 2.3, libargon2, 4) },
    ]
}

/// In the table, but not among the lines for machines: those have scrypt's own name for the kernel.
pub(crate) const SCRYPT_MODIFIED: &str = "scrypt-modified-14-8-1 x16";
