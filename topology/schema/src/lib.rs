//! What a settings declaration can say, and everything that follows from it without knowing any noun.
//!
//! A noun is declared once, as a documented struct with `#[derive(Settings)]` (crate `plenum-settings`). The macro
//! turns it into a static [`Noun`]: names, kinds, defaults, ranges, scopes and effects as data. Cmdlets, help,
//! completion, storage, diff text and the server's typed value are projections of that data. A value on its way
//! between them is JSON: an object with one member per field, named as the field; what is missing has its default.
//!
//! No clock, no files, no store here, and no scope resolution: which instance applies to whom is the topology's
//! `effective`.

pub mod check;
pub mod field;
pub mod list_edit;
pub mod noun;
pub mod timespan;
pub mod value;

pub use check::Problem;
pub use field::{Choice, Effect, Field, Form, Format, Kind, ObjectType, Provisioned, Range, Service};
pub use list_edit::ListEdit;
pub use noun::{CloudParameter, Key, NoRules, Noun, Positions, ScopeKind, Settings, Verb};
pub use plenum_schema_derive::{Choice, Object, Settings};
pub use timespan::TimeSpan;
pub use value::FieldValue;

/// Used by the derive macros; not part of the interface.
#[doc(hidden)]
pub mod private {
    pub use crate::value::read_field;
    pub use serde_json::{Map, Value};
}
