//! Synthetic transactions: cmdlets that speak SIP to the server as a client would, and say how it went.

mod synthetic;

use plenum_lang::registry::Registry;

use crate::ports::Ports;

/// Registers the health cmdlets.
pub fn register(registry: &mut Registry, ports: &Ports) {
    for command in synthetic::commands(ports) {
        registry.add(command);
    }
}
