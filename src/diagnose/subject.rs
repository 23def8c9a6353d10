//! What a password is tried against: a text, read in one of the ways that it could be.
use super::beside::sides;
use super::deviation::Deviation;
use super::password::peppers;
use super::setting::{self, SettingSlip};
use super::text::{View, views};
use crate::algorithm::{Algorithm, Digest, FastHash, Keyed, Md5Layout, Prf, ShaLayout};
use crate::dialect::identify_beside;
use crate::error::{ParseErrorKind, VerifyError};
use crate::format::{Claim, Format};
use crate::hash::{KNOWN_BYTES_MIN, PasswordHash, leads_to};
use crate::limits::Limits;
use crate::secret::{Keyring, SecretBytes};
use crate::side::Side;

/// What is derived, and what it is held against.
#[derive(Clone)]
pub(super) enum Target {
    /// A hash, whole.
    Hash(PasswordHash),
    /// A hash of whose digest only the bytes at these places are known.
    Cut(PasswordHash, Vec<usize>),
    /// A bare HMAC.
    Keyed(Keyed, Digest),
}

/// A reading of the text, without the password.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) target: Target,
    pub(super) format: Option<&'static Format>,
    pub(super) deviations: Vec<Deviation>,
    /// How surprising: 0 for the text as it stands.
    pub(super) surprise: u64,
    /// Whether the text carries a tag.
    pub(super) tagged: bool,
}

impl Subject {
    /// Whether `password` verifies under this reading.
    pub(super) fn verify(
        &self,
        password: &[u8],
        side: &Side,
        limits: &Limits,
    ) -> Result<bool, VerifyError> {
        match &self.target {
            Target::Hash(hash) => hash.verify_with(password, &ring(side, hash), limits),
            Target::Cut(hash, known) => match hash.parts() {
                Some((setting, digest)) => {
                    let stored = (digest.expose(), known.as_slice());
                    leads_to(setting, stored, password, &ring(side, hash), limits)
                }
                None => Ok(false),
            },
            Target::Keyed(keyed, digest) => {
                let all: Vec<usize> = (0..keyed.digest_len()).collect();
                leads_to(keyed, (digest.expose(), &all), password, &Keyring::EMPTY, limits)
            }
        }
    }

    /// What one verification costs, in the units of [`Effort::work`](super::Effort::work).
    pub(super) fn work(&self, password_bytes: usize) -> u64 {
        match &self.target {
            Target::Hash(hash) | Target::Cut(hash, _) => work(hash, password_bytes),
            Target::Keyed(..) => stretched(2, password_bytes),
        }
    }

    /// Every single change to the setting.
    pub(super) fn changes(&self, side: &Side) -> Vec<Self> {
        let Target::Hash(hash) = &self.target else { return Vec::new() };
        let changes = setting::changes(hash, side, self.tagged).into_iter();
        changes
            .map(|(slip, surprise, hash)| {
                self.with(Deviation::Setting(slip), surprise, Target::Hash(hash))
            })
            .collect()
    }

    pub(super) fn with(&self, deviation: Deviation, surprise: u64, target: Target) -> Self {
        let deviations = self.deviations.iter().copied().chain([deviation]).collect();
        let surprise = self.surprise.saturating_add(surprise);
        Self { target, deviations, surprise, ..*self }
    }
}

fn ring(side: &Side, hash: &PasswordHash) -> Keyring {
    side.keyring(hash).unwrap_or_default()
}

