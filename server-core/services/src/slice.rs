//! The users of a world among all users of a server, and which world a message is for.
//!
//! A server of several cores runs several worlds that share nothing. A user lives in one of them: bindings,
//! publications, and the subscriptions of those who watch. Which one follows from the user's address, and all that a
//! world hands out says whose it is: a branch, a tag, the token of a route, the number of a binding. So any world can
//! tell from the message alone where it belongs, and hands it over ([`Output::HandOver`]). Only for a number that
//! somebody dials it has to look up whose it is.
//!
//! What this cannot share: lockouts, nonce counts and MaxCategorySubscription are counted in each world.
//!
//! [`Output::HandOver`]: crate::Output::HandOver

use plenum_sip::wire::via::MAGIC_COOKIE;
use plenum_sip::wire::{Host, NameAddr, Uri, Via};
use plenum_sip::{Message, Method, Request, Response, Secret};

use crate::registrar::gruu::{self, Gruu};
use crate::registrar::location::BindingId;
use crate::routing::flow_token;
use crate::routing::locate::{address_of, number_of};

/// The most worlds of a server: one hexadecimal digit in what they hand out.
pub const MOST: u8 = 16;

/// A world's part of the users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    index: u8,
    count: u8,
}

/// Which world a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The world that has it, for all that the message says.
    Here,
    /// The world with this index.
    World(u8),
    /// The world of whoever has this number.
    Number(String),
}

impl Slice {
    /// All users.
    pub const WHOLE: Slice = Slice { index: 0, count: 1 };

    /// The part with an index among a count of 1 to [`MOST`].
    ///
    /// # Panics
    /// When there is no such part.
    pub fn new(index: u8, count: u8) -> Slice {
        assert!(index < count && count <= MOST, "a part of at most {MOST}");
        Slice { index, count }
    }

    /// Which part it is.
    pub fn index(self) -> u8 {
        self.index
    }

    /// How many there are.
    pub fn count(self) -> u8 {
        self.count
    }

    /// Whether there are no others.
    pub fn is_whole(self) -> bool {
        self.count == 1
    }

    /// The part that a user is in, by the address in lower case.
    pub(crate) fn of_user(self, secret: &Secret, address: &str) -> u8 {
        if self.is_whole() {
            return 0;
        }
        let hash = secret.hash(&[b"slice", address.as_bytes()]) % u128::from(self.count);
        u8::try_from(hash).unwrap_or(0)
    }

    /// The part that a binding's user is in.
    pub(crate) fn of_binding(self, id: BindingId) -> u8 {
        (id.0 % u64::from(self.count)) as u8
    }

    /// Whether a user is in it.
    pub(crate) fn has_user(self, secret: &Secret, address: &str) -> bool {
        self.of_user(secret, address) == self.index
    }

    /// Which world a message is for.
    pub(crate) fn way(self, secret: &Secret, message: &Message) -> Way {
        let way = match message {
            _ if self.is_whole() => Way::Here,
            Message::Response(response) => self.way_of_response(response),
            Message::Request(request) => self.way_of_request(secret, request),
        };
        match way {
            Way::World(index) if index % self.count == self.index => Way::Here,
            Way::World(index) => Way::World(index % self.count),
            way => way,
        }
    }

    /// A response belongs to whoever made its branch.
    fn way_of_response(self, response: &Response) -> Way {
        let via = response.via();
        let branch = via.as_ref().ok().and_then(Via::branch);
        let made = branch.and_then(|branch| branch.strip_prefix(MAGIC_COOKIE));
        made.and_then(first_digit).map_or(Way::Here, Way::World)
    }

    fn way_of_request(self, secret: &Secret, request: &Request) -> Way {
        if *request.method() == Method::Register {
            return match request.to() {
                Ok(to) => self.way_to(secret, &to.uri).unwrap_or(Way::Here),
                Err(_) => Way::Here,
            };
        }
        let route = request.routes().next().and_then(Result::ok);
        if let Some(index) = route.as_ref().and_then(token_of) {
            return Way::World(index);
        }
        let to_user = request.uri().and_then(|uri| self.way_to(secret, &uri));
        to_user.unwrap_or_else(|| {
            let to = request.to().ok();
            let tag = to.as_ref().and_then(NameAddr::tag);
            tag.and_then(first_digit).map_or(Way::Here, Way::World)
        })
    }

    /// The world of a user, an endpoint or a number; `None` for a URI without one.
    fn way_to(self, secret: &Secret, uri: &Uri<'_>) -> Option<Way> {
        if let Some(number) = number_of(uri) {
            return Some(Way::Number(number));
        }
        let address = address_of(uri)?;
        Some(match gruu::read(secret, uri) {
            Some(Gruu::Temporary(_, id)) => Way::World(self.of_binding(id)),
            // A strict router put the route into the Request-URI (RFC 3261 §16.4).
            _ if matches!(Host::parse(uri.host()), Some(Host::Address(_))) => Way::World(uri_token(uri)?),
            _ => Way::World(self.of_user(secret, &address)),
        })
    }
}

fn token_of(route: &NameAddr<'_>) -> Option<u8> {
    uri_token(&route.uri)
}

/// The world that wrote a route of ours.
fn uri_token(uri: &Uri<'_>) -> Option<u8> {
    flow_token::writer(&uri.user_text()?)
}

fn first_digit(text: &str) -> Option<u8> {
    let digit = text.chars().next()?.to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests;
