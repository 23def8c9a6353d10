//! `hashlift verify --jsonl`.
