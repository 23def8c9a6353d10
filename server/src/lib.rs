//! The Users API over HTTP on the in-memory registry of `hashlift`.
