//! The Users API over HTTP on the in-memory registry of `hashlift`.
#![doc = include_str!("../README.md")]

mod answer;
mod app;
mod args;
mod body;
mod canonical;
mod date;
mod failure;
mod gate;
mod handle;
mod history;
mod openapi;
mod options;
mod page;
mod pool;
mod route;
mod serve;
mod show;
mod stream;
mod table;

pub use app::router;
pub use options::{Key, Options, Page, random_key};
pub use serve::{Serve, serve};
