//! Sockets: what carries bytes between peers and a shard.

pub mod connection;
pub mod stream;
pub mod udp;
mod websocket;
