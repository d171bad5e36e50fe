//! The cmdlets: those derived from settings declarations, the core ones of the language, and those that act.
//!
//! A cmdlet sees the management model, the language and its ports; never the store, the server or the console.

pub mod authoring;
pub mod derived;
pub mod health;
pub mod language;
pub mod ports;
pub mod service;
pub mod topology;
pub mod user;

use plenum_lang::registry::Registry;
use ports::Ports;

/// Registers every cmdlet of the product.
pub fn register(registry: &mut Registry, ports: &Ports) {
    language::register(registry);
    derived::register(registry, ports);
    health::register(registry, ports);
    service::register(registry, ports);
    topology::register(registry, ports);
    user::register(registry, ports);
}
