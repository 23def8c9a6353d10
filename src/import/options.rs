//! What an export does not say of itself.
use super::System;
use crate::format::Format;
use crate::hash::PasswordHash;
use crate::limits::Limits;
use crate::side::Side;
use core::fmt;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// What an export does not say of itself: the project's keys, the names of columns, and so on.
#[derive(Clone)]
#[non_exhaustive]
pub struct Options {
    /// What a stored hash may ask for.
    pub limits: Limits,
    /// The format of hashes that carry no tag, where the system does not settle it.
    pub format: Option<&'static Format>,
    /// What stands between the cells of CSV.
    pub delimiter: u8,
    /// Columns that have another name than the system's: ours first, then theirs.
    pub columns: Vec<(String, String)>,
    settings: BTreeMap<String, Zeroizing<String>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::DEFAULT,
            format: None,
            delimiter: b',',
            columns: Vec::new(),
            settings: BTreeMap::new(),
        }
    }
}

/// The names of settings. Values may be keys.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.settings.keys()).finish()
    }
}

impl Options {
    /// Set a [`Setting`](super::Setting) of the system.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.settings.insert(key.into(), Zeroizing::new(value.into()));
    }

    /// Set all settings of a text, as Firebase's console prints them: `hash_config {` and `}`
    /// around lines of `key: value,`. `key = value` and `#` for comments are understood too.
    ///
    /// # Errors
    /// The line that is not a pair.
    pub fn set_all(&mut self, text: &str) -> Result<(), OptionError> {
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim().trim_end_matches([',', ';']).trim_end();
            if text.is_empty() || text.starts_with('#') || text.ends_with('{') || text == "}" {
                continue;
            }
            let at = text.find([':', '=']).ok_or(OptionError::NotAPair { line })?;
            let (key, value) = text.split_at(at);
            let value = value.get(1..).unwrap_or_default().trim().trim_matches('"');
            self.set(key.trim().trim_matches('"'), value);
        }
        Ok(())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(|value| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(crate) fn need(&self, key: &'static str) -> Result<&str, OptionError> {
        self.get(key).ok_or(OptionError::Missing { key })
    }

    /// A decimal number.
    pub(crate) fn number(&self, key: &'static str) -> Result<Option<u64>, OptionError> {
        let Some(text) = self.get(key) else { return Ok(None) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if digits { text.parse().ok() } else { None };
        number.map(Some).ok_or(OptionError::NotANumber { key })
    }

    pub(crate) fn fit(&self, system: &System) -> Result<(), OptionError> {
        let known = |key: &str| system.settings.iter().any(|setting| setting.key == key);
        if let Some(key) = self.settings.keys().find(|key| !known(key)) {
            return Err(OptionError::Unknown { key: key.clone(), system: system.slug });
        }
        (system.check)(self)
    }

    /// Read a stored text that may carry a tag; a locked marker may stand in any column.
    pub(crate) fn hash(
        &self,
        text: &str,
        untagged: Option<&'static str>,
        side: &Side,
    ) -> Result<PasswordHash, super::Why> {
        if let Some(tagged) = Format::of(text) {
            return Ok(PasswordHash::parse_beside(tagged, text, side, &self.limits)?);
        }
        let format = match (untagged, self.format) {
            (Some(slug), _) => Some(named(slug)?),
            (None, format) => format,
        };
        Ok(match format {
            Some(format) => PasswordHash::parse_beside(format, text, side, &self.limits)?,
            None => PasswordHash::parse_within(text, &self.limits)?,
        })
    }

    /// Read a stored text of one format, whatever tag it may seem to carry; or a locked marker.
    pub(crate) fn hash_as(
        &self,
        slug: &'static str,
        text: &str,
        side: &Side,
    ) -> Result<PasswordHash, super::Why> {
        let locked = Format::of(text).filter(|format| format.slug() == "locked");
        let format = locked.map_or_else(|| named(slug), Ok)?;
        Ok(PasswordHash::parse_beside(format, text, side, &self.limits)?)
    }
}

fn named(slug: &str) -> Result<&'static Format, super::Why> {
    Format::named(slug).ok_or(super::Why::Rule("a format that is not read yet"))
}

/// An option that does not fit the system.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionError {
    /// The system knows no such setting.
    Unknown {
        /// The setting.
        key: String,
        /// The system.
        system: &'static str,
    },
    /// The export cannot be read without this setting.
    Missing {
        /// The setting.
        key: &'static str,
    },
    /// The value must be a decimal number.
    NotANumber {
        /// The setting.
        key: &'static str,
    },
    /// The value is not one of those that are understood.
    Value {
        /// The setting.
        key: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// A line of settings is not `key: value`.
    NotAPair {
        /// The line.
        line: u64,
    },
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { key, system } => write!(f, "{system} has no setting `{key}`"),
            Self::Missing { key } => write!(f, "the export cannot be read without `{key}`"),
            Self::NotANumber { key } => write!(f, "the setting `{key}` is not a decimal number"),
            Self::Value { key, rule } => write!(f, "the setting `{key}`: {rule}"),
            Self::NotAPair { line } => write!(f, "line {line} of the settings is not `key: value`"),
        }
    }
}

impl core::error::Error for OptionError {}
