//! The indexes that lists are answered from.
use super::User;
use super::store::Seq;

/// Kept in step by the store on every insert, replacement and removal.
#[derive(Default)]
pub(super) struct Indexes {}

impl Indexes {
    pub(super) fn insert(&mut self, _seq: Seq, _user: &User) {}

    pub(super) fn remove(&mut self, _seq: Seq, _user: &User) {}
}
