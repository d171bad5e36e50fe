//! From a destination to the places that a request is sent to, and requests inside dialogs, which bring their route.

use plenum_sip::Request;
use plenum_sip::proxy::caller_preferences::{Disposition, Preferences};
use plenum_sip::proxy::{Routing, preprocess};
use plenum_sip::wire::{HeaderName, NameAddr, Uri};

use super::flow_token::{self, Side};
use super::fork::{Leg, Manner};
use super::locate::Destination;
use super::preference;
use crate::boundary::{Flow, Transport};
use crate::diagnostics::Reason;
use crate::registrar::location::Binding;
use crate::world::World;
use crate::world::send::Hop;
use crate::world::work::{Stop, Work};

impl World {
    /// The legs to a destination, in groups of equal preference, the highest first (RFC 3261 §16.6).
    pub(crate) fn groups_of(
        &mut self,
        destination: &Destination,
        preferences: &Preferences<'_>,
    ) -> Result<Vec<Vec<Leg>>, Stop> {
        match destination {
            Destination::Here => Err(Reason::NoSuchUser.into()),
            Destination::Pool(user) => {
                let hop = self.hop_to_server(&user.registrar_pool)?;
                Ok(vec![vec![Leg {
                    uri: None,
                    hop,
                    routes: Vec::new(),
                    side: Side::Uri,
                    breadth: None,
                }]])
            }
            Destination::User(user) => self.groups_of_bindings(&user.sip_address, preferences, |_| true),
            Destination::Endpoint(user, id) => {
                self.groups_of_bindings(&user.sip_address, preferences, |binding| binding.id == *id)
            }
        }
    }

    fn groups_of_bindings(
        &mut self,
        address: &str,
        preferences: &Preferences<'_>,
        wanted: impl Fn(&Binding) -> bool,
    ) -> Result<Vec<Vec<Leg>>, Stop> {
        let bindings: Vec<Binding> = self
            .locations
            .of(address)
            .iter()
            .filter(|it| wanted(it))
            .cloned()
            .collect();
        self.groups_of_these(bindings, preferences)
    }

    /// The legs to these endpoints of a user.
    pub(super) fn groups_of_these(
        &mut self,
        bindings: Vec<Binding>,
        preferences: &Preferences<'_>,
    ) -> Result<Vec<Vec<Leg>>, Stop> {
        let mut groups: Vec<Vec<Leg>> = Vec::new();
        for group in preference::groups(bindings, preferences)? {
            let mut legs = Vec::with_capacity(group.len());
            for binding in &group {
                match self.leg_to(binding) {
                    Ok(leg) => legs.push(leg),
                    Err(Stop::Wait(id)) => return Err(Stop::Wait(id)),
                    Err(_) => {}
                }
            }
            if !legs.is_empty() {
                groups.push(legs);
            }
        }
        if groups.is_empty() {
            Err(Reason::EndpointUnreachable.into())
        } else {
            Ok(groups)
        }
    }

    fn leg_to(&mut self, binding: &Binding) -> Result<Leg, Stop> {
        let uri = Some(binding.contact().into());
        let routes: Vec<Box<str>> = binding
            .path()
            .into_iter()
            .flat_map(|path| path.split(", "))
            .map(Into::into)
            .collect();
        let flow = binding.flow();
        if binding.use_flow && self.stands(flow) {
            return Ok(Leg {
                uri,
                hop: Hop::Flow(flow),
                routes,
                side: Side::Flow(flow),
                breadth: None,
            });
        }
        let hop = match routes.first() {
            Some(route) => {
                let route = NameAddr::parse(route.as_bytes()).ok_or(Reason::EndpointUnreachable)?;
                self.hop_to(&route.uri)?
            }
            None => self.hop_to(&Uri::from_text(binding.contact()).ok_or(Reason::EndpointUnreachable)?)?,
        };
        Ok(Leg {
            uri,
            hop,
            routes,
            side: Side::Uri,
            breadth: None,
        })
    }

    fn stands(&self, flow: Flow) -> bool {
        flow.transport == Transport::Udp || self.flows.connection(flow.connection).is_some()
    }

