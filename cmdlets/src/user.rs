//! The cmdlets over users: the directory's own (`New-ADUser` …) and those that make directory users users of the
//! deployment (`Enable-CsUser` …).

pub(crate) mod attribute;
pub(crate) mod batch;
mod deployment;
mod edit;
mod filter;
pub(crate) mod find;
pub(crate) mod password;
pub(crate) mod view;

mod disable_user;
mod enable_user;
mod get_ad_user;
mod get_user;
mod get_user_pool_info;
mod move_user;
mod new_ad_user;
mod remove_ad_user;
mod set_account_password;
mod set_ad_user;
mod set_user;

use plenum_lang::registry::Registry;

use crate::ports::Ports;

pub use attribute::stamp;
pub use find::{UserNotFound, find_one, port_error};

/// Registers the user cmdlets.
pub fn register(registry: &mut Registry, ports: &Ports) {
    registry.add(disable_user::command(ports));
    registry.add(enable_user::command(ports));
    registry.add(get_ad_user::command(ports));
    registry.add(get_ad_user::cs_command(ports));
    registry.add(get_user::command(ports));
    registry.add(get_user_pool_info::command(ports));
    registry.add(move_user::command(ports));
    registry.add(new_ad_user::command(ports));
    registry.add(remove_ad_user::command(ports));
    registry.add(set_account_password::command(ports));
    registry.add(set_user::command(ports));
    for command in set_ad_user::commands(ports) {
        registry.add(command);
    }
    for view in view::views() {
        registry.add_view(view);
    }
}

/// The container that accounts are made in unless one is named: `CN=Users` below the deployment's domain.
pub fn default_container(realm: &str) -> String {
    let parts: Vec<String> = realm.split('.').map(|label| format!("DC={label}")).collect();
    format!("CN=Users,{}", parts.join(","))
}
