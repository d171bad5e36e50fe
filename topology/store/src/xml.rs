//! The vendor's topology documents: a Topology Builder file (unique ids) and a published Topology document
//! (`ServiceId SiteId/RoleName/Instance` references) are read; the latter is written.
//!
//! Both are first read into one [`draft::Draft`], and that becomes a topology. What has no counterpart is a finding,
//! never silence; what belongs to the tool that wrote the file (its path, signature, whether it was published,
//! versions of roles) is not. The forms of pools, services, stores and ports follow documents that exist. Not verified against one: branch
//! sites, federation routes, trunks and backup registrars in the published form; there the reader takes what the
//! writer writes.

mod draft;
mod import;
mod service;
mod tree;
mod write;

use plenum_topology::document::Document;
use plenum_topology::model::Topology;
use plenum_topology::problem::{Location, Problem};
use plenum_topology::validate::validate;

/// Reads the vendor's document. Findings say what could not be carried over and, as errors, which rules the result
/// breaks.
///
/// # Errors
/// When it is not XML, has a document type, is too large or too deep, or is no topology.
pub fn read_topology(file: &str, text: &str) -> Result<Document, Vec<Problem>> {
    let located = |mut problem: Problem| {
        if let Some(location) = &mut problem.location {
            file.clone_into(&mut location.file);
        }
        problem
    };
    let root = tree::parse(text).map_err(|problem| vec![located(*problem)])?;
    let (draft, mut findings) = draft::read(&root).map_err(|problem| vec![located(*problem)])?;
    let topology = import::topology(draft, &mut findings);
    let mut findings: Vec<Problem> = findings.into_iter().map(located).collect();
    findings.extend(validate(&topology));
    Ok(Document {
        file: file.to_owned(),
        topology,
        findings,
    })
}

/// Writes the published form, and says what it cannot hold.
pub fn write_topology(topology: &Topology) -> (String, Vec<Problem>) {
    write::topology(topology)
}

/// A finding at an element.
fn finding(element: &tree::Element, message: impl Into<String>) -> Problem {
    let location = Location {
        file: String::new(),
        line: element.line,
        column: element.column,
        length: 1,
    };
    Problem {
        location: Some(location),
        ..Problem::note("import", &plenum_topology::problem::Path::default(), message)
    }
}

#[cfg(test)]
mod tests;
