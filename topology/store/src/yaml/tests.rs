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
        assert_eq!(
            read_topology("t.yaml", &written).expect("no errors").topology,
            topology,
            "{written}"
        );
        assert_eq!(
            Topology::from_json(&topology.to_json()).expect("its own form"),
            topology
        );
        assert!(
            !written.contains("null") && !written.contains("audioVideoPort"),
            "{written}"
        );
    }
}

#[test]
fn the_large_example_is_read_without_findings() {
    assert_eq!(rendered(LARGE), "");
}

/// A document of one Standard Edition pool with some lines put in place of others.
fn small(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    SMALL.replacen(from, to, 1)
}

fn large(from: &str, to: &str) -> String {
    assert!(LARGE.contains(from), "{from}");
    LARGE.replacen(from, to, 1)
}

#[test]
fn faults_of_form_are_reported_together_with_their_places() {
    let text = "apiVersion: plenum/v1\nsipDomain: [contoso.example]\nsites:\n  - name: Redmond\n    name: Paris\n    pools:\n      - fqdn: sfb_1.contoso.example\n        type: Standard\n        healthPort: many\n";
    let expected = r"error[shape]: The document has no 'sipDomains'.
  --> t.yaml:1:1
   |
1 | apiVersion: plenum/v1
   | ^^^^^^^^^^
  help: sipDomains: The SIP domains that the deployment is responsible for.

error[shape]: There is no 'sipDomain' here.
  --> t.yaml:2:1
   |
2 | sipDomain: [contoso.example]
   | ^^^^^^^^^
  help: Did you mean 'sipDomains'?

error[shape]: 'name' stands here twice.
  --> t.yaml:5:5
   |
5 |     name: Paris
   |     ^^^^
  help: Keep one of the two.

error[V1]: 'sfb_1.contoso.example' is not a domain name: the label 'sfb_1' has the character '_'.
  --> t.yaml:7:15
   |
7 |       - fqdn: sfb_1.contoso.example
   |               ^^^^^^^^^^^^^^^^^^^^^
  help: A fully qualified domain name has labels of letters, digits and hyphens, at most 63 each and 255 together, e.g. pool01.contoso.example.

error[shape]: 'Standard' is not a value of 'sites[0].pools[0].type'.
  --> t.yaml:8:15
   |
8 |         type: Standard
   |               ^^^^^^^^
  help: Choose one of: StandardEdition, EnterpriseEdition, Director, Edge, Mediation, PersistentChat, TrustedApplication, SurvivableBranchAppliance, SurvivableBranchServer, VideoInterop.

error[shape]: 'sites[0].pools[0].healthPort' takes a whole number, not 'many'.
  --> t.yaml:9:21
   |
9 |         healthPort: many
   |                     ^^^^

6 errors
";
    assert_eq!(
        rendered(text).replace("  |", "   |").replace("    |", "   |"),
        expected
    );
}

