//! Firebase's hashes in the containers of those who import them: `SuperTokens`, `WorkOS`, Clerk.
//!
//! *Format*: `$f_scrypt$<digest>$<salt>$m=<log2 N>$r=<r>$s=<separator>`, the signer key in the server's settings;
//! `$firebase-scrypt$hash=…$salt=…$sk=…$ss=…$r=…$m=…` in any order, each name once (`h` for `hash` and `s` for
//! `salt` too), or with all but the last two between commas (`k` for `sk`, `mc` for `m`), or with these in a
//! JSON object in base64; `<digest>$<salt>$<signer key>$<separator>$<r>$<log2 N>`. *Deviations* and *Security*: as of
//! [`firebase`].
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{
    Cursor, Field,
    json::{self, Json},
};

use super::firebase::{self, Texts};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "supertokens-firebase",
        summary: "SuperTokens' import of Firebase hashes",
        strength: Strength::Legacy,
        needs: &["signer_key"],
        rarity: 5,
        claim: |text| tagged(text, "$f_scrypt$"),
        parse: parse_supertokens,
        write: Some(Write::Vendor(|hash| {
            let Texts { n_log2, block_r, salt, separator, digest, .. } = firebase::texts(hash)?;
            Some(format!("$f_scrypt${digest}${salt}$m={n_log2}$r={block_r}$s={separator}"))
        })),
        samples: &[Sample {
            password: ")OR.Y;1 *Oxv",
            stored: "$f_scrypt$aQZLkaztogudUllmpLHqWfL3nmE/8NpYfY7lwDqFDzZPHJQIsUFdLeJ70PpZ7xX4z13NtvGmXN5nGgiUPP0dYg==$tm3CDzpE2kU=$m=8$r=8$s=3G0=",
            side: &[(
                "signer_key",
                "LuJhy/Ck/pJcqvPFlC7VOoCtKx95PC88LWuNr5pOnLdmaE8KWifap+4DMCcz67S0mNPqVJblfZgr3g/Lg/EGLg==",
            )],
            from: "npm firebase-scrypt 2.2.0, laid out as in SuperTokens' manual",
        }],
    },
    Format {
        slug: "workos-firebase",
        summary: "WorkOS' import of Firebase hashes",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, "$firebase-scrypt$"),
        parse: parse_workos,
        write: Some(Write::Vendor(|hash| {
            let Texts { n_log2, block_r, salt, separator, signer_key, digest } =
                firebase::texts(hash)?;
            Some(format!(
                "$firebase-scrypt$hash={digest}$salt={salt}$sk={signer_key}$ss={separator}$r={block_r}$m={n_log2}"
            ))
        })),
        samples: &[Sample {
            password: ")OR.Y;1 *Oxv",
            stored: "$firebase-scrypt$hash=aQZLkaztogudUllmpLHqWfL3nmE/8NpYfY7lwDqFDzZPHJQIsUFdLeJ70PpZ7xX4z13NtvGmXN5nGgiUPP0dYg==$salt=tm3CDzpE2kU=$sk=LuJhy/Ck/pJcqvPFlC7VOoCtKx95PC88LWuNr5pOnLdmaE8KWifap+4DMCcz67S0mNPqVJblfZgr3g/Lg/EGLg==$ss=3G0=$r=8$m=8",
            side: &[],
            from: "npm firebase-scrypt 2.2.0, laid out as by WorkOS' migration tool",
        }],
    },
    Format {
        slug: "clerk-firebase",
        summary: "Clerk's import of Firebase hashes (scrypt_firebase)",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| {
            let first = text.split('$').next().is_some_and(|digest| digest.len() == 88);
            let all = first && text.matches('$').count() == 5;
            if all { Claim::Shaped } else { Claim::No }
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            let digest = cursor.until('$', "expected `$` after the digest")?;
            let salt = cursor.until('$', "expected `$` after the salt")?;
            let key = cursor.until('$', "expected `$` after the signer key")?;
            let separator = cursor.until('$', "expected `$` after the separator")?;
            let block_r = cursor.until('$', "expected `$` after r")?.number_u32()?;
            let n_log2 = cursor.last().number_u32()?;
            firebase::finish((n_log2, block_r), salt, separator, key, digest)
        },
        write: Some(Write::Vendor(|hash| {
            let Texts { n_log2, block_r, salt, separator, signer_key, digest } =
                firebase::texts(hash)?;
            Some(format!("{digest}${salt}${signer_key}${separator}${block_r}${n_log2}"))
        })),
        samples: &[Sample {
            password: ")OR.Y;1 *Oxv",
            stored: "aQZLkaztogudUllmpLHqWfL3nmE/8NpYfY7lwDqFDzZPHJQIsUFdLeJ70PpZ7xX4z13NtvGmXN5nGgiUPP0dYg==$tm3CDzpE2kU=$LuJhy/Ck/pJcqvPFlC7VOoCtKx95PC88LWuNr5pOnLdmaE8KWifap+4DMCcz67S0mNPqVJblfZgr3g/Lg/EGLg==$3G0=$8$8",
            side: &[],
            from: "npm firebase-scrypt 2.2.0, laid out as in Clerk's manual",
        }],
    },
];

