//! Cmdlets.
