//! From settings to the lanes of [`digest`](crate::lanes::digest), and back.
use super::{Algorithm, Digest, Salt};
use crate::error::DeriveError;
use crate::lanes::Cpu;
use crate::lanes::digest::{Derivation, Job};

/// What one setting puts into its lane.
pub(super) struct Member<'a> {
    pub(super) password: &'a [u8],
    pub(super) salt: &'a [u8],
    /// Bytes of its digest.
    pub(super) digest_len: usize,
}

/// `None` where this processor gains nothing by lanes.
pub(super) fn shape(derivation: Derivation) -> Option<Derivation> {
    derivation.least(Cpu::here()).map(|_| derivation)
}

/// The most members that gain, each of which takes up `lanes` lanes.
pub(super) fn width(derivation: Derivation, lanes: usize) -> usize {
    (derivation.width(Cpu::here()) / lanes.max(1)).max(1)
}

/// The fewest members that gain, each of which takes up `lanes` lanes.
pub(super) fn least(derivation: Derivation, lanes: usize) -> usize {
    derivation.least(Cpu::here()).map_or(usize::MAX, |least| least.div_ceil(lanes.max(1)))
}

/// The digests of members, in their order.
pub(super) fn derive(derivation: Derivation, members: &[Member<'_>]) -> Vec<Digest> {
    let mut digests: Vec<Digest> =
        members.iter().map(|member| Digest::zeros(member.digest_len)).collect();
    let jobs = members.iter().zip(&mut digests);
    let mut jobs: Vec<Job<'_>> = jobs
        .map(|(member, digest)| Job {
            password: member.password,
            salt: member.salt,
            digest: digest.as_mut_slice(),
        })
        .collect();
    derivation.run(Cpu::here(), &mut jobs);
    digests
}

/// The digests of a group whose passwords go in as they are.
pub(super) fn derive_group<A: Algorithm>(
    derivation: Derivation,
    group: &[(&A, &[u8])],
    salt: impl Fn(&A) -> &Salt,
) -> Vec<Result<Digest, DeriveError>> {
    let members = group.iter().map(|&(setting, password)| Member {
        password,
        salt: salt(setting).as_bytes(),
        digest_len: setting.digest_len(),
    });
    derive(derivation, &members.collect::<Vec<_>>()).into_iter().map(Ok).collect()
}
