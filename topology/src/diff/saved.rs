//! A saved plan: the document, the revision that it was compared with, and a hash over both, so that exactly what was
//! reviewed is applied or nothing is.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::change::Revision;
use crate::model::Topology;

/// What the file calls itself.
const FORMAT: &str = "plenum/plan/v1";

/// A plan in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedPlan {
    /// `plenum/plan/v1`.
    pub format: String,
    /// The revision that it was compared with.
    pub base: Revision,
    /// SHA-256 over base and document, in lower-case hexadecimal.
    pub hash: String,
    /// What the plan does, in one line.
    pub summary: String,
    /// The document.
    pub document: serde_json::Value,
}

/// Whether a file's text is a saved plan and not a document.
pub fn is_saved_plan(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains(FORMAT)
}

impl SavedPlan {
    /// Makes a plan of a document for a file.
    pub fn new(base: Revision, topology: &Topology, summary: String) -> Self {
        let document = topology.to_json();
        let hash = hash(base, &document);
        SavedPlan {
            format: FORMAT.to_owned(),
            base,
            hash,
            summary,
            document,
        }
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a plan has text keys only");
        text.push('\n');
        text
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// When it is no plan, or was changed after it was saved.
    pub fn parse(text: &str) -> Result<Self, String> {
        let plan: SavedPlan =
            serde_json::from_str(text).map_err(|error| format!("This is not a saved plan: {error}."))?;
        if plan.format != FORMAT {
            return Err(format!(
                "This is a plan of the format '{}', not {FORMAT}.",
                plan.format
            ));
        }
        if hash(plan.base, &plan.document) != plan.hash {
            return Err("The saved plan was changed after it was made. Make a new one with plenum topology plan --out.".to_owned());
        }
        Ok(plan)
    }
}

fn hash(base: Revision, document: &serde_json::Value) -> String {
    let digest = Sha256::new()
        .chain_update(base.0.to_be_bytes())
        .chain_update(document.to_string())
        .finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
