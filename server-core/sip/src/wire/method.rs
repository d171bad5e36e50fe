//! Request methods: the registered ones, and any other token.

use std::fmt;
use std::sync::Arc;

macro_rules! methods {
    ($($variant:ident = $text:literal, $source:literal;)*) => {
        /// A request method. Methods are case-sensitive (RFC 3261 §7.1).
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Method {
            $(#[doc = concat!("`", $text, "`, ", $source, ".")] $variant,)*
            /// Any other token.
            Extension(Arc<str>),
        }

        impl Method {
            /// As it is written.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $text,)* Self::Extension(name) => name }
            }

            fn known(bytes: &[u8]) -> Option<Self> {
                $(if bytes == $text.as_bytes() { return Some(Self::$variant); })*
                None
            }
        }
    };
}

methods! {
    Register = "REGISTER", "RFC 3261 §10";
    Invite = "INVITE", "RFC 3261 §13";
    Ack = "ACK", "RFC 3261 §17.1.1.3";
    Bye = "BYE", "RFC 3261 §15";
    Cancel = "CANCEL", "RFC 3261 §9";
    Options = "OPTIONS", "RFC 3261 §11";
    Message = "MESSAGE", "RFC 3428";
    Subscribe = "SUBSCRIBE", "RFC 6665";
    Notify = "NOTIFY", "RFC 6665";
    Publish = "PUBLISH", "RFC 3903";
    Refer = "REFER", "RFC 3515";
    Info = "INFO", "RFC 6086";
    Prack = "PRACK", "RFC 3262";
    Update = "UPDATE", "RFC 3311";
    Service = "SERVICE", "[MS-SIPRE]";
    BeNotify = "BENOTIFY", "[MS-SIP]: a NOTIFY that is not answered";
}

impl Method {
    /// From a token; `None` when it is not one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if let Some(known) = Self::known(bytes) {
            return Some(known);
        }
        if !super::chars::all_token(bytes) {
            return None;
        }
        super::chars::text(bytes).map(|name| Self::Extension(name.into()))
    }

    /// Whether bytes spell this method.
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.as_str().as_bytes() == bytes
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
