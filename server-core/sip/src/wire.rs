//! SIP messages as bytes (RFC 3261 §7, §19, §20, §25).
//!
//! [`Message::parse`] makes one pass: start line, header boundaries, body. It allocates nothing besides the buffer
//! that the message keeps, and it does not judge values: a value is read when somebody asks, by the typed readers of
//! [`Headers`]. What the server must refuse before anything else looks at it is told by [`judge`](judge::judge).
//!
//! Bytes that are not UTF-8 are carried unchanged. Values that the grammar restricts to ASCII are handed out as `&str`.

pub mod builder;
pub mod chars;
pub mod contact;
pub mod credentials;
pub mod date;
pub mod editor;
pub mod header_name;
pub mod judge;
mod marks;
pub mod message;
pub mod method;
pub mod name_addr;
pub mod params;
pub mod readers;
mod start_line;
pub mod status;
pub mod stream;
pub mod uri;
pub mod values;
pub mod via;

pub use builder::{RequestBuilder, ResponseBuilder};
pub use contact::{Contact, Contacts};
pub use credentials::{Challenge, Credentials, DigestParams};
pub use editor::Editor;
pub use header_name::HeaderName;
pub use judge::{Verdict, judge};
pub use message::{Fault, Headers, Message, ParseError, Request, Response};
pub use method::Method;
pub use name_addr::NameAddr;
pub use params::Params;
pub use readers::HeaderError;
pub use status::reason_phrase;
pub use stream::{Frame, FrameError, Framer};
pub use uri::{AddressOfRecord, Host, Scheme, Uri};
pub use values::{CSeq, Event, MediaType, RAck, Replaces, SessionExpires, SubscriptionState, Substate};
pub use via::Via;
