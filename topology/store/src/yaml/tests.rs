//! Reading and writing of whole documents: shape, positions, round trip.

use plenum_topology::problem;

use super::*;

const SMALL: &str = include_str!("../../../../examples/contoso.yaml");

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
