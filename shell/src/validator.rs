//! Whether Enter runs what was typed or asks for another line.

use plenum_lang::engine::Engine;
use reedline::{ValidationResult, Validator};

/// Complete when the parser says that more text cannot be what was missing.
pub struct EngineValidator;

impl Validator for EngineValidator {
    fn validate(&self, line: &str) -> ValidationResult {
        if Engine::is_incomplete(line) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Complete
        }
    }
}
