//! Passwords on their way in: from a prompt, or from a line of standard input.
use crate::exit::Failure;
use std::io::{self, BufRead, IsTerminal};
use zeroize::Zeroizing;

/// A password, wiped when dropped.
pub(crate) type Password = Zeroizing<Vec<u8>>;

/// Longest line that a password or a hash may come in, in bytes.
const LINE_BYTES_MAX: u64 = 65_537;

/// From a prompt that does not echo; or, where standard input is no terminal, its next line.
pub(crate) fn password(prompt: &str) -> Result<Password, Failure> {
    if !io::stdin().is_terminal() {
        return line();
    }
    let text = rpassword::prompt_password(prompt)?;
    Ok(Zeroizing::new(text.into_bytes()))
}

/// As [`password`], asked for twice at a prompt, so that a slip of the hand is not kept.
pub(crate) fn new_password() -> Result<Password, Failure> {
    let first = password("Password: ")?;
    if io::stdin().is_terminal() && *password("Once more: ")? != *first {
        return Err(Failure::usage("bad-password", "the two passwords differ; try again"));
    }
    Ok(first)
}

/// The next line of standard input, without its end.
pub(crate) fn line() -> Result<Password, Failure> {
    // Of full size from the start, so that no copy is left behind by growth.
    let mut line = Zeroizing::new(Vec::with_capacity(LINE_BYTES_MAX as usize));
    let got = io::Read::take(io::stdin().lock(), LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
    let ended = line.pop_if(|byte| *byte == b'\n').is_some();
    if ended {
        line.pop_if(|byte| *byte == b'\r');
    } else if got as u64 == LINE_BYTES_MAX {
        return Err(Failure::data("line-too-long", "a line of standard input is over 65536 bytes"));
    } else if got == 0 {
        return Err(Failure::usage("no-input", "standard input ended before the line asked for"));
    }
    Ok(line)
}
