//! Rule V17: the names that the certificate of a computer must cover.
//!
//! Pool, computer, `sip.<domain>` for clients that find the pool by themselves, web names, hosts of simple URLs,
//! `lyncdiscover[internal].<domain>`; on an Edge Server the names outside.

use crate::identity::{Fqdn, Role};
use crate::model::simple_url::url_host;
use crate::model::{Computer, Pool, Site, Topology};

/// The names, the certificate's subject (the pool) first, each once.
pub fn required_names(topology: &Topology, site: &Site, pool: &Pool, computer: &Computer) -> Vec<String> {
    let mut names = Names(Vec::new());
    names.add(pool.fqdn.as_str());
    names.add(computer.fqdn.as_str());
    if pool.runs(Role::Registrar) {
        for domain in &topology.sip_domains {
            names.add(&format!("sip.{domain}"));
        }
    }
    if pool.runs(Role::WebServer) {
        web_names(topology, site, pool, &mut names);
    }
    if let Some(edge) = pool.edge() {
        let access = edge.access_fqdn.as_ref().unwrap_or(&pool.fqdn);
        for name in [Some(access), edge.web_conferencing_fqdn.as_ref()]
            .into_iter()
            .flatten()
        {
            names.add(name.as_str());
        }
        for domain in &topology.sip_domains {
            names.add(&format!("sip.{domain}"));
        }
    }
    names.0
}

fn web_names(topology: &Topology, site: &Site, pool: &Pool, names: &mut Names) {
    names.add(pool.internal_web_fqdn().as_str());
    names.add(pool.external_web_fqdn().as_str());
    let urls = if site.simple_urls.is_empty() {
        topology.simple_urls()
    } else {
        site.simple_urls.clone()
    };
    for url in urls
        .iter()
        .flat_map(|url| std::iter::once(&url.url).chain(&url.other_urls))
    {
        if let Some(host) = url_host(url) {
            names.add(host);
        }
    }
    for domain in &topology.sip_domains {
        names.add(&format!("lyncdiscover.{domain}"));
        names.add(&format!("lyncdiscoverinternal.{domain}"));
    }
}

/// The names that a certificate lacks, given those it has; `*.domain` covers one label (RFC 6125 §6.4.3).
pub fn missing_names(required: &[String], covered: &[String]) -> Vec<String> {
    let covers = |name: &str| {
        covered.iter().any(|have| match have.strip_prefix("*.") {
            Some(domain) => name
                .split_once('.')
                .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(domain)),
            None => have.eq_ignore_ascii_case(name),
        })
    };
    required.iter().filter(|name| !covers(name)).cloned().collect()
}

struct Names(Vec<String>);

impl Names {
    fn add(&mut self, name: &str) {
        if Fqdn::parse(name).is_ok() && !self.0.iter().any(|have| have.eq_ignore_ascii_case(name)) {
            self.0.push(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_one_label() {
        let required = ["sip.contoso.example", "a.b.contoso.example"].map(str::to_owned);
        assert_eq!(
            missing_names(&required, &["*.contoso.example".to_owned()]),
            ["a.b.contoso.example"]
        );
    }
}