fn parse_supertokens(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$f_scrypt$", "expected `$f_scrypt$`")?;
    let digest = cursor.until('$', "expected `$` after the digest")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    cursor.tag("m=", "expected `m=`")?;
    let n_log2 = cursor.until('$', "expected `$` after m")?.number_u32()?;
    cursor.tag("r=", "expected `r=`")?;
    let block_r = cursor.until('$', "expected `$` after r")?.number_u32()?;
    cursor.tag("s=", "expected `s=`")?;
    let separator = cursor.last();
    let cost = (n_log2, block_r);
    if raw.side.key_id.is_some() {
        return firebase::finish_named(cost, salt, separator, raw.side.key_id("")?, digest);
    }
    let key = Side::need(raw.side.signer_key.as_ref(), "signer_key")?;
    firebase::finish(cost, salt, separator, Field::whole(key), digest)
}

/// The six values, by whichever of their names.
#[derive(Default)]
struct Values<'a> {
    digest: Option<Field<'a>>,
    salt: Option<Field<'a>>,
    key: Option<Field<'a>>,
    separator: Option<Field<'a>>,
    block_r: Option<Field<'a>>,
    n_log2: Option<Field<'a>>,
}

impl<'a> Values<'a> {
    fn take(&mut self, name: Field<'a>, value: Field<'a>) -> Result<(), ParseError> {
        let place = match name.text {
            "hash" | "h" => &mut self.digest,
            "salt" | "s" => &mut self.salt,
            "sk" | "k" | "signerKey" => &mut self.key,
            "ss" | "saltSeparator" => &mut self.separator,
            "r" | "rounds" => &mut self.block_r,
            "m" | "mc" | "memCost" => &mut self.n_log2,
            _ => return Err(name.fault("the name is none of hash, salt, sk, ss, r, m")),
        };
        match place.replace(value) {
            Some(_) => Err(name.fault("a name stands twice")),
            None => Ok(()),
        }
    }

    /// `name=value` between these.
    fn pairs(&mut self, field: Field<'a>, between: char) -> Result<(), ParseError> {
        let mut cursor = Cursor::within(field);
        loop {
            let more = cursor.rest().contains(between);
            let field = match more {
                true => cursor.until(between, "expected the next name")?,
                false => cursor.clone().last(),
            };
            let mut pair = Cursor::within(field);
            let name = pair.until('=', "expected `name=value`")?;
            self.take(name, pair.last())?;
            if !more {
                return Ok(());
            }
        }
    }

    fn finish(self, at: Field<'_>) -> Result<PasswordHash, ParseError> {
        let missing = || at.fault("one of hash, salt, sk, ss, r, m is missing");
        let need = |value: Option<Field<'a>>| value.ok_or_else(missing);
        let (salt, separator, key) = (need(self.salt)?, need(self.separator)?, need(self.key)?);
        let cost = (need(self.n_log2)?.number_u32()?, need(self.block_r)?.number_u32()?);
        firebase::finish(cost, salt, separator, key, need(self.digest)?)
    }
}

fn parse_workos(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$firebase-scrypt$", "expected `$firebase-scrypt$`")?;
    let (whole, mut values) = (cursor.clone().last(), Values::default());
    let first = whole.text.split('$').next().unwrap_or_default();
    // Base64 of a JSON object: `{"`.
    if first.starts_with("eyJ") {
        return parse_json(cursor);
    }
    if !first.contains(',') {
        values.pairs(whole, '$')?;
        return values.finish(whole);
    }
    values.pairs(cursor.until('$', "expected `$` after the parameters")?, ',')?;
    values.salt = Some(cursor.until('$', "expected `$` after the salt")?);
    values.digest = Some(cursor.last());
    values.finish(whole)
}

/// `<base64 of the parameters in JSON>$<salt>$<digest>`.
fn parse_json(mut cursor: Cursor<'_>) -> Result<PasswordHash, ParseError> {
    let params = cursor.until('$', "expected `$` after the parameters")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last();
    let rule =
        "the parameters are base64 of JSON with signerKey, saltSeparator, rounds and memCost";
    let fault = || params.fault(rule);
    let text = zeroize::Zeroizing::new(params.base64_either()?);
    let read = str::from_utf8(&text).ok().and_then(|text| json::read(text).ok());
    let read = read.ok_or_else(fault)?;
    let text = |name| read.get(name).and_then(Json::text).map(Field::whole);
    let number = |name| read.get(name)?.number().and_then(|number| u32::try_from(number).ok());
    let (key, separator) = text("signerKey").zip(text("saltSeparator")).ok_or_else(fault)?;
    let cost = number("memCost").zip(number("rounds")).ok_or_else(fault)?;
    let hash = firebase::finish(cost, salt, separator, key, digest);
    // What is wrong in there has no place in the text.
    hash.map_err(|_| fault())
}
