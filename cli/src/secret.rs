//! Passwords on their way in: from a prompt, or from a line of standard input.
use crate::exit::Failure;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use zeroize::Zeroizing;

/// A line that may be secret, wiped when dropped.
pub(crate) type SecretLine = Zeroizing<Vec<u8>>;

/// Longest line that a password or a hash may come in, in bytes, with its end.
const LINE_BYTES_MAX: usize = 65_538;

/// From a prompt that does not echo; or, where standard input is no terminal, its next line.
pub(crate) fn password(prompt: &str) -> Result<SecretLine, Failure> {
    if !io::stdin().is_terminal() {
        return line("the password");
    }
    Ok(Zeroizing::new(rpassword::prompt_password(prompt)?.into_bytes()))
}

/// As [`password`], asked for twice at a prompt, so that a slip of the hand is not kept.
pub(crate) fn new_password() -> Result<SecretLine, Failure> {
    let first = password("Password: ")?;
    if io::stdin().is_terminal() && *password("Once more: ")? != *first {
        return Err(Failure::usage("bad-password", "the two passwords differ; try again"));
    }
    Ok(first)
}

/// A stored hash: asked for at a terminal, or else the next line of standard input.
pub(crate) fn hash() -> Result<Zeroizing<String>, Failure> {
    if io::stdin().is_terminal() {
        write!(io::stderr(), "Hash: ")?;
    }
    let mut line = line("the hash")?;
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(_) => Err(Failure::data("unrecognised", "the hash is not UTF-8 text")),
    }
}

/// The next line of standard input, without its end; `None` after the last.
pub(crate) fn next_line() -> Result<Option<SecretLine>, Failure> {
    // Of full size from the start, so that growth leaves no copy behind.
    let mut line = Zeroizing::new(Vec::with_capacity(LINE_BYTES_MAX));
    let limit = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX);
    io::stdin().lock().take(limit).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop_if(|byte| *byte == b'\n').is_some() {
        line.pop_if(|byte| *byte == b'\r');
    } else if line.len() == LINE_BYTES_MAX {
        let rule = "a line of standard input is over 65536 bytes; give one text a line";
        return Err(Failure::data("line-too-long", rule));
    }
    Ok(Some(line))
}

fn line(what: &str) -> Result<SecretLine, Failure> {
    next_line()?.ok_or_else(|| {
        let rule = "standard input ended; give it a line for";
        Failure::usage("no-input", format!("{rule} {what}"))
    })
}
