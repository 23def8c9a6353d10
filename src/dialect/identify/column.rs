//! What the other texts of a column say about one of them.
use crate::format::Format;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// A summary of the texts of a column, of bounded size however long the column.
///
/// A column that is nearly all `$P$` and has a few texts of 32 hexadecimal digits is one of
/// WordPress, whose old hashes those are: nothing in such a text itself could say so.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    texts: u64,
    tagged: BTreeMap<&'static str, u64>,
    untagged: u64,
    half_empty_lm: u64,
    repeats: bool,
    seen: HashSet<u64>,
    keys: RandomState,
}

/// Texts whose fingerprints are kept, to see whether any repeat.
const SEEN_MAX: usize = 65_536;

/// Which formats one system has written, before it wrote those of the first column.
static SUCCESSION: &[(&str, &[&str])] = &[
    ("phpass", &["md5"]),
    ("wordpress-68", &["phpass", "md5"]),
    ("phpbb3", &["md5"]),
    ("drupal7", &["md5"]),
    ("joomla-md5", &["md5"]),
    ("bcrypt", &["md5", "sha1", "sha256"]),
    ("django-pbkdf2-sha256", &["django-unsalted-md5", "django-sha1", "django-md5"]),
    ("mediawiki-pbkdf2", &["mediawiki-b", "mediawiki-a", "md5"]),
    ("mysql41", &["mysql323"]),
    ("magento2", &["magento1", "md5"]),
    ("symfony-pbkdf2", &["symfony-message-digest"]),
];

impl Neighbours {
    /// No texts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Take one more text of the column into account.
    pub fn add(&mut self, text: &str) {
        self.texts = self.texts.saturating_add(1);
        match Format::of(text) {
            // An account without a password says nothing about the others.
            Some(format) if format.slug() == "locked" => {
                self.texts = self.texts.saturating_sub(1);
            }
            Some(format) => {
                let count = self.tagged.entry(format.slug()).or_default();
                *count = count.saturating_add(1);
            }
            None => self.add_untagged(text),
        }
    }

    fn add_untagged(&mut self, text: &str) {
        self.untagged = self.untagged.saturating_add(1);
        if super::constant::is_half_empty_lm(text) {
            self.half_empty_lm = self.half_empty_lm.saturating_add(1);
        }
        if !self.repeats && self.seen.len() < SEEN_MAX {
            self.repeats = !self.seen.insert(self.keys.hash_one(text));
        }
    }

    /// The format of neighbours after which `format` is to be expected, and their share.
    pub(super) fn successor_of(&self, format: &Format) -> Option<(&'static str, u8)> {
        let (slug, count) = self.tagged.iter().max_by_key(|(_, count)| **count)?;
        let (_, before) = SUCCESSION.iter().find(|(after, _)| after == slug)?;
        let percent = percent(*count, self.texts);
        (percent >= 50 && before.contains(&format.slug())).then_some((*slug, percent))
    }

    /// Whether texts without a tag repeat.
    pub(super) fn repeats(&self) -> bool {
        self.repeats
    }

    /// Whether halves of LM hashes of short passwords are among the texts.
    pub(super) fn is_lm(&self) -> bool {
        self.half_empty_lm > 1 && percent(self.half_empty_lm, self.untagged) >= 10
    }
}

impl<'a> Extend<&'a str> for Neighbours {
    fn extend<T: IntoIterator<Item = &'a str>>(&mut self, texts: T) {
        texts.into_iter().for_each(|text| self.add(text));
    }
}

impl<'a> FromIterator<&'a str> for Neighbours {
    fn from_iter<T: IntoIterator<Item = &'a str>>(texts: T) -> Self {
        let mut all = Self::new();
        all.extend(texts);
        all
    }
}

fn percent(part: u64, whole: u64) -> u8 {
    let share = u128::from(part).saturating_mul(100).checked_div(u128::from(whole));
    share.and_then(|share| u8::try_from(share).ok()).unwrap_or_default()
}
