//! Tests of the server.

pub mod health_monitoring_configuration;
