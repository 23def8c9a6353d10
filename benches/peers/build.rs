//! Finds the C libraries, and tells the bench their versions.
use std::{env, process::Command};

fn main() {
    for library in ["libxcrypt", "libcrypto", "libsodium", "libargon2"] {
        let found = pkg_config::probe_library(library).unwrap_or_else(|error| panic!("{error}"));
        println!("cargo:rustc-env={}_VERSION={}", library.to_uppercase(), found.version);
    }
    let rustc = env::var_os("RUSTC").expect("cargo names it");
    let said = Command::new(rustc).arg("--version").output().expect("rustc runs").stdout;
    println!("cargo:rustc-env=RUSTC_VERSION={}", String::from_utf8_lossy(&said).trim());
    println!("cargo:rerun-if-changed=build.rs");
}
