//! What the engine waits and starts threads with. `tests/pool_models.rs` takes the engine's files as
//! they are and gives them those of a model checker instead.
pub(super) use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
pub(super) use std::thread;
