//! Arguments that several commands share.
use crate::exit::Failure;
use crate::secret;
use base64ct::{Base64, Encoding};
use hashlift::{
    Format, KeyId, Keyring, Limits, ParseError, PasswordHash, Policy, SecretBytes, Side,
};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// `--limits`: how much a stored hash may ask for.
#[derive(clap::Args)]
pub(crate) struct LimitsArgs {
    /// How much a stored hash may ask for: `strict`, `default` or `offline`.
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = limits)]
    pub(crate) limits: Limits,
}

/// `--side`, `--side-file`: what stands beside a hash, in other columns.
#[derive(clap::Args)]
pub(crate) struct SideArgs {
    /// What stands beside the hash, such as `salt=NaCl`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    side: Vec<(String, String)>,
    /// The same from a JSON file: an object of keys and values. For keys that are secrets.
    #[arg(long, value_name = "FILE", conflicts_with = "side")]
    side_file: Option<PathBuf>,
}

impl SideArgs {
    pub(crate) fn side(&self) -> Result<Side, Failure> {
        match &self.side_file {
            Some(file) => read_json(file, "bad-side"),
            None => Ok(Side::from_pairs(self.side.iter().map(|(k, v)| (k.as_str(), v.as_str())))?),
        }
    }
}

/// A stored hash, and how it is to be read.
#[derive(clap::Args)]
pub(crate) struct HashArgs {
    /// The stored hash. Without it, it is asked for, or comes from standard input.
    pub(crate) hash: Option<String>,
    /// Its format, when it carries no tag; `hashlift formats` lists them.
    #[arg(long, value_name = "SLUG", value_parser = format)]
    pub(crate) format: Option<&'static Format>,
    #[command(flatten)]
    pub(crate) side: SideArgs,
    #[command(flatten)]
    pub(crate) limits: LimitsArgs,
}

impl HashArgs {
    /// The text of the hash: the argument, or what is asked for.
    pub(crate) fn text(&self) -> Result<Zeroizing<String>, Failure> {
        match &self.hash {
            Some(text) => Ok(Zeroizing::new(text.clone())),
            None => secret::hash(),
        }
    }
}

/// `--policy` and its relatives: what new hashes look like.
#[derive(clap::Args)]
pub(crate) struct PolicyArgs {
    /// A profile: `owasp`, `rfc9106-low-memory`, `interactive` or `moderate`.
    #[arg(long, value_name = "NAME", default_value = "owasp", value_parser = policy)]
    policy: Policy,
    /// A policy in JSON, such as `{"memory_kib":65536,"passes":2,"lanes":1}`.
    #[arg(long, value_name = "FILE", conflicts_with = "policy")]
    policy_file: Option<PathBuf>,
    /// Memory of a new hash, in KiB, in place of the profile's.
    #[arg(long, value_name = "KIB")]
    memory_kib: Option<u32>,
    /// Passes of a new hash, in place of the profile's.
    #[arg(long, value_name = "N")]
    passes: Option<u32>,
    /// Lanes of a new hash, in place of the profile's.
    #[arg(long, value_name = "N")]
    lanes: Option<u32>,
}

impl PolicyArgs {
    pub(crate) fn policy(&self) -> Result<Policy, Failure> {
        let base = match &self.policy_file {
            Some(file) => read_json(file, "bad-policy")?,
            None => self.policy.clone(),
        };
        let memory_kib = self.memory_kib.unwrap_or(base.memory_kib);
        let passes = self.passes.unwrap_or(base.passes);
        let lanes = self.lanes.unwrap_or(base.lanes);
        Ok(base.with_costs(memory_kib, passes, lanes))
    }
}

/// `--pepper`: the key that new hashes are made with. Only its place is an argument.
#[derive(clap::Args)]
pub(crate) struct PepperArgs {
    /// The pepper of new hashes, as the id that they name it by (1 to 8 bytes) and the file that
    /// holds the key, in base64, such as `p1=/run/secrets/pepper`. Whoever verifies them needs it.
    #[arg(long, value_name = "ID=FILE", value_parser = pair)]
    pepper: Option<(String, String)>,
}

