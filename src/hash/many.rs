//! Many verifications at once: those of one algorithm at one cost share the lanes of a core.
use super::{PasswordHash, ct, derive_and_compare};
use crate::algorithm::{
    Bcrypt, Digest, Lanes, Md5Crypt, Pbkdf2, PhPass, Scram, Scrypt, ScryptModified, Sha2Crypt,
};
use crate::error::{DeriveError, VerifyError};
use crate::lanes::memory::Streak;
use crate::limits::Limits;
use crate::secret::Keyring;
use std::collections::HashMap;

/// The only list of what runs in lanes.
macro_rules! lanes {
    ($($variant:ident)*) => {
        /// What hashes have in common whose derivations share lanes.
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub(crate) enum Group {
            $($variant(<$variant as Lanes>::Shape),)*
        }

        impl Group {
            /// The group of a hash; `None` if it runs by itself.
            pub(crate) fn of(hash: &PasswordHash) -> Option<Self> {
                match hash {
                    $(PasswordHash::$variant(stored) => {
                        stored.setting().shape().map(Self::$variant)
                    })*
                    _ => None,
                }
            }

            /// The most members that gain by being derived at once.
            pub(crate) fn width(&self) -> usize {
                match self {
                    $(Self::$variant(shape) => <$variant>::width(shape),)*
                }
            }

            /// The fewest that gain.
            pub(crate) fn least(&self) -> usize {
                match self {
                    $(Self::$variant(shape) => <$variant>::least(shape),)*
                }
            }

            /// The digests of members, in their order.
            fn derive(
                &self,
                members: &[Pair<'_>],
                keys: &Keyring,
            ) -> Vec<Result<Digest, DeriveError>> {
                match self {
                    $(Self::$variant(shape) => {
                        let ours = members.iter().filter_map(|&(hash, password)| match hash {
                            PasswordHash::$variant(stored) => Some((stored.setting(), password)),
                            _ => None,
                        });
                        let group: Vec<_> = ours.collect();
                        <$variant>::derive_group(shape, &group, keys)
                    })*
                }
            }
        }
    };
}

lanes!(Bcrypt Md5Crypt Pbkdf2 PhPass Scram Scrypt ScryptModified Sha2Crypt);

/// A hash, and the password that may belong to it.
type Pair<'a> = (&'a PasswordHash, &'a [u8]);

impl PasswordHash {
    /// Does each password belong to its hash? One answer a pair, in the order of the pairs.
    ///
    /// Any mixture will do: pairs of one algorithm at one cost are found and derived side by side
    /// in the lanes of this one core, several times faster than one after another. Limits are
    /// [`Limits::DEFAULT`], and there are no keys.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify), for each pair by itself.
    ///
    /// # Security
    /// As [`verify`](Self::verify); no lane stops early, and how long a batch takes depends on its
    /// settings and on the lengths of its passwords, never on who is right.
    #[must_use]
    pub fn verify_many(pairs: &[(&Self, &[u8])]) -> Vec<Result<bool, VerifyError>> {
        Self::verify_many_with(pairs, &Keyring::EMPTY, &Limits::DEFAULT)
    }

    /// As [`verify_many`](Self::verify_many), with keys and limits of your own.
    ///
    /// # Errors
    /// Those of [`verify_with`](Self::verify_with), for each pair by itself.
    #[must_use]
    pub fn verify_many_with(
        pairs: &[(&Self, &[u8])],
        keys: &Keyring,
        limits: &Limits,
    ) -> Vec<Result<bool, VerifyError>> {
        // What is not derived below is locked, which no password opens.
        let mut answers: Vec<Result<bool, VerifyError>> = pairs.iter().map(|_| Ok(false)).collect();
        let (mut groups, mut alone) = (Vec::<(Group, Vec<usize>)>::new(), Vec::new());
        let mut places = HashMap::new();
        for (at, ((hash, password), answer)) in pairs.iter().zip(&mut answers).enumerate() {
            let Some((setting, _)) = hash.parts() else { continue };
            if let Err(error) = setting
                .within(limits)
                .map_err(VerifyError::from)
                .and_then(|()| setting.admits(password, limits))
            {
                *answer = Err(error);
                continue;
            }
            let Some(group) = Group::of(hash) else {
                alone.push(at);
                continue;
            };
            let place = *places.entry(group.clone()).or_insert_with(|| {
                groups.push((group, Vec::new()));
                groups.len() - 1
            });
            if let Some((_, members)) = groups.get_mut(place) {
                members.push(at);
            }
        }
        let mut answer = |at: usize, verdict: Result<bool, DeriveError>| {
            if let Some(answer) = answers.get_mut(at) {
                *answer = verdict.map_err(VerifyError::from);
            }
        };
        // The memory of one derivation is that of the next, and wiped after the last.
        let streak = Streak::begin();
        for (group, members) in &groups {
            for members in members.chunks(group.width().max(1)) {
                if members.len() < group.least() {
                    alone.extend(members);
                    continue;
                }
                let pairs: Vec<Pair<'_>> =
                    members.iter().filter_map(|at| pairs.get(*at)).copied().collect();
                let verdicts = group_verdicts(group, &pairs, keys);
                members.iter().zip(verdicts).for_each(|(at, verdict)| answer(*at, verdict));
            }
        }
        for at in alone {
            let Some((hash, password)) = pairs.get(at) else { continue };
            let Some((setting, stored)) = hash.parts() else { continue };
            answer(at, derive_and_compare(setting, stored, password, keys));
        }
        drop(streak);
        // What the kernels spilled on the stack below us.
        zeroize::zeroize_stack::<65_536>();
        answers
    }
}

/// A frame of its own, as `derive_and_compare` has it.
#[inline(never)]
fn group_verdicts(
    group: &Group,
    pairs: &[Pair<'_>],
    keys: &Keyring,
) -> Vec<Result<bool, DeriveError>> {
    let digests = group.derive(pairs, keys);
    debug_assert_eq!(digests.len(), pairs.len());
    let verdict = |((hash, _), digest): (&Pair<'_>, Result<Digest, DeriveError>)| {
        #[cfg(test)]
        super::count::one_more(hash.cost());
        digest.map(|digest| {
            hash.parts().is_some_and(|(_, stored)| ct::equal(digest.expose(), stored.expose()))
        })
    };
    pairs.iter().zip(digests).map(verdict).collect()
}
