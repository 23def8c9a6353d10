//! What happened to the side data, where it is not the salt's reading alone.
use super::deviation::Shown;
use crate::side::Side;
use crate::text::{Field, PADDED};
use core::fmt;

/// How the side data that the digest was made with differs from what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SideSlip {
    /// The value of this key is hexadecimal, where the format wants base64.
    IsHex(&'static str),
    /// The value of this key is text, where the format wants base64.
    IsText(&'static str),
    /// `rounds` and `mem_cost` stand in each other's place.
    FirebaseCostsSwapped,
    /// `cost_cpu` and `cost_memory` stand in each other's place.
    ScryptCostsSwapped,
    /// `cost_cpu` is the base-2 logarithm of N, not N.
    CostCpuIsLog2,
    /// Firebase's usual values for what is not given.
    FirebaseUsual,
    /// Appwrite's usual values for what is not given.
    ScryptUsual,
    /// The user name in lower case.
    UsernameLowerCase,
    /// The user name in upper case.
    UsernameUpperCase,
    /// The user name without its domain.
    UsernameWithoutDomain,
    /// The blanks around the user name are no part of it.
    UsernameTrimmed,
    /// Another function.
    Algorithm(&'static str),
    /// Another number of iterations.
    Iterations(u64),
    /// The signer key stands where the separator belongs, and the other way round.
    KeyAndSeparatorSwapped,
}

use SideSlip as B;

impl fmt::Display for SideSlip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            B::IsHex(key) => write!(f, "{} is hexadecimal, not base64", noun(key)),
            B::IsText(key) => write!(f, "{} is text, not base64", noun(key)),
            B::FirebaseCostsSwapped => f.write_str("costs swapped: mem_cost and rounds"),
            B::ScryptCostsSwapped => f.write_str("costs swapped: cost_cpu and cost_memory"),
            B::CostCpuIsLog2 => f.write_str("cost_cpu is the logarithm of N, not N"),
            B::FirebaseUsual => f.write_str(
                "side data was missing: Firebase's usual mem_cost 14, rounds 8, separator `Bw==`",
            ),
            B::ScryptUsual => {
                f.write_str("side data was missing: N = 8, r = 14, p = 1, 64 bytes (Appwrite)")
            }
            B::UsernameLowerCase => f.write_str("user name in lower case"),
            B::UsernameUpperCase => f.write_str("user name in upper case"),
            B::UsernameWithoutDomain => f.write_str("user name without its domain"),
            B::UsernameTrimmed => f.write_str("user name without the blanks around it"),
            B::Algorithm(name) => write!(f, "another function: {name}"),
            B::Iterations(n) => write!(f, "another cost: {n} iterations"),
            B::KeyAndSeparatorSwapped => f.write_str("signer key and salt separator swapped"),
        }
    }
}

fn noun(key: &str) -> &str {
    match key {
        "salt_separator" => "salt separator",
        "signer_key" => "signer key",
        key => key,
    }
}

impl SideSlip {
    pub(super) fn advice(self) -> Shown {
        match self {
            B::IsHex(key) => {
                format!("decode `{key}` from hexadecimal and write it in base64").into()
            }
            B::IsText(key) => format!("write `{key}` in base64").into(),
            B::FirebaseCostsSwapped => "exchange the values of `mem_cost` and `rounds`".into(),
            B::ScryptCostsSwapped => "exchange the values of `cost_cpu` and `cost_memory`".into(),
            B::CostCpuIsLog2 => "set `cost_cpu` to two to the power of what it is".into(),
            B::FirebaseUsual => {
                "set `mem_cost` to 14, `rounds` to 8, `salt_separator` to `Bw==`".into()
            }
            B::ScryptUsual => {
                "set `cost_cpu` to 8, `cost_memory` to 14, `cost_parallel` to 1, `length` to 64"
                    .into()
            }
            B::UsernameLowerCase => "lower the case of `username`".into(),
            B::UsernameUpperCase => "raise the case of `username`".into(),
            B::UsernameWithoutDomain => "take the domain off `username`".into(),
            B::UsernameTrimmed => "trim `username`".into(),
            B::Algorithm(name) => format!("set `algorithm` to {name}").into(),
            B::Iterations(n) => format!("set `iterations` to {n}").into(),
            B::KeyAndSeparatorSwapped => {
                "exchange the values of `signer_key` and `salt_separator`".into()
            }
        }
    }
}

