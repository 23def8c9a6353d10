//! What servers of SCRAM (RFC 5802, RFC 7677) keep: `StoredKey` and `ServerKey`, or the salted password.
//!
//! `SaltedPassword = PBKDF2(password, salt, rounds)`, `StoredKey = H(HMAC(SaltedPassword, "Client
//! Key"))`, `ServerKey = HMAC(SaltedPassword, "Server Key")`. The digest is all that is kept: both keys
//! are compared, and a wrapped hash holds neither, since `ServerKey` alone lets passwords be guessed.
//!
//! *Deviations*: RFC 5802 prepares the password by SASLprep (RFC 4013) and refuses what that prohibits.
//! PostgreSQL then takes the bytes as they stand, and so do we; Dovecot never prepares.
use super::{
    Algorithm, Cost, Digest, Lanes, Pbkdf2, Prf, Salt, grouped, grouped::Member, sealed::Sealed,
};
use crate::error::{DeriveError, OverLimit};
use crate::lanes::digest::Derivation;
use crate::limits::{self, Limits, at_most};
use crate::secret::Keyring;
use core::fmt;
use zeroize::Zeroizing;

/// What is done to the password first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScramPrep {
    /// Nothing: Dovecot.
    Raw,
    /// SASLprep, or nothing where SASLprep prohibits the password: PostgreSQL.
    Sasl,
}

/// What the server keeps.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScramKeep {
    /// `StoredKey ‖ ServerKey`.
    Keys(Prf),
    /// `SaltedPassword` for each function: passlib.
    Salted(Vec<Prf>),
}

/// The functions by name: no list, which in `Debug` might be one of bytes.
impl fmt::Debug for ScramKeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(prf) => write!(f, "Keys({prf:?})"),
            Self::Salted(prfs) => {
                f.write_str("Salted(")?;
                prfs.iter().try_for_each(|prf| write!(f, " {prf:?}"))?;
                f.write_str(" )")
            }
        }
    }
}

/// The setting of a SCRAM verifier.
#[derive(Clone, Debug)]
pub struct Scram {
    pub(crate) keep: ScramKeep,
    pub(crate) prep: ScramPrep,
    pub(crate) rounds: u32,
    pub(crate) salt: Salt,
}

impl Scram {
    /// A setting; `None` without rounds, without functions, or with one of them twice.
    #[must_use]
    pub fn new(
        keep: ScramKeep,
        prep: ScramPrep,
        rounds: u32,
        salt: impl Into<Salt>,
    ) -> Option<Self> {
        let distinct = match &keep {
            ScramKeep::Keys(_) => true,
            ScramKeep::Salted(prfs) => {
                let twice = |prf| prfs.iter().filter(|other| *other == prf).count() != 1;
                !prfs.is_empty() && !prfs.iter().any(twice)
            }
        };
        (rounds > 0 && distinct).then(|| Self { keep, prep, rounds, salt: salt.into() })
    }

    /// The iterations.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// What is done to the password first.
    #[must_use]
    pub fn prep(&self) -> ScramPrep {
        self.prep
    }

    fn prfs(&self) -> &[Prf] {
        match &self.keep {
            ScramKeep::Keys(prf) => core::slice::from_ref(prf),
            ScramKeep::Salted(prfs) => prfs,
        }
    }

    fn salted(&self, prf: Prf, password: &[u8]) -> Result<Digest, DeriveError> {
        // `new` has seen to the rounds, and every function yields 16 bytes or more.
        Pbkdf2::new(prf, self.rounds, self.salt.clone(), prf.digest_len()).map_or_else(
            || Ok(Digest::zeros(0)),
            |setting| setting.derive(password, &Keyring::EMPTY),
        )
    }

    fn keep(&self, password: &[u8]) -> Result<Digest, DeriveError> {
        match &self.keep {
            ScramKeep::Keys(prf) => Ok(keys(*prf, &self.salted(*prf, password)?)),
            ScramKeep::Salted(prfs) => {
                let mut kept = Zeroizing::new(Vec::with_capacity(self.digest_len()));
                for prf in prfs {
                    kept.extend(self.salted(*prf, password)?.expose());
                }
                Ok(Digest::new(core::mem::take(&mut *kept)))
            }
        }
    }

    /// What stands in for the password; `None` for the password itself.
    fn prepared(&self, password: &[u8]) -> Option<Zeroizing<String>> {
        match self.prep {
            ScramPrep::Sasl => saslprep(password),
            ScramPrep::Raw => None,
        }
    }
}

/// `StoredKey ‖ ServerKey` of a `SaltedPassword`.
fn keys(prf: Prf, salted: &Digest) -> Digest {
    let client = prf.hmac(salted.expose(), b"Client Key");
    let stored = prf.digest(&[client.expose()]);
    let server = prf.hmac(salted.expose(), b"Server Key");
    Digest::new([stored.expose(), server.expose()].concat())
}

impl Sealed for Scram {}
impl Algorithm for Scram {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        let prepared = self.prepared(password);
        self.keep(prepared.as_ref().map_or(password, |prepared| prepared.as_bytes()))
    }

    fn digest_len(&self) -> usize {
        match &self.keep {
            ScramKeep::Keys(prf) => prf.digest_len().saturating_mul(2),
            ScramKeep::Salted(prfs) => prfs.iter().map(|prf| prf.digest_len()).sum(),
        }
    }

    fn cost(&self) -> Cost {
        Cost::rounds(u64::from(self.rounds).saturating_mul(limits::length(self.prfs().len())))
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        at_most("rounds times functions", self.cost().rounds, limits.pbkdf2_blocks_max)
    }
}

/// Those with keys are one PBKDF2 and three short steps behind it.
impl Lanes for Scram {
    /// The function inside, and its derivation.
    type Shape = (Prf, Derivation);

    fn shape(&self) -> Option<(Prf, Derivation)> {
        match self.keep {
            ScramKeep::Keys(prf) => Some((prf, grouped::shape(prf.derivation(self.rounds)?)?)),
            ScramKeep::Salted(_) => None,
        }
    }

    fn width((_, derivation): &(Prf, Derivation)) -> usize {
        grouped::width(*derivation, 1)
    }

    fn least((_, derivation): &(Prf, Derivation)) -> usize {
        grouped::least(*derivation, 1)
    }

    fn derive_group(
        (prf, derivation): &(Prf, Derivation),
        group: &[(&Self, &[u8])],
        _: &Keyring,
    ) -> Vec<Result<Digest, DeriveError>> {
        let prepared: Vec<_> =
            group.iter().map(|(setting, password)| setting.prepared(password)).collect();
        let members = group.iter().zip(&prepared).map(|((setting, password), prepared)| Member {
            password: prepared.as_ref().map_or(password, |prepared| prepared.as_bytes()),
            salt: setting.salt.as_bytes(),
            digest_len: prf.digest_len(),
        });
        let salted = grouped::derive(*derivation, &members.collect::<Vec<_>>());
        salted.iter().map(|salted| Ok(keys(*prf, salted))).collect()
    }
}

/// `None` where it prohibits the password, or leaves nothing of it.
fn saslprep(password: &[u8]) -> Option<Zeroizing<String>> {
    let text = core::str::from_utf8(password).ok()?;
    let prepared = Zeroizing::new(stringprep::saslprep(text).ok()?.into_owned());
    (!prepared.is_empty()).then_some(prepared)
}
