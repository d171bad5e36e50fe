//! Settings of sign-in.

pub mod registrar_configuration;
