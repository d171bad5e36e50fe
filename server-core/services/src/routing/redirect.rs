//! Redirections that the server follows in the sender's place (RFC 3261 §16.5, §16.7 step 4), when the topology says so.
//!
//! Only to users of the deployment, whose policies are asked as if they had been called; everything else in a 3xx goes
//! back to the sender. Nobody is asked twice, so two phones that redirect to each other come to an end. A user of
//! another world of this server is asked for there ([`Said::WhereIs`]); the branch stays open meanwhile.

use std::cmp::Reverse;
use std::sync::Arc;

use plenum_sip::proxy::caller_preferences::Preferences;
use plenum_sip::proxy::response_context::Input;
use plenum_sip::wire::{Contacts, Editor, HeaderName, Uri};
use plenum_sip::{Message, Response};
use plenum_topology::directory::UserRecord;

use super::fork::Leg;
use super::locate::{Destination, address_of, number_of};
use crate::boundary::AskId;
use crate::calls::permission;
use crate::calls::table::Party;
use crate::registrar::gruu::{self, Gruu};
use crate::registrar::location::Binding;
use crate::world::World;
use crate::world::word::Said;
use crate::world::work::{Sender, Stop, Work};

/// The most users that one request is sent on to.
const MAX_FOLLOWED: usize = 8;

/// A user's address, and some of the user's endpoints.
pub(crate) type Endpoints = (String, Vec<Binding>);

/// What became of the redirections of a fork.
#[derive(Debug, Default)]
pub(super) struct Redirections {
    under_way: Vec<Following>,
    /// Whom the request was for, and where it was sent on.
    tried: Vec<String>,
    /// Whose each branch is that began with a redirection.
    branches: Vec<(usize, Arc<UserRecord>)>,
}

impl Redirections {
    /// Whose a branch is, when a redirection began it.
    pub(super) fn user_of(&self, branch: usize) -> Option<&Arc<UserRecord>> {
        let mut branches = self.branches.iter();
        branches.find(|(index, _)| *index == branch).map(|(_, user)| user)
    }
}

/// A redirection whose targets are being looked for.
#[derive(Debug)]
struct Following {
    branch: usize,
    response: Response,
    /// The URIs still to be looked at, the best one last.
    contacts: Vec<String>,
    /// What the world of the last one's user says of it.
    endpoints: Option<Endpoints>,
    targets: Vec<(Arc<UserRecord>, Leg)>,
    /// What is not followed.
    rest: Vec<String>,
}

enum Unfollowed {
    Wait(AskId),
    /// The world of the user.
    Elsewhere(u8),
    Never,
}

impl From<Stop> for Unfollowed {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Wait(id) => Self::Wait(id),
            _ => Self::Never,
        }
    }
}

impl World {
    /// A 3xx on a branch. Whether it is followed; if not, it goes back.
    pub(super) fn redirected(&mut self, id: u64, branch: usize, response: &Response) -> bool {
        if !self.published.deployment().follows_redirections() || !matches!(response.status(), 300..=302) {
            return false;
        }
        let Some(fork) = self.forks.get_mut(id) else {
            return false;
        };
        if fork.manner.disposition.no_recurse {
            return false;
        }
        let (Some(callee), Ok(Contacts::List(mut list))) = (&fork.manner.callee, response.contacts()) else {
            return false;
        };
        list.sort_by_key(|contact| Reverse(contact.q()));
        let contacts = list
            .iter()
            .rev()
            .map(|contact| contact.uri().to_text().into_owned());
        let following = Following {
            branch,
            response: response.clone(),
            contacts: contacts.collect(),
            endpoints: None,
            targets: Vec::new(),
            rest: Vec::new(),
        };
        let first = callee.sip_address.clone();
        let redirections = fork.redirections.get_or_insert_default();
        if redirections.tried.is_empty() {
            redirections.tried.push(first);
        }
        redirections.under_way.push(following);
        self.follow(id, branch);
        true
    }

    /// Looks for the targets of a redirection, until all are known or one has to be waited for.
    fn follow(&mut self, id: u64, branch: usize) {
        let Some((work, is_call, mut following)) = self.take_following(id, branch) else {
            return;
        };
        while let Some(contact) = following.contacts.last().cloned() {
            let endpoints = following.endpoints.take();
            match self.targets_at(id, &work, is_call, &contact, endpoints) {
                Ok((user, legs)) => {
                    let legs = legs.into_iter().map(|leg| (Arc::clone(&user), leg));
                    following.targets.extend(legs);
                }
                Err(Unfollowed::Never) => following.rest.push(contact),
                Err(Unfollowed::Wait(ask)) => {
                    self.redirections.entry(ask).or_default().push((id, branch));
                    self.put_following(id, following);
                    return;
                }
                Err(Unfollowed::Elsewhere(world)) => {
                    self.put_following(id, following);
                    let fork = id;
                    self.tell(
                        world,
                        Said::WhereIs {
                            fork,
                            branch,
                            contact,
                        },
                    );
                    return;
                }
            }
            following.contacts.pop();
        }
        self.followed(id, following);
    }

