//! The topology: reading it, planning and publishing changes of it, and what runs of it.
//!
//! [`command`] is the work behind `plenum topology …`; the cmdlets beside it are the same work in the product's names.

pub mod command;

use plenum_lang::registry::Registry;

use crate::ports::Ports;

/// Registers the topology cmdlets.
pub fn register(registry: &mut Registry, ports: &Ports) {
    let _ = (registry, ports);
}
