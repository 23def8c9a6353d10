//! The command `hashlift`.
fn main() {}
