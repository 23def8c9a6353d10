//! Kernels: derivations of several users side by side on one core.
//!
//! A derivation is a chain of dependent steps that leaves most of a core idle; chains of different
//! users fill it. A kernel takes raw bytes and costs, knows no setting and no text, and gives the
//! digests in the order of its jobs. All jobs of a call run the same steps: no lane stops early, and
//! none sees another's bytes. Each kernel is held against the plain crate of its primitive, at
//! every number of lanes and on every [`Cpu`] that the machine can stand for.
//!
//! The vectors are those of `fearless_simd`: its calls are safe, and it asks the processor at run
//! time. Loops over arrays of lanes would be safe too, but the compiler does not make vectors of
//! them (a twentieth of the speed, measured).
pub(crate) mod argon2;
pub(crate) mod blowfish;
mod cpu;
pub(crate) mod digest;
pub(crate) mod memory;
mod pi;
pub(crate) mod scrypt;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use cpu::{Cpu, dispatch};