fn work(hash: &PasswordHash, password_bytes: usize) -> u64 {
    let rounds = hash.cost().rounds;
    match hash {
        // A key expansion encrypts 521 blocks, twice a round.
        PasswordHash::Bcrypt(_) => rounds.saturating_mul(128),
        // Two digests of 128 bytes at least, where others have one of 64.
        PasswordHash::Sha2Crypt(_) => stretched(rounds.saturating_mul(3), password_bytes),
        // Its Hamlet or its coin tosses.
        PasswordHash::SunMd5(_) => stretched(rounds.saturating_mul(4), password_bytes),
        PasswordHash::Pbkdf2(stored)
            if matches!(stored.setting().prf, Prf::Sha384 | Prf::Sha512) =>
        {
            rounds.saturating_mul(2)
        }
        PasswordHash::KeyedPbkdf2(_) => rounds.saturating_mul(2),
        PasswordHash::Argon2(_)
        | PasswordHash::Pbkdf2(_)
        | PasswordHash::Scrypt(_)
        | PasswordHash::ScryptModified(_) => rounds,
        PasswordHash::Layered(stored) => stored
            .setting()
            .hashes()
            .fold(0, |sum, hash| u64::saturating_add(sum, work(hash, password_bytes))),
        PasswordHash::Wrapped(stored) => {
            let outer = stored.setting().outer().cost().rounds;
            work(stored.setting().inner(), password_bytes).saturating_add(outer)
        }
        _ => stretched(rounds, password_bytes),
    }
    .max(1)
}

/// Functions that take the password in every round.
fn stretched(rounds: u64, password_bytes: usize) -> u64 {
    let blocks = crate::limits::length(password_bytes).saturating_div(64).saturating_add(1);
    rounds.saturating_mul(blocks)
}

/// Most subjects: the rest is out of all proportion.
const SUBJECTS_MAX: usize = 160;

/// The readings of a text, the likeliest first. The first is the text as given, if it can be read.
pub(super) fn subjects(
    named: Option<&'static Format>,
    text: &str,
    side: &Side,
    limits: &Limits,
) -> Vec<Subject> {
    let mut found = Vec::new();
    for view in views(text) {
        let beside = match &view.salt {
            Some(salt) => Side { salt: Some(salt.clone()), ..side.clone() },
            None => side.clone(),
        };
        for (slip, beside) in sides(&beside) {
            let slipped = slip.map(Deviation::Side);
            read(named, &view, slipped, &beside, limits, &mut found);
        }
        cut(named, &view, &beside, limits, &mut found);
    }
    found.sort_by_key(|subject: &Subject| subject.surprise);
    found.truncate(SUBJECTS_MAX);
    found
}

/// The formats that a text could be of, the likeliest first; the named one before all.
fn formats(
    named: Option<&'static Format>,
    text: &str,
    side: &Side,
) -> Vec<(&'static Format, Claim)> {
    let candidates = identify_beside(text, side).into_iter();
    let mut all: Vec<_> = candidates
        .map(|candidate| (candidate.format, candidate.claim))
        .filter(|(format, _)| format.slug() != "locked")
        .collect();
    // Of formats that say the same, the plainest is told.
    all.sort_by_key(|(format, claim)| {
        let guise = ["magento1", "moodle", "django-unsalted-md5", "django-unsalted-sha1"];
        *claim != Claim::Tagged && guise.contains(&format.slug())
    });
    if let Some(named) = named {
        let claim = named.claim(text);
        all.retain(|(format, _)| format.slug() != named.slug());
        all.insert(0, (named, claim));
    }
    all
}

fn read(
    named: Option<&'static Format>,
    view: &View,
    slipped: Option<Deviation>,
    side: &Side,
    limits: &Limits,
    found: &mut Vec<Subject>,
) {
    let cleaned = view.slips.iter().copied().map(Deviation::Text);
    let cleaned: Vec<Deviation> = cleaned.chain(slipped).collect();
    // Texts that need cleaning are read in no other way: that is hardly a surprise.
    let (slips, beside) = (view.slips.len() as u64, u64::from(slipped.is_some()));
    let before = slips.saturating_mul(2).saturating_add(beside.saturating_mul(10));
    let mut likeliest: Option<PasswordHash> = None;
    for (place, (format, claim)) in (0_u64..).zip(formats(named, &view.text, side)) {
        let Ok(hash) = PasswordHash::parse_beside(format, &view.text, side, limits) else {
            continue;
        };
        let mut deviations = cleaned.clone();
        let expected = match named {
            Some(named) => format.slug() == named.slug(),
            None => likeliest.is_none(),
        };
        if !expected {
            let arrangement = arrangement(likeliest.as_ref(), &hash);
            deviations.push(Deviation::Format { slug: format.slug(), arrangement });
        }
        let surprise = match (expected, named) {
            (true, _) => place.min(8),
            (false, None) => place.min(8).saturating_add(1),
            (false, Some(_)) => 10,
        };
        let surprise = before.saturating_add(surprise);
        let tagged = claim == Claim::Tagged;
        let format = Some(format);
        let subject =
            Subject { target: Target::Hash(hash.clone()), format, deviations, surprise, tagged };
        keyed(&subject, &hash, side, found);
        found.push(subject);
        likeliest.get_or_insert(hash);
    }
}

