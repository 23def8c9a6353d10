//! Search by words, as a full-text index in boolean mode does it.
//!
//! Words are runs of letters, digits and `_`, without regard to case. Words of fewer than three
//! characters and [stop words](STOP_WORDS) do not count. Any of the words will do, and the last one
//! may be the beginning of a word. A text in quotes is a phrase: all of its words, one after the
//! other.
use super::User;
use super::store::Seq;
use core::ops::Bound::{Included, Unbounded};
use std::collections::{BTreeMap, BTreeSet};

/// The fewest characters of a word that counts.
const WORD_CHARS_MIN: usize = 3;

/// Words that are in every text: the list of the peer's database, as far as it is long enough.
const STOP_WORDS: &[&str] = &[
    "about", "are", "com", "for", "from", "how", "that", "the", "this", "und", "was", "what",
    "when", "where", "who", "will", "with", "www",
];

/// What is searched for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// One of the words, or a word that begins like the prefix.
    Any { words: Vec<String>, prefix: Option<String> },
    /// The words in a row. Empty if none of them counts; that is found nowhere.
    Phrase(Vec<String>),
}

impl Pattern {
    /// Understand what somebody typed.
    pub(crate) fn read(text: &str) -> Self {
        let mut all: Vec<_> = words(text).collect();
        if text.len() > 1 && text.starts_with('"') && text.ends_with('"') {
            if !all.iter().any(|word| counts(word)) {
                all.clear();
            }
            return Self::Phrase(all);
        }
        let prefix = all.pop().filter(|word| counts(word));
        all.retain(|word| counts(word));
        Self::Any { words: all, prefix }
    }

    /// Whether the pattern is found in a text.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any { words: wanted, prefix } => {
                words(text).filter(|word| counts(word)).any(|word| {
                    wanted.contains(&word)
                        || prefix.as_ref().is_some_and(|prefix| word.starts_with(prefix))
                })
            }
            Self::Phrase(phrase) => {
                let all: Vec<_> = words(text).collect();
                !phrase.is_empty() && all.windows(phrase.len()).any(|row| row == phrase)
            }
        }
    }

    pub(super) const fn is_phrase(&self) -> bool {
        matches!(self, Self::Phrase(_))
    }
}

/// The text that stands for a user in a search.
pub(super) fn text(user: &User) -> String {
    let mut text = user.id.clone();
    for part in [user.email.as_deref(), Some(&user.name), user.phone.as_deref()] {
        text.push(' ');
        text.push_str(part.unwrap_or_default());
    }
    for label in &user.labels {
        text.push_str(" label:");
        text.push_str(label);
    }
    text
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|char: char| !char.is_alphanumeric() && char != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

fn counts(word: &str) -> bool {
    word.chars().nth(WORD_CHARS_MIN - 1).is_some() && !STOP_WORDS.contains(&word)
}

/// The users by the words of their texts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words(BTreeMap<Box<str>, Postings>);

/// Whose text has a word. Most words are one user's alone: an id, a number.
#[derive(Debug, PartialEq, Eq)]
enum Postings {
    One(Seq),
    Many(BTreeSet<Seq>),
}

impl Words {
    /// Change the text of a user; a user who is new or gone has none.
    pub(super) fn change(&mut self, seq: Seq, old: Option<&str>, new: Option<&str>) {
        if old == new {
            return;
        }
        let set = |text: Option<&str>| -> BTreeSet<String> {
            words(text.unwrap_or_default()).filter(|word| counts(word)).collect()
        };
        let (old, new) = (set(old), set(new));
        for word in old.difference(&new) {
            self.remove(seq, word);
        }
        for word in new.difference(&old) {
            self.insert(seq, word);
        }
    }

    /// Whose text may have the pattern, in order of insertion: all who match, and for a phrase
    /// perhaps some more.
    pub(super) fn find(&self, pattern: &Pattern) -> Vec<Seq> {
        let mut found = Vec::new();
        match pattern {
            Pattern::Any { words, prefix } => {
                for word in words {
                    found.extend(self.0.get(word.as_str()).into_iter().flat_map(Postings::iter));
                }
                if let Some(prefix) = prefix {
                    let from = self.0.range::<str, _>((Included(prefix.as_str()), Unbounded));
                    let alike = from.take_while(|(word, _)| word.starts_with(prefix));
                    found.extend(alike.flat_map(|(_, postings)| postings.iter()));
                }
                found.sort_unstable();
                found.dedup();
            }
            Pattern::Phrase(phrase) => {
                let postings: Option<Vec<_>> = phrase
                    .iter()
                    .filter(|word| counts(word))
                    .map(|word| self.0.get(word.as_str()))
                    .collect();
                let rarest = postings.and_then(|all| all.into_iter().min_by_key(|one| one.len()));
                found.extend(rarest.into_iter().flat_map(Postings::iter));
            }
        }
        found
    }

    fn insert(&mut self, seq: Seq, word: &str) {
        match self.0.get_mut(word) {
            None => {
                self.0.insert(word.into(), Postings::One(seq));
            }
            Some(postings @ Postings::One(_)) => {
                *postings = Postings::Many(postings.iter().chain([seq]).collect());
            }
            Some(Postings::Many(seqs)) => {
                seqs.insert(seq);
            }
        }
    }

    fn remove(&mut self, seq: Seq, word: &str) {
        let Some(postings) = self.0.get_mut(word) else { return };
        if let Postings::Many(seqs) = postings {
            seqs.remove(&seq);
            if let (1, Some(last)) = (seqs.len(), seqs.first()) {
                *postings = Postings::One(*last);
            }
        } else {
            self.0.remove(word);
        }
    }
}

impl Postings {
    fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(seqs) => seqs.len(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = Seq> {
        let (one, many) = match self {
            Self::One(seq) => (Some(*seq), None),
            Self::Many(seqs) => (None, Some(seqs)),
        };
        one.into_iter().chain(many.into_iter().flatten().copied())
    }
}
