//! V13: ports are 1 to 65535; on one computer no two services listen on the same port, and no listener lies inside a
//! range of media ports.
//!
//! Ports that several components of a server share by URL path (444) are one listener. The product's own defaults let
//! audio, application sharing and Mediation media overlap, so ranges are compared for audio against video of
//! one service only.

use super::pools;
use crate::identity::Role;
use crate::model::port::{Port, Protocol, Side};
use crate::model::resolve::POOL_ROLES;
use crate::model::{Pool, Topology};
use crate::problem::{Path, Problem};

pub(super) fn v13_port_numbers(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        for (role, port) in all_ports(pool) {
            let at = setting_path(&path, role, &port);
            if port.number == 0 {
                problems.push(Problem::error(
                    "V13",
                    &at,
                    "A port is a number from 1 to 65535.".to_owned(),
                ));
            }
            if port.range().1 > u32::from(u16::MAX) {
                let (first, last) = port.range();
                let problem = Problem::error(
                    "V13",
                    &at,
                    format!("The ports {first} to {last} go beyond 65535."),
                );
                problems.push(problem.hint("Lower the start or the count."));
            }
        }
        if pool.health_port == Some(0) {
            problems.push(Problem::error(
                "V13",
                &path.key("healthPort"),
                "A port is a number from 1 to 65535.".to_owned(),
            ));
        }
    }
}

pub(super) fn v13_port_conflicts(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        let ports = all_ports(pool);
        for (index, (role, port)) in ports.iter().enumerate() {
            let at = setting_path(&path, *role, port);
            for (other_role, other) in &ports[..index] {
                // Three Edge services share an outside only with one address; rule V8 looks after them.
                let outside =
                    *role == Role::EdgeServer && port.side == Side::External && other.side == Side::External;
                if outside || !conflict((*role, port), (*other_role, other)) {
                    continue;
                }
                let other_at = setting_path(&path, *other_role, other);
                if at == other_at {
                    continue;
                }
                let message = format!(
                    "{} and {} use the same port on '{}'.",
                    describe(*role, port),
                    describe(*other_role, other),
                    pool.fqdn
                );
                let problem = Problem::error("V13", &at, message).hint("Give one of them another port.");
                problems.push(problem.related(&other_at, "the other one is here"));
            }
            if let Some(health) = pool.health_port
                && port.protocol.uses_tcp()
                && (port.range().0..=port.range().1).contains(&u32::from(health))
            {
                let message = format!(
                    "healthPort and {} use the same port on '{}'.",
                    describe(*role, port),
                    pool.fqdn
                );
                problems.push(
                    Problem::error("V13", &path.key("healthPort"), message)
                        .hint("Give one of them another port."),
                );
            }
        }
    }
}

fn all_ports(pool: &Pool) -> Vec<(Role, Port)> {
    POOL_ROLES
        .iter()
        .flat_map(|role| pool.ports_of(*role).into_iter().map(move |port| (*role, port)))
        .collect()
}

fn conflict((a_role, a): (Role, &Port), (b_role, b): (Role, &Port)) -> bool {
    let (a_range, b_range) = (a.range(), b.range());
    let overlap = a_range.0 <= b_range.1 && b_range.0 <= a_range.1;
    if !overlap || !same_interface(a.side, b.side) {
        return false;
    }
    let together =
        (a.protocol.uses_tcp() && b.protocol.uses_tcp()) || (a.protocol.uses_udp() && b.protocol.uses_udp());
    match (a.count.is_some(), b.count.is_some()) {
        (true, true) => {
            let pair = [a.usage, b.usage];
            a_role == b_role && pair.contains(&"AudioCommunication") && pair.contains(&"VideoCommunication")
        }
        (false, false) => together && !shared(a, b),
        _ => together,
    }
}

fn same_interface(a: Side, b: Side) -> bool {
    let inside = |side| {
        if side == Side::Internal {
            Side::Primary
        } else {
            side
        }
    };
    // An Edge Server's outside is apart from its inside; everywhere else the sides are one machine's addresses, which
    // are the same unless they are set.
    a == b
        || (inside(a) == inside(b))
        || matches!(
            (a, b),
            (Side::Primary, Side::Pstn | Side::External) | (Side::Pstn | Side::External, Side::Primary)
        )
}

/// One listener for several components: told apart by URL path, or one SIP listener for several of them.
fn shared(a: &Port, b: &Port) -> bool {
    let web = |port: &Port| port.path != "/" || matches!(port.protocol, Protocol::Http | Protocol::Https);
    let same_kind = a.protocol == b.protocol
        || (matches!(a.protocol, Protocol::Mtls | Protocol::Tls)
            && matches!(b.protocol, Protocol::Mtls | Protocol::Tls));
    let both_web = web(a) && web(b) && a.path != b.path && same_kind;
    both_web || (same_kind && a.owner == b.owner)
}

/// The key of the setting that holds a port.
fn setting_path(pool: &Path, role: Role, port: &Port) -> Path {
    let service = match role {
        Role::Registrar => "registrar",
        Role::UserServer => "userServices",
        Role::ConferencingServer => "conferencing",
        Role::WebServer => "web",
        Role::ApplicationServer => "applications",
        Role::MediationServer => "mediation",
        Role::EdgeServer => "edge",
        Role::PersistentChatServer => "persistentChat",
        Role::ExternalServer => "trustedApplication",
        _ => "videoInterop",
    };
    let path = pool.key("services").key(service);
    if port.setting.is_empty() {
        path
    } else {
        path.key(port.setting)
    }
}

fn describe(role: Role, port: &Port) -> String {
    let (first, last) = port.range();
    let number = if first == last {
        first.to_string()
    } else {
        format!("{first} to {last}")
    };
    if port.setting.is_empty() {
        format!("{role} ({number})")
    } else {
        format!("{} of {role} ({number})", port.setting)
    }
}