/// What sets `other` apart from the reading that was expected, in a word.
fn arrangement(expected: Option<&PasswordHash>, other: &PasswordHash) -> Option<SettingSlip> {
    use SettingSlip as S;
    let place = |hash: &PasswordHash| match hash {
        PasswordHash::ScryptModified(stored) => {
            Some(S::Costs(stored.setting().n_log2, stored.setting().block_r))
        }
        PasswordHash::Md5(stored) => match stored.setting().layout {
            Md5Layout::PassSalt => Some(S::SaltAfter),
            Md5Layout::SaltPass => Some(S::SaltBefore),
            Md5Layout::SaltHexPass => Some(S::SaltBeforeDigest),
            Md5Layout::HexPassSalt => Some(S::SaltAfterDigest),
            Md5Layout::HexSaltHexPass => Some(S::BothDigests),
            _ => None,
        },
        PasswordHash::Sha(stored) => match stored.setting().layout {
            ShaLayout::PassSalt => Some(S::SaltAfter),
            ShaLayout::SaltPass => Some(S::SaltBefore),
            ShaLayout::SaltHexPass => Some(S::SaltBeforeDigest),
            ShaLayout::HexPassSalt => Some(S::SaltAfterDigest),
            _ => None,
        },
        _ => None,
    };
    place(other).filter(|slip| expected.and_then(place) != Some(*slip))
}

/// What HMAC is tried with. Each has a length of its own.
const KEYED: [FastHash; 5] =
    [FastHash::Md5, FastHash::Sha1, FastHash::Sha256, FastHash::Sha384, FastHash::Sha512];

/// Where a fast digest without salt is expected, HMAC could be: under a secret, or over a salt.
fn keyed(subject: &Subject, hash: &PasswordHash, side: &Side, found: &mut Vec<Subject>) {
    let bare = match hash {
        PasswordHash::Md5(stored) => stored.setting().layout == Md5Layout::Bare,
        PasswordHash::Sha(stored) => stored.setting().layout == ShaLayout::Bare,
        _ => false,
    };
    let Some((_, digest)) = hash.parts().filter(|_| bare) else { return };
    let len = digest.expose().len();
    let fits = |function: &FastHash| function.digest_len() == len;
    let Some(function) = KEYED.into_iter().find(fits) else { return };
    let known = |subject: &Subject| subject.deviations.last().copied();
    let mut made = Vec::new();
    for (key, text) in peppers(side) {
        for by_password in [false, true] {
            let name = function.as_str();
            let deviation = Deviation::KeyedDigest { function: name, key, by_password };
            if found.iter().any(|other| known(other) == Some(deviation)) {
                continue;
            }
            let key = SecretBytes::new(text.as_bytes().to_vec());
            let target = Target::Keyed(Keyed { function, key, by_password }, digest.clone());
            let mut keyed = subject.with(deviation, if by_password { 13 } else { 12 }, target);
            keyed.deviations.retain(|known| !matches!(known, Deviation::Format { .. }));
            keyed.format = None;
            made.push(keyed);
        }
    }
    found.extend(made);
}

/// Most characters that are put back behind a text which a column has cut.
const CUT_MAX: usize = 120;

