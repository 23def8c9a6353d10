//! The systems whose exports are understood: a file for each, or for a few of one kind.
//!
//! Adding one is a file with its rows, its `mod` line and its line in `SHELVES`; the command's
//! listing follows.
use super::container::Shape;
use super::{Fault, Imported, OptionError, Options, Record};
use core::fmt;

mod auth0;
mod directory;
mod django;
mod firebase;
mod forum;
mod identity;
mod keycloak;
mod php;
mod unix;
mod web;

/// One line a shelf, in the order of the listing.
static SHELVES: &[&[System]] = &[
    firebase::SYSTEMS,
    auth0::SYSTEMS,
    identity::SYSTEMS,
    keycloak::SYSTEMS,
    php::SYSTEMS,
    django::SYSTEMS,
    web::SYSTEMS,
    forum::SYSTEMS,
    directory::SYSTEMS,
    unix::SYSTEMS,
];

/// A system whose exports are understood.
pub struct System {
    pub(crate) slug: &'static str,
    /// Its own name.
    pub(crate) title: &'static str,
    /// What is read: which export.
    pub(crate) reads: &'static str,
    /// What the export lacks, or what to know of it.
    pub(crate) lacks: &'static str,
    pub(crate) settings: &'static [Setting],
    pub(crate) shapes: &'static [Shape],
    /// Whether the options will do.
    pub(crate) check: fn(&Options) -> Result<(), OptionError>,
    /// The user of a record; `None` when the record is not a user.
    pub(crate) user: fn(&Record, &Options) -> Result<Option<Imported>, Fault>,
}

/// What an export does not say and the caller may have to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// Its name.
    pub key: &'static str,
    /// What it is.
    pub about: &'static str,
}

impl Setting {
    const fn new(key: &'static str, about: &'static str) -> Self {
        Self { key, about }
    }
}

/// The table of a dump, for the systems that are read from dumps.
const TABLE: Setting = Setting::new("table", "the table in a dump, if it has another name");

impl System {
    /// Every system.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        SHELVES.iter().flat_map(|shelf| shelf.iter())
    }

    /// The system of that slug.
    #[must_use]
    pub fn named(slug: &str) -> Option<&'static Self> {
        Self::all().find(|system| system.slug == slug)
    }

    /// A stable name in lower case.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.slug
    }

    /// The name that the system gives itself.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Which exports are read.
    #[must_use]
    pub fn reads(&self) -> &'static str {
        self.reads
    }

    /// What the exports lack, or what to know of them.
    #[must_use]
    pub fn lacks(&self) -> &'static str {
        self.lacks
    }

    /// What the caller may have to say, by [`Options::set`].
    #[must_use]
    pub fn settings(&self) -> &'static [Setting] {
        self.settings
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug)
    }
}
