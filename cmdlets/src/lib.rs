//! The cmdlets: those derived from settings declarations, the core ones of the language, and those that act.
//!
//! A cmdlet sees the management model, the language and its ports; never the store, the server or the console.

pub mod authoring;
pub mod derived;
pub mod health;
pub mod ladder;
pub mod language;
pub mod ports;
pub mod service;
pub mod topology;
pub mod user;

use plenum_lang::registry::Registry;
use ports::Ports;

/// Registers every cmdlet of the product.
pub fn register(registry: &mut Registry, ports: &Ports) {
    registry.set_absence(absence);
    language::register(registry);
    derived::register(registry, ports);
    health::register(registry, ports);
    service::register(registry, ports);
    topology::register(registry, ports);
    user::register(registry, ports);
}

/// What to do about a cmdlet's name that there is no cmdlet for: a `Cs` noun is the product's, so it is not built yet or
/// misspelt. Where it could be a program or a module's function there is nothing to tell.
fn absence(name: &str) -> Option<String> {
    let (verb, noun) = name.split_once('-')?;
    let is_ours = noun.len() > 2 && noun.get(..2)?.eq_ignore_ascii_case("cs");
    (is_ours && verb.chars().all(char::is_alphabetic)).then(|| {
        format!(
            "This version has no {name}. Get-Command -Module SkypeForBusiness lists the Cs cmdlets that are built."
        )
    })
}