/// A text that a column has cut: filled up with letters until it can be read. What depends on the
/// letters is not known, and is not compared.
fn cut(
    named: Option<&'static Format>,
    view: &View,
    side: &Side,
    limits: &Limits,
    found: &mut Vec<Subject>,
) {
    // A bare digest is cut to where another one would end; a tagged text anywhere.
    let bare = view.text.len() >= 16 && view.text.bytes().all(|b| b.is_ascii_hexdigit());
    let tag = Format::of(&view.text).filter(|format| format.slug() != "locked");
    let tried = match (bare, named.or(tag)) {
        (false, None) => return,
        (_, Some(format)) => vec![format],
        (true, None) => Vec::new(),
    };
    for more in 1..=CUT_MAX {
        let full = view.text.len().saturating_add(more);
        let any = bare && matches!(full, 32 | 40 | 56 | 64 | 96 | 128);
        if tried.is_empty() && !any {
            continue;
        }
        let texts = filled(&view.text, more, bare);
        let formats = match any {
            true => texts.first().map(|text| formats(named, text, side)).unwrap_or_default(),
            false => tried.iter().map(|format| (*format, Claim::Tagged)).collect(),
        };
        let mut ended = false;
        for (place, (format, claim)) in (0_u64..).zip(formats) {
            let read = |text: &String| PasswordHash::parse_beside(format, text, side, limits).ok();
            let mut read = texts.iter().filter_map(read);
            let (Some(low), Some(high)) = (read.next(), read.next_back()) else { continue };
            let Some(known) = unmoved(&low, &high) else { continue };
            ended = true;
            let of = low.setting().map_or(0, Algorithm::digest_len);
            let mut deviations: Vec<Deviation> =
                view.slips.iter().copied().map(Deviation::Text).collect();
            deviations.push(Deviation::DigestCut { have: known.len(), of });
            let tagged = claim == Claim::Tagged;
            let surprise = (view.slips.len() as u64).saturating_mul(2);
            let surprise = surprise.saturating_add(10).saturating_add(place.min(8));
            let (target, format) = (Target::Cut(low, known), Some(format));
            found.push(Subject { target, format, deviations, surprise, tagged });
        }
        if ended && !bare {
            return;
        }
    }
}

/// The text with `more` letters behind it: all bits clear first, all bits set last.
fn filled(text: &str, more: usize, bare: bool) -> Vec<String> {
    // The last letter may have bits to spare, which must be clear.
    let ends: &[&str] = if bare {
        &["0|0", "f|f"]
    } else {
        &[
            "A|A", ".|.", "0|0", "A|A=", "A|A==", "/|w==", "/|8=", "/|w", "/|8", "/|/", "/|k",
            "9|u", "9|6", "9|9", "z|/", "z|1", "z|D", "z|z", "f|f",
        ]
    };
    let fill = |end: &&str| {
        let (body, last) = end.split_once('|')?;
        let body = body.repeat(more.checked_sub(last.len())?);
        Some(format!("{text}{body}{last}"))
    };
    ends.iter().filter_map(fill).collect()
}

/// The places of the digest that are the same in both readings of one setting, if they are enough.
fn unmoved(low: &PasswordHash, high: &PasswordHash) -> Option<Vec<usize>> {
    let ((one, low), (other, high)) = (low.parts()?, high.parts()?);
    let pairs = low.expose().iter().zip(high.expose()).enumerate();
    let known: Vec<usize> = pairs.filter(|(_, (a, b))| a == b).map(|(at, _)| at).collect();
    // The cut may lie in the salt: then both settings differ, and nothing can be said.
    let same = one.cost() == other.cost() && one.digest_len() == other.digest_len();
    (same && known.len() >= KNOWN_BYTES_MIN && known.len() < low.expose().len()).then_some(known)
}

/// What the text as given lacks or breaks, if it cannot be read at all.
pub(super) fn fault(
    named: Option<&'static Format>,
    text: &str,
    side: &Side,
    limits: &Limits,
) -> Option<(Option<&'static str>, ParseErrorKind)> {
    let first = formats(named, text, side).into_iter().next();
    match first {
        Some((format, _)) => PasswordHash::parse_beside(format, text, side, limits).err(),
        None => PasswordHash::parse_within(text, limits).err(),
    }
    .map(|error| (error.format(), error.kind().clone()))
}