/// Fewer bytes could be guessed.
const PEPPER_BYTES_MIN: usize = 16;

impl PepperArgs {
    /// The policy with the pepper, and the ring that holds its key.
    pub(crate) fn add(&self, policy: Policy) -> Result<(Policy, Keyring), Failure> {
        let Some((id, file)) = &self.pepper else {
            return match &policy.pepper {
                None => Ok((policy, Keyring::EMPTY)),
                Some(id) => {
                    let rule =
                        format!("the policy has the pepper {id:?}: name its --pepper {id}=FILE");
                    Err(Failure::usage("missing-key", rule))
                }
            };
        };
        if policy.pepper.as_ref().is_some_and(|own| own != id) {
            return Err(Failure::usage("bad-pepper", "the policy has a pepper of another id"));
        }
        let key_id = KeyId::new(id.as_bytes())
            .ok_or_else(|| Failure::usage("bad-pepper", "a pepper's id has 1 to 8 bytes"))?;
        let text = std::fs::read_to_string(file)
            .map(Zeroizing::new)
            .map_err(|error| Failure::environment("io", format!("{file}: {error}")))?;
        let key = Base64::decode_vec(text.trim()).map(SecretBytes::new);
        match key {
            Ok(key) if key.len() >= PEPPER_BYTES_MIN => {
                Ok((policy.with_pepper(id), Keyring::default().with(key_id, key)))
            }
            _ => {
                let rule = format!(
                    "{file}: a key is {PEPPER_BYTES_MIN} bytes or more, in base64 with its padding"
                );
                Err(Failure::usage("bad-pepper", rule))
            }
        }
    }
}

/// A format by its name.
pub(crate) fn format(name: &str) -> Result<&'static Format, String> {
    Format::named(name).ok_or_else(|| "no such format; `hashlift formats` lists them".to_owned())
}

/// The format that a line of JSON names, if it names one.
pub(crate) fn format_of_line(name: Option<&str>) -> Result<Option<&'static Format>, Failure> {
    name.map(format).transpose().map_err(|rule| Failure::data("unknown-format", rule))
}

/// Read a stored text of a format that may be named. A locked marker may stand in any column.
pub(crate) fn read(
    format: Option<&'static Format>,
    text: &str,
    side: &Side,
    limits: &Limits,
) -> Result<PasswordHash, ParseError> {
    let tagged = Format::of(text);
    let locked = tagged.filter(|format| format.slug() == "locked");
    match locked.or(format).or(tagged) {
        Some(format) => PasswordHash::parse_beside(format, text, side, limits),
        None => PasswordHash::parse_within(text, limits),
    }
}

/// The key that the row itself brings for a hash, if it names one.
pub(crate) fn keyring(side: &Side, hash: &PasswordHash) -> Result<Keyring, Failure> {
    let fault = |error: ParseError| Failure::data("bad-side", format!("secret_b64: {error}"));
    side.keyring(hash).map_err(fault)
}

fn limits(name: &str) -> Result<Limits, String> {
    Limits::named(name).ok_or_else(|| "one of `strict`, `default`, `offline`".to_owned())
}

fn policy(name: &str) -> Result<Policy, String> {
    let names = "one of `owasp`, `rfc9106-low-memory`, `interactive`, `moderate`";
    Policy::named(name).ok_or_else(|| names.to_owned())
}

pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A JSON file, read whole. What it holds may be secret, so errors tell the place alone.
fn read_json<T: serde::de::DeserializeOwned>(
    file: &std::path::Path,
    kind: &'static str,
) -> Result<T, Failure> {
    let name = file.display();
    let text = std::fs::read(file)
        .map(Zeroizing::new)
        .map_err(|error| Failure::environment("io", format!("{name}: {error}")))?;
    serde_json::from_slice(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let rule = "not a JSON object of known keys with values of their type";
        Failure::usage(kind, format!("{name}: line {line}, column {column}: {rule}"))
    })
}
