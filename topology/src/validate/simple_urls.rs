//! V4: simple URLs. Meet for every SIP domain and Dialin exist; https, without port; no pool's name; unique, and none
//! the beginning of another; when a site has its own, it has all of them.

use super::site_path;
use crate::identity::Fqdn;
use crate::model::{SimpleUrl, SimpleUrlComponent, Topology, simple_url::url_host};
use crate::problem::{Path, Problem};

pub(super) fn v4_simple_urls(topology: &Topology, problems: &mut Vec<Problem>) {
    let global = Path::default().key("simpleUrls");
    if !topology.simple_urls.is_empty() {
        complete(
            topology,
            &topology.simple_urls,
            &global,
            "The deployment",
            problems,
        );
    }
    let mut all: Vec<(String, Path)> = Vec::new();
    collect(topology, &topology.simple_urls, &global, &mut all, problems);
    for (index, site) in topology.sites.iter().enumerate() {
        let path = site_path(index).key("simpleUrls");
        if !site.simple_urls.is_empty() {
            complete(
                topology,
                &site.simple_urls,
                &path,
                &format!("The site '{}'", site.name),
                problems,
            );
        }
        collect(topology, &site.simple_urls, &path, &mut all, problems);
    }
    overlaps(&all, problems);
}

fn complete(topology: &Topology, urls: &[SimpleUrl], path: &Path, owner: &str, problems: &mut Vec<Problem>) {
    let has = |component, domain: &str| {
        urls.iter().any(|url| {
            url.component == component && (url.domain == "*" || url.domain.eq_ignore_ascii_case(domain))
        })
    };
    for domain in &topology.sip_domains {
        if !has(SimpleUrlComponent::Meet, domain.as_str()) {
            problems.push(
                Problem::error(
                    "V4",
                    path,
                    format!("{owner} has no Meet URL for the SIP domain '{domain}'."),
                )
                .hint(format!("Add one, e.g. https://meet.{domain}.")),
            );
        }
    }
    if !urls.iter().any(|url| url.component == SimpleUrlComponent::Dialin) {
        problems.push(
            Problem::error("V4", path, format!("{owner} has no Dialin URL."))
                .hint("Add one with domain '*'."),
        );
    }
}

fn collect(
    topology: &Topology,
    urls: &[SimpleUrl],
    path: &Path,
    all: &mut Vec<(String, Path)>,
    problems: &mut Vec<Problem>,
) {
    for (index, url) in urls.iter().enumerate() {
        let at = path.index(index);
        if let Some(first) = urls[..index]
            .iter()
            .position(|o| o.component == url.component && o.domain.eq_ignore_ascii_case(&url.domain))
        {
            problems.push(
                Problem::error(
                    "V4",
                    &at,
                    format!("There are two {} URLs for '{}'.", url.component, url.domain),
                )
                .hint("One is active; list the others under otherUrls.")
                .related(&path.index(first), "the first is here"),
            );
        }
        if url.domain != "*"
            && !topology
                .sip_domains
                .iter()
                .any(|domain| domain.as_str().eq_ignore_ascii_case(&url.domain))
        {
            let message = format!("The URL is for '{}', which is no SIP domain.", url.domain);
            problems.push(
                Problem::error("V4", &at.key("domain"), message).hint("Name one of sipDomains, or '*'."),
            );
        }
        one(topology, &url.url, &at.key("url"), problems);
        all.push((url.url.to_ascii_lowercase(), at.key("url")));
        for (number, other) in url.other_urls.iter().enumerate() {
            one(topology, other, &at.key("otherUrls").index(number), problems);
            all.push((other.to_ascii_lowercase(), at.key("otherUrls").index(number)));
        }
    }
}

fn one(topology: &Topology, url: &str, path: &Path, problems: &mut Vec<Problem>) {
    let Some(host) = url_host(url) else {
        problems.push(Problem::error(
            "V4",
            path,
            format!("'{url}' does not start with https://."),
        ));
        return;
    };
    if host.contains(':') {
        let problem = Problem::error("V4", path, format!("'{url}' has a port."));
        problems
            .push(problem.hint("Simple URLs are on 443; a reverse proxy brings them to the pool's port."));
        return;
    }
    let Ok(name) = Fqdn::parse(host) else {
        problems.push(Problem::error(
            "V4",
            path,
            format!("'{host}' in '{url}' is not a domain name."),
        ));
        return;
    };
    if let Some(bad) = url["https://".len()..]
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || "./-".contains(*c)))
    {
        problems.push(
            Problem::error("V4", path, format!("'{url}' has the character '{bad}'."))
                .hint("Use a-z, 0-9, '.', '-' and '/'."),
        );
    }
    if let Some((_, pool)) = topology.pools().find(|(_, pool)| pool.fqdn == name) {
        let message = format!("'{url}' has the name of the pool '{}'.", pool.fqdn);
        problems.push(
            Problem::error("V4", path, message)
                .hint("Give simple URLs a name of their own, e.g. meet.<domain>."),
        );
    }
}

fn overlaps(all: &[(String, Path)], problems: &mut Vec<Problem>) {
    for (index, (url, path)) in all.iter().enumerate() {
        for (other, other_path) in &all[..index] {
            let (short, long) = if url.len() < other.len() {
                (url, other)
            } else {
                (other, url)
            };
            let inside = long
                .strip_prefix(short.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || short.ends_with('/'));
            if inside {
                let what = if url == other {
                    "is used twice"
                } else {
                    "and another URL begin alike"
                };
                problems.push(
                    Problem::error("V4", path, format!("'{url}' {what}."))
                        .hint("Each simple URL is unique and none is the beginning of another.")
                        .related(other_path, "the other one is here"),
                );
            }
        }
    }
}
