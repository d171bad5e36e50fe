//! Settings of instant messages.

pub mod im_configuration;
