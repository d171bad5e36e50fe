//! The topology: reading it, planning and publishing changes of it, and what runs of it.
//!
//! [`command`] is the work behind `plenum topology …`; the cmdlets beside it are the same work in the product's names.
//! Cmdlets that only list what the document says are declared with [`listing`].

pub mod command;
mod enable_topology;
mod get_computer;
mod get_management_store_replication_status;
mod get_network;
mod get_pool;
mod get_service;
mod get_simple_url_configuration;
mod get_sip_domain;
mod get_site;
mod get_topology;
mod get_trunk;
mod get_trusted_application;
mod listing;
mod publish_topology;
mod service_properties;
mod test_topology;

use plenum_lang::registry::Registry;

use crate::ports::Ports;

/// Registers the topology cmdlets.
pub fn register(registry: &mut Registry, ports: &Ports) {
    registry.add(enable_topology::command(ports));
    registry.add(get_computer::command(ports));
    registry.add(get_management_store_replication_status::command(ports));
    registry.add(get_management_store_replication_status::invoke_command(ports));
    registry.add(get_network::region_command(ports));
    registry.add(get_network::site_command(ports));
    registry.add(get_network::subnet_command(ports));
    registry.add(get_pool::command(ports));
    registry.add(get_service::command(ports));
    registry.add(get_simple_url_configuration::command(ports));
    registry.add(get_sip_domain::command(ports));
    registry.add(get_site::command(ports));
    registry.add(get_topology::command(ports));
    registry.add(get_trunk::command(ports));
    registry.add(get_trunk::video_command(ports));
    registry.add(get_trusted_application::command(ports));
    registry.add(get_trusted_application::computer_command(ports));
    registry.add(get_trusted_application::pool_command(ports));
    registry.add(publish_topology::command(ports));
    registry.add(test_topology::command(ports));
}
