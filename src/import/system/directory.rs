//! Directories: LDAP.
use super::{Shape, System};
use crate::format::Format;
use crate::import::record::Names;
use crate::import::{Fault, Imported, Options, Record};
use crate::side::Side;
use zeroize::Zeroizing;

pub(super) static SYSTEMS: &[System] = &[System {
    slug: "ldif",
    title: "LDAP (OpenLDAP, 389 Directory Server, …)",
    reads: "LDIF from slapcat, db2ldif or ldapsearch as an administrator",
    lacks: "an ordinary ldapsearch leaves userPassword out; of several, the strongest is imported",
    settings: &[],
    shapes: &[Shape::Ldif],
    check: |_| Ok(()),
    user,
}];

const NAMES: Names = Names {
    id: &["uid", "dn"],
    email: &["mail"],
    username: &["uid", "cn"],
    name: &["displayName", "cn"],
    phone: &["telephoneNumber", "mobile"],
};

/// Object classes whose entries are people, with or without a password.
const PEOPLE: &[&str] = &["person", "posixAccount", "account", "organizationalPerson", "user"];

fn user(record: &Record, options: &Options) -> Result<Option<Imported>, Fault> {
    if record.text("changetype")?.is_some_and(|change| change != "add") {
        return Err(Fault::new("", "a change, not an entry; export the entries themselves"));
    }
    // A text without braces is the password itself, in clear.
    let hash = record.strongest("userPassword", |text| match Format::of(text) {
        None if !text.starts_with('{') => {
            let text = Zeroizing::new(format!("{{CLEARTEXT}}{text}"));
            options.hash_as("ldap-cleartext", &text, &Side::NONE)
        }
        _ => options.hash(text, None, &Side::NONE),
    })?;
    let person = || {
        record.all("objectClass").any(|class| {
            PEOPLE.iter().any(|person| class.eq_ignore_ascii_case(person.as_bytes()))
                || class.eq_ignore_ascii_case(b"inetOrgPerson")
        })
    };
    if hash.is_some() || person() { record.user(NAMES, hash, false) } else { Ok(None) }
}
