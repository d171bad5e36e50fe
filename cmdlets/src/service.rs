//! The cmdlets over running servers: their services and who is signed in.

mod get_user_session;
mod get_windows_service;
mod start_windows_service;
mod stop_windows_service;
mod target;
mod trace_call;

use plenum_lang::registry::Registry;

use crate::ports::Ports;

/// Registers the service cmdlets.
pub fn register(registry: &mut Registry, ports: &Ports) {
    registry.add(get_user_session::command(ports));
    registry.add(get_windows_service::command(ports));
    registry.add(start_windows_service::command(ports));
    registry.add(stop_windows_service::command(ports));
    registry.add_view(get_windows_service::services());
    registry.add(trace_call::command(ports));
    registry.add_view(get_user_session::sessions());
    registry.add_view(trace_call::calls());
    registry.add_view(trace_call::messages());
}
