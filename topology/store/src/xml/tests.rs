//! Reading a document of the vendor's tool, the round trip through the published form, and hostile input.

use plenum_topology::problem;

use super::*;
use crate::yaml;

const LARGE: &str = include_str!("../../../../examples/fabrikam.yaml");
const SMALL: &str = include_str!("../../../../examples/contoso.yaml");

#[test]
fn a_topology_survives_the_published_form_but_for_what_is_reported() {
    for (text, notes) in [
        (SMALL, vec!["name", "sites[0].pools[0].healthPort"]),
        (
            LARGE,
            vec![
                "name",
                "simpleUrls",
                "network",
                "sites[0].sqlServers",
                "sites[0].pools[0].healthPort",
            ],
        ),
    ] {
        let topology = yaml::read_topology("t.yaml", text).expect("no errors").topology;
        let (document, findings) = write_topology(&topology);
        let reported: Vec<String> = findings.iter().map(|finding| finding.path.to_string()).collect();
        assert_eq!(reported, notes);
        let read = read_topology("t.xml", &document).expect("its own document");
        let mut expected = write::held(topology);
        for (site, number) in expected.sites.iter_mut().zip(1..) {
            site.id = Some(number);
        }
        expected.default_sip_domain = expected
            .default_sip_domain
            .filter(|domain| expected.sip_domains.first() != Some(domain));
        expected.central_management_pool = expected
            .central_management_pool()
            .map(|(_, pool)| pool.fqdn.clone());
        for pool in expected.sites.iter_mut().flat_map(|site| &mut site.pools) {
            if pool.computers == [plenum_topology::model::Computer::new(pool.fqdn.clone())] {
                pool.computers.clear();
            }
        }
        assert_eq!(
            yaml::write_topology(&read.topology),
            yaml::write_topology(&expected),
            "{document}"
        );
    }
}

#[test]
fn a_file_of_topology_builder_becomes_a_topology_with_findings() {
    // The file is a deployment's own and is not part of this repository; the test reads it where it is at hand.
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/topologies/Contoso.tbxml"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    let document = read_topology("Contoso.tbxml", &text).expect("a topology");
    let yaml = yaml::write_topology(&document.topology);
    let findings = problem::text(&document.findings, &|_| None, false);
    for part in [
        "type: EnterpriseEdition",
        "fqdn: xfrontend4.contoso.com",
        "edgePool: edgepool.contoso.com",
        "userStore: xSQL1.contoso.com",
        "fileStore: \\\\xFile1.contoso.com\\Data1",
        "share: \\\\xFile2.contoso.com\\Data2",
        "audioVideoPublicAddress: 10.0.0.6",
        "accessFqdn: ExternalEdge.contoso.com",
        "xmpp: true",
        "nextHop: frontendpool.contoso.com",
        "officeWebApps: xOffice1.contoso.com",
    ] {
        assert!(yaml.contains(part), "{part}\n{yaml}");
    }
    assert!(!findings.contains("error["), "{findings}");
    assert!(
        findings.contains("WinFabFederation 5090") && findings.contains("Fault and upgrade domains"),
        "{findings}"
    );
    yaml::read_topology("imported.yaml", &yaml).expect("what was imported is a topology file");
}

#[test]
fn hostile_or_broken_documents_are_refused_with_a_place() {
    let deep = "<a>".repeat(100);
    for (text, what, line) in [
        (
            "<!DOCTYPE a [<!ENTITY b \"c\">]>\n<Topology/>",
            "document type",
            1,
        ),
        ("<Topology>\n<Sites></Topology>", "not XML", 2),
        ("<Topology>\n  <Sites>", "in the middle", 2),
        ("\n<Topology>&evil;</Topology>", "entity", 2),
        (deep.as_str(), "deeper than 64", 1),
        ("\n\n<Other/>", "not the root", 3),
        ("", "empty", 1),
    ] {
        let problems = read_topology("t.xml", text).expect_err(text);
        let location = problems[0].location.clone().expect("a place");
        assert!(
            problems[0].message.contains(what),
            "{what}: {}",
            problems[0].message
        );
        assert_eq!((location.file.as_str(), location.line), ("t.xml", line), "{what}");
    }
}