    /// A request inside a dialog that we record-routed: its route is its permission.
    pub(crate) fn in_dialog(&mut self, work: &mut Work) -> Result<(), Stop> {
        let hash = self.check_forwarding(work)?;
        let request = work.request.clone();
        let (leg, all_ours) = self.dialog_leg(&request)?;
        self.check_session(work)?;
        self.during_call(work)?;
        let manner = Manner {
            hash,
            all_ours,
            is_call: false,
            record_route: false,
            callee: None,
            disposition: Disposition::default(),
        };
        self.start_fork(work, manner, vec![vec![leg]]);
        Ok(())
    }

    /// An ACK for a 2xx goes the dialog's way without a transaction. One that has no way is dropped.
    pub(crate) fn forward_ack(&mut self, request: Request, flow: Flow) {
        let work = Work::new(request, flow, self.instant, None);
        let Ok(hash) = self.check_forwarding(&work) else {
            return;
        };
        // A name that is not resolved yet costs this ACK; the 2xx is repeated, and so is the ACK.
        let Ok((leg, all_ours)) = self.dialog_leg(&work.request) else {
            return;
        };
        let manner = Manner {
            hash,
            all_ours,
            is_call: false,
            record_route: false,
            callee: None,
            disposition: Disposition::default(),
        };
        let branch = self.branches.forwarding(hash);
        if let Some(bytes) = self.copy_of(&work, &manner, &leg, &branch) {
            self.send_plain(leg.hop, bytes);
        }
    }

    /// Whether a request brings the route that we wrote for its dialog: only the dialog's parties have it.
    pub(crate) fn is_within_dialog(&self, request: &Request) -> bool {
        let has_tag = request.to().is_ok_and(|to| to.tag().is_some());
        let routing = preprocess(request, |uri| self.is_ours(uri));
        has_tag && routing.is_ok_and(|routing| self.side_of(request, &routing).is_some())
    }

    /// Where a request of a dialog goes, and [`Manner::all_ours`].
    fn dialog_leg(&mut self, request: &Request) -> Result<(Leg, Option<usize>), Stop> {
        let routing = preprocess(request, |uri| self.is_ours(uri)).map_err(|_| Reason::Malformed)?;
        let leg = self.leg_along(request, &routing)?;
        Ok((leg, routing.all_ours()))
    }

    fn leg_along(&mut self, request: &Request, routing: &Routing<'_>) -> Result<Leg, Stop> {
        let side = self.side_of(request, routing).ok_or(Reason::StaleRoute)?;
        if let Some(next) = routing.next {
            let hop = self.hop_to(&next.uri)?;
            return Ok(Leg {
                uri: None,
                hop,
                routes: Vec::new(),
                side,
                breadth: None,
            });
        }
        if routing.uri.is_gruu()
            && self
                .published
                .deployment()
                .is_own_domain(&routing.uri.host().to_ascii_lowercase())
        {
            let destination = self.locate(&routing.uri, None)?;
            let leg = self
                .groups_of(&destination, &Preferences::default())?
                .into_iter()
                .flatten()
                .next();
            return leg.ok_or_else(|| Reason::NotSignedIn.into());
        }
        let hop = match side {
            Side::Flow(flow) if self.stands(flow) => Hop::Flow(flow),
            // RFC 5626 §5.3: who asked for its flow in dialogs (§4.3, `ob`) is reached by no other way.
            Side::Flow(_) if routing.uri.has_param("ob") => return Err(Stop::Answer(430)),
            _ => self.hop_to(&routing.uri)?,
        };
        Ok(Leg {
            uri: None,
            hop,
            routes: Vec::new(),
            side,
            breadth: None,
        })
    }

    /// The side that the request goes to, when we wrote its route for this dialog. We stand in it twice, and the value
    /// popped last is the other side's; a phone behind a strict router may have kept one only.
    fn side_of(&self, request: &Request, routing: &Routing<'_>) -> Option<Side> {
        let last = request.routes().nth(routing.ours.checked_sub(1)?)?.ok()?;
        let token = last.uri.user_text()?;
        flow_token::read(&self.secret, request.get(HeaderName::CallId)?, &token)
    }
}
