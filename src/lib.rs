//! Lift password hashes out of legacy systems.
