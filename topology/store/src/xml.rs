//! The vendor's topology documents.

use plenum_topology::document::Document;
use plenum_topology::model::Topology;
use plenum_topology::problem::{Path, Problem};

/// Reads the vendor's document.
///
/// # Errors
/// Always, for now.
pub fn read_topology(_file: &str, _text: &str) -> Result<Document, Vec<Problem>> {
    Err(vec![Problem::error("syntax", &Path::default(), "Reading the vendor's document is not built yet.")])
}

/// Writes the vendor's document.
pub fn write_topology(_topology: &Topology) -> (String, Vec<Problem>) {
    (String::new(), vec![Problem::error("syntax", &Path::default(), "Writing the vendor's document is not built yet.")])
}
