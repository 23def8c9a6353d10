//! To come.
use super::System;

pub(super) static SYSTEMS: &[System] = &[];
