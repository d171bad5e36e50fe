//! Settings of instant messages.

pub mod file_transfer_filter_configuration;
pub mod im_configuration;
