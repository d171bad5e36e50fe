//! Golden pages: Markdown that a person reads as the manual and that runs as a test.
//!
//! A page is prose with code blocks.
//! * ` ```powershell `: lines that begin with `PS> ` are run, one session a page (`>> ` continues a line); what
//!   follows them is the output that they must have.
//! * ` ```console `: lines that begin with `$ ` run the program itself, in the page's folder; an exit code other than
//!   0 shows as `(exit code N)`.
//! * ` ```yaml file=NAME ` (any language): the block is written to that file before anything runs.
//! * `<!-- world: NAME -->`: the page begins with the deployment of `topologies/NAME.yaml`; `<!-- server -->` starts
//!   its server too.
//!
//! `UPDATE_GOLDEN=1` rewrites outputs and nothing else.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

pub mod normalize;
pub mod page;
pub mod run;
pub mod settle;
mod web;