    /// Nobody waits any more for what is being looked for: the branches end as if nobody had answered.
    pub(super) fn stop_following(&mut self, id: u64) {
        let redirections = self.forks.get_mut(id).and_then(|fork| fork.redirections.as_mut());
        let under_way = redirections.map(|redirections| std::mem::take(&mut redirections.under_way));
        for Following { branch, .. } in under_way.unwrap_or_default() {
            self.tell_fork(id, Input::Timeout { branch });
        }
    }

    fn take_following(&mut self, id: u64, branch: usize) -> Option<(Arc<Work>, bool, Following)> {
        let fork = self.forks.get_mut(id)?;
        let under_way = &mut fork.redirections.as_mut()?.under_way;
        let position = under_way.iter().position(|it| it.branch == branch)?;
        Some((
            Arc::clone(&fork.work),
            fork.manner.is_call,
            under_way.swap_remove(position),
        ))
    }

    fn put_following(&mut self, id: u64, following: Following) {
        if let Some(fork) = self.forks.get_mut(id) {
            fork.redirections
                .get_or_insert_default()
                .under_way
                .push(following);
        }
    }

    /// All targets are known.
    fn followed(&mut self, id: u64, following: Following) {
        let now = self.instant;
        let Following {
            branch,
            response,
            targets,
            rest,
            ..
        } = following;
        let Some(fork) = self.forks.get_mut(id) else {
            return;
        };
        if targets.is_empty() {
            self.candidate(id, branch, response);
            return;
        }
        let (users, legs): (Vec<_>, Vec<_>) = targets.into_iter().unzip();
        let rest = (!rest.is_empty())
            .then(|| without_followed(&response, &rest))
            .flatten();
        let branches = fork.context.follow(now, branch, rest, legs);
        let redirections = fork.redirections.get_or_insert_default();
        redirections.branches.extend(branches.zip(users));
        self.run_fork(id);
    }

    /// Where the user is whom a Contact names, when the request may go there and has not been there.
    fn targets_at(
        &mut self,
        id: u64,
        work: &Work,
        is_call: bool,
        contact: &str,
        endpoints: Option<Endpoints>,
    ) -> Result<(Arc<UserRecord>, Vec<Leg>), Unfollowed> {
        let uri = Uri::from_text(contact).ok_or(Unfollowed::Never)?;
        let own = self
            .published
            .deployment()
            .is_own_domain(&uri.host().to_ascii_lowercase());
        if !own || address_of(&uri).is_none() {
            return Err(Unfollowed::Never);
        }
        let preferences = Preferences::of(&work.request);
        let (user, groups) = match endpoints {
            Some((address, bindings)) => {
                let user = self.known_user(&address)?;
                (user, self.groups_of_these(bindings, &preferences)?)
            }
            None => {
                if let Some(world) = self.world_of_endpoint(&uri) {
                    return Err(Unfollowed::Elsewhere(world));
                }
                let destination = self.locate(&uri, work.sender.as_ref())?;
                let user = destination.user().cloned().ok_or(Unfollowed::Never)?;
                let elsewhere = self.config.slice.of_user(&self.secret, &user.sip_address);
                let is_here = matches!(destination, Destination::User(_));
                if is_here && elsewhere != self.config.slice.index() {
                    return Err(Unfollowed::Elsewhere(elsewhere));
                }
                (user, self.groups_of(&destination, &preferences)?)
            }
        };
        if is_call && !self.may_be_called(work, &user) {
            return Err(Unfollowed::Never);
        }
        let fork = self.forks.get_mut(id).ok_or(Unfollowed::Never)?;
        let tried = &mut fork.redirections.get_or_insert_default().tried;
        if tried.contains(&user.sip_address) || tried.len() > MAX_FOLLOWED {
            return Err(Unfollowed::Never);
        }
        tried.push(user.sip_address.clone());
        let mut legs: Vec<Leg> = groups.into_iter().flatten().collect();
        for leg in &mut legs {
            leg.uri.get_or_insert_with(|| contact.into());
            // They share what the branch had that was redirected; nobody knows how much that is.
            leg.breadth = Some(1);
        }
        Ok((user, legs))
    }

