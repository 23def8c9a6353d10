//! Files of hosts and web servers: /etc/shadow, htpasswd, htdigest.
use super::{Shape, System};
use crate::format::Format;
use crate::hash::PasswordHash;
use crate::import::recipe::{self, Order};
use crate::import::record::Names;
use crate::import::{Fault, Imported, Options, Record, Why};
use crate::side::Side;

pub(super) static SYSTEMS: &[System] = &[
    System {
        slug: "shadow",
        title: "/etc/shadow",
        reads: "/etc/shadow, or a file of `name:hash` and more behind it",
        lacks: "names and addresses; accounts of the system are locked rows",
        settings: &[],
        shapes: &[Shape::Colons(&["username", "password"])],
        check: |_| Ok(()),
        user: hash,
    },
    System {
        slug: "htpasswd",
        title: "htpasswd (Apache, nginx)",
        reads: "a file that htpasswd made",
        lacks: "names and addresses; a password in clear (htpasswd -p) is refused",
        settings: &[],
        shapes: &[Shape::Colons(&["username", "password"])],
        check: |_| Ok(()),
        user: hash,
    },
    System {
        slug: "htdigest",
        title: "htdigest (Apache)",
        reads: "a file that htdigest made: user, realm, MD5",
        lacks: "names and addresses",
        settings: &[],
        shapes: &[Shape::Colons(&["username", "realm", "password"])],
        check: |_| Ok(()),
        user: htdigest,
    },
];

const NAMES: Names = Names { id: &[], email: &[], name: &[], phone: &[], ..Names::USUAL };

/// DES crypt has no tag, only its length.
fn untagged(text: &str) -> Option<&'static str> {
    (text.len() == 13).then_some("descrypt").filter(|slug| Format::named(slug).is_some())
}

fn hash(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let read = |text: &str| options.hash(text, untagged(text), &Side::NONE);
    record.user(NAMES, record.hash_by("password", read)?, false)
}

/// `MD5(user:realm:password)`: MD5 of a salt and a password.
fn htdigest(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    let text = |name| record.text(name).map(Option::unwrap_or_default);
    let (user, realm, stored) = (text("username")?, text("realm")?, text("password")?);
    let salt = format!("{user}:{realm}:").into_bytes();
    let read = || -> Result<PasswordHash, Why> {
        recipe::digest("md5", (salt, Order::SaltFirst), recipe::hex(&stored)?, options)
    };
    record.user(NAMES, Some(read().map_err(|why| Fault::new("password", why))?), false)
}