/// The side data as it stands, then every single change to it.
pub(super) fn sides(side: &Side) -> Vec<(Option<SideSlip>, Side)> {
    let mut found = vec![(None, side.clone())];
    let mut add = |slip, change: &dyn Fn(&mut Side)| {
        let mut made = side.clone();
        change(&mut made);
        found.push((Some(slip), made));
    };
    let firebase = side.signer_key.is_some();
    if firebase
        && (side.rounds.is_none() || side.mem_cost.is_none() || side.salt_separator.is_none())
    {
        add(B::FirebaseUsual, &|side| {
            side.rounds = side.rounds.or(Some(8));
            side.mem_cost = side.mem_cost.or(Some(14));
            side.salt_separator.get_or_insert_with(|| "Bw==".to_owned());
        });
    }
    if side.rounds.is_some() && side.mem_cost.is_some() {
        add(B::FirebaseCostsSwapped, &|side| core::mem::swap(&mut side.rounds, &mut side.mem_cost));
    }
    if side.cost_cpu.is_some() && side.cost_memory.is_some() {
        let swap = |side: &mut Side| core::mem::swap(&mut side.cost_cpu, &mut side.cost_memory);
        add(B::ScryptCostsSwapped, &swap);
    }
    if let Some(log2) = side.cost_cpu.filter(|log2| (1..=20).contains(log2)) {
        add(B::CostCpuIsLog2, &|side| side.cost_cpu = Some(1 << log2));
    }
    if side.salt.is_some() && side.cost_cpu.is_none() && !firebase {
        add(B::ScryptUsual, &|side| {
            side.cost_cpu = Some(8);
            side.cost_memory = Some(side.cost_memory.unwrap_or(14));
            side.cost_parallel = Some(side.cost_parallel.unwrap_or(1));
            side.length = Some(side.length.unwrap_or(64));
        });
    }
    if firebase {
        encodings(side, &mut add);
    }
    if let Some(name) = &side.username {
        let mut named = |slip, other: String| {
            if other != *name {
                add(slip, &|side| side.username = Some(other.clone()));
            }
        };
        named(B::UsernameLowerCase, name.to_lowercase());
        named(B::UsernameUpperCase, name.to_uppercase());
        named(B::UsernameTrimmed, name.trim().to_owned());
        let behind = name.rsplit_once('\\').map_or(name.as_str(), |(_, user)| user);
        let front = behind.split_once('@').map_or(behind, |(user, _)| user);
        named(B::UsernameWithoutDomain, front.to_owned());
    }
    if let Some(given) = &side.algorithm {
        for name in ["sha512", "sha256", "sha1", "md5"].into_iter().filter(|name| name != given) {
            add(B::Algorithm(name), &|side| side.algorithm = Some(name.to_owned()));
        }
    }
    if side.algorithm.is_some() || side.iterations.is_some() {
        for n in [5000, 1000, 1, 10_000, 50_000].into_iter().filter(|n| Some(*n) != side.iterations)
        {
            add(B::Iterations(n), &|side| side.iterations = Some(n));
        }
    }
    found
}

/// Takes a change to the side data.
type Add<'a> = dyn FnMut(SideSlip, &dyn Fn(&mut Side)) + 'a;

fn encodings(side: &Side, add: &mut Add<'_>) {
    let hex = |text: &str| Field::whole(text).hex().ok().map(|bytes| PADDED.encode(&bytes));
    let text = |text: &str| PADDED.encode(text.as_bytes());
    if let Some(salt) = &side.salt {
        if let Some(made) = hex(salt) {
            add(B::IsHex("salt"), &|side| side.salt = Some(made.clone()));
        }
        add(B::IsText("salt"), &|side| side.salt = Some(text(salt)));
    }
    if let Some(separator) = &side.salt_separator {
        if let Some(made) = hex(separator) {
            add(B::IsHex("salt_separator"), &|side| side.salt_separator = Some(made.clone()));
        }
        add(B::IsText("salt_separator"), &|side| side.salt_separator = Some(text(separator)));
    }
    if let Some(key) = &side.signer_key {
        if let Some(made) = hex(key).map(zeroize::Zeroizing::new) {
            add(B::IsHex("signer_key"), &|side| side.signer_key = Some(made.clone()));
        }
        add(B::IsText("signer_key"), &|side| side.signer_key = Some(text(key).into()));
        if let Some(separator) = &side.salt_separator {
            add(B::KeyAndSeparatorSwapped, &|side| {
                side.signer_key = Some(separator.clone().into());
                side.salt_separator = Some(key.to_string());
            });
        }
    }
}