    /// Whether both parties' policies let the sender of an INVITE call this user instead.
    fn may_be_called(&self, work: &Work, user: &UserRecord) -> bool {
        let call_id = work.request.call_id().unwrap_or_default();
        let caller = work.sender.as_ref().and_then(Sender::user).map(AsRef::as_ref);
        let media = self.calls.get(call_id).map(|call| call.media).unwrap_or_default();
        let blind = work.request.body().is_empty() && permission::is_restricted(&self.published, user);
        !blind && permission::may_use(&self.published, caller, Some(user), media).is_ok()
    }

    /// The other world whose endpoint a GRUU names.
    fn world_of_endpoint(&self, uri: &Uri<'_>) -> Option<u8> {
        let slice = self.config.slice;
        let world = match gruu::read(&self.secret, uri)? {
            Gruu::Temporary(_, id) => slice.of_binding(id),
            Gruu::Public(_) => slice.of_user(&self.secret, &address_of(uri)?),
            Gruu::Unknown => return None,
        };
        (world != slice.index()).then_some(world)
    }

    /// Where a URI that another world asks for leads to: the user, and what of the user's endpoints it names. Whose users
    /// live elsewhere, or may not be called, the other world finds out.
    pub(crate) fn endpoints_at(&mut self, contact: &str) -> Endpoints {
        let Some(uri) = Uri::from_text(contact) else {
            return Endpoints::default();
        };
        let address = match number_of(&uri) {
            // The other world has asked for the number, so this one knows it or will not wait for it.
            Some(number) => {
                let user = self.facts.user_by_line(self.now, &format!("tel:{number}"));
                user.ok().flatten().map(|user| user.sip_address.clone())
            }
            None => address_of(&uri),
        };
        let address = address.unwrap_or_default();
        match gruu::read(&self.secret, &uri) {
            Some(Gruu::Temporary(user, id)) => match self.locations.binding(user, id) {
                Some((address, binding)) => (address.to_owned(), vec![binding.clone()]),
                None => Endpoints::default(),
            },
            Some(Gruu::Public(instance)) => {
                let bindings = self.locations.of(&address).iter();
                let newest = bindings
                    .filter(|binding| gruu::matches(binding, instance))
                    .max_by_key(|binding| binding.refreshed);
                let newest = newest.cloned().into_iter().collect();
                (address, newest)
            }
            Some(Gruu::Unknown) => Endpoints::default(),
            None => {
                let bindings = self.locations.of(&address).to_vec();
                (address, bindings)
            }
        }
    }

    /// Another world says where a URI leads to.
    pub(crate) fn found_endpoints(&mut self, id: u64, branch: usize, endpoints: Endpoints) {
        let fork = self.forks.get_mut(id);
        let redirections = fork.and_then(|fork| fork.redirections.as_mut());
        let following = redirections
            .and_then(|redirections| redirections.under_way.iter_mut().find(|it| it.branch == branch));
        if let Some(following) = following {
            following.endpoints = Some(endpoints);
            self.follow(id, branch);
        }
    }

    /// Those that waited for a fact.
    pub(crate) fn resume_redirections(&mut self, ask: AskId) {
        for (id, branch) in self.redirections.remove(&ask).unwrap_or_default() {
            self.follow(id, branch);
        }
    }

    /// A call is answered by somebody to whom it was redirected: that user's policies apply from now on.
    pub(super) fn answered_after_redirection(&mut self, id: u64, branch: usize) {
        let Some(fork) = self.forks.get_mut(id) else {
            return;
        };
        let redirections = fork.redirections.as_ref();
        if let Some(user) = redirections.and_then(|redirections| redirections.user_of(branch)) {
            let callee = Party {
                address: user.sip_address.as_str().into(),
                own: true,
            };
            let call_id = fork.work.request.call_id().unwrap_or_default();
            self.calls.set_callee(call_id, callee);
        }
    }
}

/// The response with these Contacts alone.
fn without_followed(response: &Response, rest: &[String]) -> Option<Response> {
    let mut editor = Editor::response(response);
    editor.remove(HeaderName::Contact);
    for uri in rest {
        editor.append(HeaderName::Contact, format!("<{uri}>").as_bytes());
    }
    match Message::parse(editor.finish()) {
        Ok(Message::Response(response)) => Some(response),
        _ => None,
    }
}
