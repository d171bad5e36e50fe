//! Reading and writing of whole documents: shape, positions, round trip.

use plenum_topology::problem;

use super::*;

const SMALL: &str = include_str!("../../../../examples/contoso.yaml");
const LARGE: &str = include_str!("../../../../examples/fabrikam.yaml");

fn rendered(text: &str) -> String {
    match read_topology("t.yaml", text) {
        Ok(document) => problem::text(&document.findings, &|_| Some(text.to_owned()), false),
        Err(problems) => problem::text(&problems, &|_| Some(text.to_owned()), false),
    }
}

#[test]
fn the_small_example_is_read_without_findings() {
    assert_eq!(rendered(SMALL), "");
}

#[test]
fn what_is_written_is_read_back_and_leaves_defaults_out() {
    for text in [SMALL, LARGE] {
        let topology = read_topology("t.yaml", text).expect("no errors").topology;
        let written = write_topology(&topology);
        assert_eq!(read_topology("t.yaml", &written).expect("no errors").topology, topology, "{written}");
        assert_eq!(Topology::from_json(&topology.to_json()).expect("its own form"), topology);
        assert!(!written.contains("null") && !written.contains("audioVideoPort"), "{written}");
    }
}

#[test]
fn the_large_example_is_read_without_findings() {
    assert_eq!(rendered(LARGE), "");
}
