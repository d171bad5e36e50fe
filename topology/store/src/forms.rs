//! The file forms of a topology, as the cmdlets reach them.

use plenum_topology::document::{Document, Documents};
use plenum_topology::model::Topology;
use plenum_topology::problem::Problem;

use crate::{xml, yaml};

/// YAML and the vendor's XML.
pub struct Files;

impl Documents for Files {
    fn read_yaml(&self, file: &str, text: &str) -> Result<Document, Vec<Problem>> {
        yaml::read_topology(file, text)
    }

    fn write_yaml(&self, topology: &Topology) -> String {
        yaml::write_topology(topology)
    }

    fn read_xml(&self, file: &str, text: &str) -> Result<Document, Vec<Problem>> {
        xml::read_topology(file, text)
    }

    fn write_xml(&self, topology: &Topology) -> (String, Vec<Problem>) {
        xml::write_topology(topology)
    }
}
