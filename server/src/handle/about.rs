//! The server about itself.
use super::Call;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::openapi;
use serde_json::json;

pub(crate) fn health(_: &Call) -> Result<Answer, Failure> {
    Answer::ok(&json!({ "name": "http", "ping": 0, "status": "pass" }))
}

pub(crate) fn description(_: &Call) -> Result<Answer, Failure> {
    Answer::ok(&openapi::description())
}
