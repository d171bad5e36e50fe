//! Settings of meetings.

pub mod conferencing_policy;
