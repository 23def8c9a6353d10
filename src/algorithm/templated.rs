//! One digest of a text that holds the password, the salt and fixed text between them, as Kratos'
//! password format (`pf=`) says.
//!
//! *Source*: Ory Kratos, `hash/hash_comparator.go`. In one pass over the template, `{SALT}` and
//! `{PASSWORD}` stand for what they name; whatever else it holds stands for itself, and a salt or a
//! password that looks like a placeholder is not looked at again. Not a language: nothing else is
//! replaced, nested or repeated. *Deviations*: a template without the password, which every password
//! would match, is refused, and so is one that holds it more than four times.
use super::{Algorithm, Cost, Digest, InnerHash, Salt, sealed::Sealed};
use crate::error::{DeriveError, OverLimit};
use crate::limits::{self, Limits, at_most};
use crate::secret::Keyring;

/// The setting of a digest by template.
#[derive(Clone, Debug)]
pub struct Templated {
    pub(crate) hash: InnerHash,
    pub(crate) template: Salt,
    pub(crate) salt: Salt,
}

const PASSWORD: &[u8] = b"{PASSWORD}";
const SALT: &[u8] = b"{SALT}";

impl Templated {
    /// A password stands in a template from 1 to so many times.
    pub const PASSWORDS_MAX: usize = 4;

    /// A setting; `None` for a template without a password, or with too many.
    #[must_use]
    pub fn new(hash: InnerHash, template: impl Into<Salt>, salt: impl Into<Salt>) -> Option<Self> {
        let setting = Self { hash, template: template.into(), salt: salt.into() };
        let passwords = setting.passwords();
        (1..=Self::PASSWORDS_MAX).contains(&passwords).then_some(setting)
    }

    fn passwords(&self) -> usize {
        let template = self.template.as_bytes();
        template.windows(PASSWORD.len()).filter(|window| *window == PASSWORD).count()
    }

    /// What the function is fed.
    fn parts<'a>(&'a self, password: &'a [u8]) -> Vec<&'a [u8]> {
        let mut parts = Vec::new();
        let mut rest = self.template.as_bytes();
        while let Some(first) = rest.first() {
            if let Some(after) = rest.strip_prefix(PASSWORD) {
                parts.push(password);
                rest = after;
            } else if let Some(after) = rest.strip_prefix(SALT) {
                parts.push(self.salt.as_bytes());
                rest = after;
            } else {
                parts.push(core::slice::from_ref(first));
                rest = rest.split_first().map_or(&[], |(_, after)| after);
            }
        }
        parts
    }
}

impl Sealed for Templated {}
impl Algorithm for Templated {
    fn derive(&self, password: &[u8], _: &Keyring) -> Result<Digest, DeriveError> {
        Ok(self.hash.digest(&self.parts(password)))
    }

    fn digest_len(&self) -> usize {
        self.hash.digest_len()
    }

    fn cost(&self) -> Cost {
        Cost::rounds(1)
    }

    fn within(&self, limits: &Limits) -> Result<(), OverLimit> {
        self.salt.within(limits)?;
        let template = self.template.as_bytes().len();
        at_most("template_bytes", template as u128, limits::length(limits.salt_bytes_max))
    }
}