/// Rule, the document that breaks it, and words of the finding.
#[test]
fn each_rule_finds_what_breaks_it() {
    let cases: Vec<(&str, String, &str)> = vec![
        (
            "V1",
            large("fe02.fabrikam.example", "fe01.fabrikam.example"),
            "The name 'fe01.fabrikam.example' is taken: a computer has it already.",
        ),
        (
            "V1",
            large("host: gw01.fabrikam.example", "host: pool02.fabrikam.example"),
            "is taken: a pool has it already.",
        ),
        (
            "V1",
            small(
                "- fqdn: sfb.contoso.example\n            address",
                "- fqdn: other.contoso.example\n            address",
            ),
            "A Standard Edition pool is its computer",
        ),
        (
            "V2",
            small(
                "sipDomains:\n  - contoso.example",
                "defaultSipDomain: fabrikam.example\nsipDomains:\n  - contoso.example",
            ),
            "'fabrikam.example' is not among the SIP domains",
        ),
        (
            "V2",
            small(
                "  - contoso.example\n",
                "  - contoso.example\n  - Contoso.example\n",
            ),
            "is listed twice",
        ),
        (
            "V3",
            large("parent: Redmond", "parent: Redmnod"),
            "There is no site 'Redmnod'.",
        ),
        (
            "V3",
            small(
                "name: Redmond",
                "name: Redmond\n    type: Branch\n    parent: Redmond",
            ),
            "There is no central site.",
        ),
        (
            "V3",
            large("name: Munich\n", "name: redmond\n"),
            "There are two sites named 'redmond'.",
        ),
        (
            "V4",
            large("https://meet.fabrikam.example", "https://pool01.fabrikam.example"),
            "has the name of the pool",
        ),
        (
            "V4",
            large(
                "https://meet.fabrikam.example }",
                "https://meet.fabrikam.example:8443 }",
            ),
            "has a port",
        ),
        (
            "V4",
            large(
                "  - { component: Dialin, url: https://dialin.fabrikam.example, otherUrls: [https://conf.fabrikam.example] }\n",
                "",
            ),
            "has no Dialin URL",
        ),
        (
            "V4",
            large(
                "https://dialin.fabrikam.example",
                "https://meet.fabrikam.example/dialin",
            ),
            "begin alike",
        ),
        (
            "V5",
            large(
                "          web:\n            internalFqdn: web-int.fabrikam.example\n            externalFqdn: web-ext.fabrikam.example\n",
                "",
            ),
            "the pool's own name inside",
        ),
        (
            "V5",
            large("web-int-muc.fabrikam.example", "web-int.fabrikam.example"),
            "is used by two pools",
        ),
        (
            "V6",
            large(
                "userStore: sql02.fabrikam.example\n",
                "userStore: sql01.fabrikam.example\\RTC\n",
            ),
            "holds the users of two pools",
        ),
        (
            "V6",
            large("        fileStore: \\\\file02.fabrikam.example\\Share\n", ""),
            "has no fileStore",
        ),
        (
            "V6",
            large("\\ARCHIVE\n", "\\ARCHIV\n"),
            "There is no SQL instance 'sql01.fabrikam.example\\ARCHIV'.",
        ),
        (
            "V7",
            large(
                "          - { fqdn: fe13.fabrikam.example, address: 10.2.1.13 }\n",
                "",
            ),
            "has two computers",
        ),
        (
            "V8",
            large("            audioVideoPublicAddress: 203.0.113.13\n", ""),
            "has no public A/V address",
        ),
        (
            "V8",
            large(
                "webConferencingFqdn: webcon.fabrikam.example",
                "webConferencingFqdn: sip.fabrikam.example",
            ),
            "are both 443 on one name and address",
        ),
        (
            "V8",
            large("xmppFederationRoute: edge01", "xmppFederationRoute: pool01"),
            "is of type EnterpriseEdition, not an Edge pool",
        ),
        (
            "V9",
            large("        nextHop: dir01.fabrikam.example\n", ""),
            "The Edge pool 'edge01.fabrikam.example' has no nextHop.",
        ),
        (
            "V9",
            large(
                "nextHop: dir01.fabrikam.example",
                "nextHop: dir02.fabrikam.example",
            ),
            "There is no pool 'dir02.fabrikam.example'.",
        ),
        (
            "V10",
            large(
                "backupPool: pool01.fabrikam.example\n        userStore",
                "userStore",
            ),
            "does not name 'pool01.fabrikam.example' as its backup",
        ),
        (
            "V10",
            large(
                "backupPool: pool02.fabrikam.example",
                "backupPool: pool01.fabrikam.example",
            ),
            "is its own backup",
        ),
        (
            "V11",
            large(
                "          mediation: { tcpPort: 5068 }",
                "          mediation: {}",
            ),
            "uses TCP, but 'med01.fabrikam.example' does not listen for it",
        ),
        (
            "V11",
            large("gatewayPort: 5062", "gatewayPort: 5060"),
            "on the same ports",
        ),
        (
            "V11",
            large(
                "        trunks: [{ mediationPool: sba01.fabrikam.example }]",
                "        trunks: []",
            ),
            "has no trunk",
        ),
        (
            "V12",
            large("    type: Branch\n    parent: Redmond\n", ""),
            "stands in the central site 'Portland'",
        ),
        (
            "V12",
            large("parent: Redmond", "parent: Munich"),
            "not in the parent site",
        ),
        (
            "V13",
            small("httpPort: 18081", "httpPort: 15060"),
            "use the same port",
        ),
        (
            "V13",
            small("tcpPort: 15060", "tcpPort: 0"),
            "A port is a number from 1 to 65535",
        ),
        (
            "V13",
            small("tcpPort: 15060", "tcpPort: 70000"),
            "70000 is out of range",
        ),
        (
            "V13",
            large("videoPortStart: 53152", "videoPortStart: 53000"),
            "audioPortStart of ConferencingServer",
        ),
        (
            "V13",
            small("healthPort: 18080", "healthPort: 18443"),
            "healthPort and httpsPort of WebServer",
        ),
        (
            "V14",
            large("        persistentChatStore: sql01.fabrikam.example\\CHAT\n", ""),
            "has a compliance store but no persistentChatStore",
        ),
        (
            "V15",
            large(
                "type: Director",
                "type: Director\n        archivingStore: sql01.fabrikam.example\\ARCHIVE",
            ),
            "A Director pool has no archivingStore",
        ),
        (
            "V16",
            large("centralManagementPool: pool01", "centralManagementPool: dir01"),
            "cannot hold the central management store",
        ),
        (
            "V18",
            large(
                "        type: Director\n",
                "        type: Director\n        services: { edge: {} }\n",
            ),
            "A pool of type Director runs no EdgeServer",
        ),
        (
            "V21",
            small(
                "healthPort: 18080",
                "healthPort: 18080\n        maxTransactions: 10",
            ),
            "10 transactions are too few",
        ),
        (
            "V21",
            small("healthPort: 18080", "healthPort: 18080\n        shards: 17"),
            "A computer cannot have 17 shards.",
        ),
        (
            "V21",
            small(
                "tlsPort: 15061",
                "tlsPort: 15061\n            minimumSessionInterval: 60",
            ),
            "Sessions cannot be refreshed every 60 seconds.",
        ),
        (
            "V21",
            small(
                "tlsPort: 15061",
                "tlsPort: 15061\n            sessionInterval: 80",
            ),
            "A session interval of 80 seconds is below the shortest, 90.",
        ),
        (
            "V21",
            small("tlsPort: 15061", "tlsPort: 15061\n            idleTimeout: 0"),
            "With idleTimeout 0 nobody could connect.",
        ),
        (
            "V19",
            large("region: Europe", "region: Europa"),
            "There is no network region 'Europa'.",
        ),
        (
            "V19",
            large("10.2.0.0/16", "10.1.0.0/16"),
            "The subnet '10.1.0.0/16' is listed twice.",
        ),
        (
            "shape",
            large("10.2.0.0/16", "10.2.0.0/8"),
            "bits behind the prefix are set",
        ),
        ("syntax", small("sites:", "sites: ["), "This is not YAML"),
        ("syntax", small("name: Contoso", "name: &x Contoso"), "Anchors"),
    ];
    for (rule, text, words) in cases {
        let findings = match read_topology("t.yaml", &text) {
            Ok(document) => document.findings,
            Err(problems) => problems,
        };
        let found = findings.iter().any(|problem| {
            problem.rule == rule && problem.message.contains(words) && problem.location.is_some()
        });
        assert!(
            found,
            "{rule} ({words}):\n{}",
            problem::text(&findings, &|_| Some(text.clone()), false)
        );
    }
}

#[test]
fn annotations_of_github_carry_file_line_and_column() {
    let problems =
        read_topology("a,b.yaml", &small("StandardEdition", "Standrd Edition")).expect_err("a wrong type");
    let line = problem::github(&problems);
    assert!(
        line.starts_with(
            "::error file=a%2Cb.yaml,line=11,col=15,endColumn=30,title=shape::'Standrd Edition' is not"
        ),
        "{line}"
    );
}
