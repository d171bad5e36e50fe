//! Media, as far as it is built: session descriptions ([`sdp`], RFC 8866) and offer/answer (RFC 3264).
//!
//! Pure: no sockets, no clock, no randomness. Absent today: RTP, SRTP, ICE, STUN, TURN, codecs, mixing. Media flows
//! between the endpoints; the server looks at descriptions only to apply policy.

pub mod sdp;

pub use sdp::{Direction, Media, SdpError, SessionDescription};
