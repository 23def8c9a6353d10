//! For diagnosis: what a derivation yields, held against a part of a stored digest.
use crate::algorithm::{Algorithm, Digest};
use crate::ct;
use crate::error::{DeriveError, VerifyError};
use crate::limits::Limits;
use crate::secret::Keyring;

/// Fewest bytes that are compared. Over 8, a chance agreement is one in 2^64.
pub(crate) const KNOWN_BYTES_MIN: usize = 8;

/// Whether `password` leads to the bytes of `stored` that stand at the places `known`.
///
/// This opens no account: it explains a digest that a column has cut, which
/// [`Stored::new`](crate::Stored::new) would not let through.
pub(crate) fn leads_to(
    setting: &dyn Algorithm,
    (stored, known): (&[u8], &[usize]),
    password: &[u8],
    keys: &Keyring,
    limits: &Limits,
) -> Result<bool, VerifyError> {
    setting.within(limits)?;
    setting.admits(password, limits)?;
    let verdict = derive_and_compare(setting, (stored, known), password, keys);
    zeroize::zeroize_stack::<65_536>();
    Ok(verdict?)
}

#[inline(never)]
fn derive_and_compare(
    setting: &dyn Algorithm,
    (stored, known): (&[u8], &[usize]),
    password: &[u8],
    keys: &Keyring,
) -> Result<bool, DeriveError> {
    let computed = setting.derive(password, keys)?;
    let part =
        |bytes: &[u8]| Digest::new(known.iter().filter_map(|at| bytes.get(*at).copied()).collect());
    let (computed, stored) = (part(computed.expose()), part(stored));
    let enough = stored.expose().len() >= KNOWN_BYTES_MIN;
    Ok(enough && ct::equal(computed.expose(), stored.expose()))
}
