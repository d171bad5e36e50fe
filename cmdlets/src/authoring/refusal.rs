//! Parameters that a cmdlet has and cannot honour yet: given, they are an error, never ignored.

use plenum_lang::cmdlet::Arguments;
use plenum_lang::error::Result;

use super::{Read, not_built};

/// Refuses parameters that were given and that this cmdlet cannot honour yet.
pub fn refuse(arguments: &Arguments, names: &[&str]) -> Result<()> {
    match names.iter().find(|name| arguments.has(name)) {
        Some(name) => Err(not_built(&format!("The parameter -{name}"))
            .hint("Leave it out.")
            .into()),
        None => Ok(()),
    }
}

/// Refuses a `-Culture` other than the one that everything is compared and formatted by.
pub fn only_english(arguments: &Arguments) -> Result<()> {
    let known = ["", "en", "en-US", "Invariant", "1033", "127"];
    match Read::text(arguments, "Culture") {
        Some(culture) if !known.iter().any(|name| name.eq_ignore_ascii_case(&culture)) => {
            Err(not_built(&format!("Comparing by the culture '{culture}'"))
                .hint("Leave -Culture out: comparisons follow en-US.")
                .into())
        }
        _ => Ok(()),
    }
}
