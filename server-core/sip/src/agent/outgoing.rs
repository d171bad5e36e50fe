//! Requests of the agent, their challenges, and their answers.

use std::sync::Arc;
use std::time::Instant;

use super::{Agent, Event, Handle};
use crate::auth::{Attempt, answer, answer_with_key, strongest};
use crate::dialog::{Dialog, DialogId, Sender};
use crate::transaction::{ClientId, Outgoing};
use crate::wire::{HeaderName, Method, Request, RequestBuilder, Response};

/// A request outside a dialog, as it can be written again with credentials.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    method: Method,
    uri: String,
    to: String,
    call_id: String,
    tag: String,
    cseq: u32,
    headers: Vec<(HeaderName, String)>,
    content_type: String,
    body: Vec<u8>,
}

/// A request under way.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    handle: Handle,
    /// To write it again; `None` inside a dialog.
    draft: Option<Draft>,
    /// The bytes, from which the answer makes a dialog.
    bytes: Arc<[u8]>,
    method: Method,
    challenged: bool,
    /// Its final response was told.
    answered: bool,
}

impl Sent {
    pub(super) fn handle(&self) -> Handle {
        self.handle
    }
}

/// A subscription that can be refreshed.
#[derive(Debug)]
pub(super) struct Watch {
    dialog: Dialog,
}

impl Agent {
    /// Signs in, refreshes, or with 0 seconds signs out.
    pub fn register(&mut self, now: Instant, seconds: u32) -> Handle {
        let domain = self
            .account
            .address
            .rsplit('@')
            .next()
            .unwrap_or_default()
            .to_owned();
        let (call_id, cseq) = self.registration.take().unwrap_or_else(|| (self.token(), 0));
        let mut contact = format!("<{}>", self.contact());
        if let Some(instance) = &self.account.instance {
            contact.push_str(&format!(";+sip.instance=\"<{instance}>\""));
        }
        let to = format!("<sip:{}>", self.account.address);
        let mut draft = self.draft(Method::Register, format!("sip:{domain}"), to);
        draft.headers = vec![
            (HeaderName::Contact, contact),
            (HeaderName::Expires, seconds.to_string()),
        ];
        draft
            .headers
            .push((HeaderName::Supported, "path, gruu".to_owned()));
        (draft.call_id, draft.cseq) = (call_id, cseq);
        self.start(now, draft)
    }

    /// Publishes a presence document; with 0 seconds takes back what was published.
    pub fn publish(&mut self, now: Instant, document: &str, seconds: u32) -> Handle {
        let own = format!("sip:{}", self.account.address);
        let mut draft = self.draft(Method::Publish, own.clone(), format!("<{own}>"));
        draft.headers.push((HeaderName::Event, "presence".to_owned()));
        draft.headers.push((HeaderName::Expires, seconds.to_string()));
        if let Some(etag) = self.etag.take() {
            draft.headers.push((HeaderName::SipIfMatch, etag));
        }
        if seconds > 0 && !document.is_empty() {
            draft.content_type = "application/pidf+xml".to_owned();
            draft.body = document.as_bytes().to_vec();
        }
        self.start(now, draft)
    }

    /// Watches the presence of an address; with 0 seconds fetches it once.
    pub fn subscribe(&mut self, now: Instant, address: &str, seconds: u32) -> Handle {
        self.watch(now, address, ("presence", "application/pidf+xml"), seconds)
    }

    /// The same for an event package, given with the type of its documents.
    pub fn watch(&mut self, now: Instant, address: &str, package: (&str, &str), seconds: u32) -> Handle {
        let draft = self.draft(
            Method::Subscribe,
            format!("sip:{address}"),
            format!("<sip:{address}>"),
        );
        self.start_watching(now, draft, package, seconds)
    }

    /// Watches the presence of many with one subscription (RFC 4662, RFC 5367), at the agent's own address.
    pub fn watch_list(&mut self, now: Instant, addresses: &[&str], seconds: u32) -> Handle {
        let own = self.account.address.clone();
        let mut draft = self.draft(Method::Subscribe, format!("sip:{own}"), format!("<sip:{own}>"));
        let entries: String = addresses
            .iter()
            .map(|address| format!("<entry uri=\"sip:{address}\"/>"))
            .collect();
        draft.content_type = "application/resource-lists+xml".to_owned();
        draft.body = format!(
            "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list>{entries}</list></resource-lists>"
        )
        .into_bytes();
        draft.headers = vec![
            (HeaderName::Supported, "eventlist".to_owned()),
            (HeaderName::Require, "recipient-list-subscribe".to_owned()),
            (HeaderName::ContentDisposition, "recipient-list".to_owned()),
        ];
        let accepted = "application/pidf+xml, application/rlmi+xml, multipart/related";
        self.start_watching(now, draft, ("presence", accepted), seconds)
    }

    fn start_watching(
        &mut self,
        now: Instant,
        mut draft: Draft,
        package: (&str, &str),
        seconds: u32,
    ) -> Handle {
        let contact = format!("<{}>", self.contact());
        draft.headers.extend([
            (HeaderName::Contact, contact),
            (HeaderName::Event, package.0.to_owned()),
            (HeaderName::Accept, package.1.to_owned()),
            (HeaderName::Expires, seconds.to_string()),
        ]);
        let id = DialogId {
            call_id: draft.call_id.clone(),
            local_tag: draft.tag.clone(),
            remote_tag: String::new(),
        };
        let handle = self.start(now, draft);
        self.subscriptions.insert(id, handle);
        handle
    }

    /// Refreshes a subscription, or with 0 seconds ends it. `None` when there is no such subscription.
    pub fn refresh(&mut self, now: Instant, watch: Handle, seconds: u32) -> Option<Handle> {
        let sent_by = self.flow.local.to_string();
        let branch = self.branches.own();
        let sender = Sender {
            transport: self.flow.transport,
            sent_by: &sent_by,
            branch: branch.as_str(),
        };
        let contact = format!("<{}>", self.contact());
        let request = self
            .watches
            .get_mut(&watch)?
            .dialog
            .request(&Method::Subscribe, sender)
            .header(HeaderName::Contact, contact)
            .header(HeaderName::Event, "presence")
            .header(HeaderName::Expires, seconds.to_string());
        let handle = self.handle();
        self.send(now, handle, request.finish(), Method::Subscribe, branch.as_str());
        Some(handle)
    }

    /// Sends a text message.
    pub fn message(&mut self, now: Instant, address: &str, text: &str) -> Handle {
        let mut draft = self.draft(
            Method::Message,
            format!("sip:{address}"),
            format!("<sip:{address}>"),
        );
        draft.content_type = "text/plain;charset=UTF-8".to_owned();
        draft.body = text.as_bytes().to_vec();
        self.start(now, draft)
    }

    /// Sends a request of any method, such as OPTIONS.
    pub fn request(&mut self, now: Instant, method: Method, uri: &str) -> Handle {
        let draft = self.draft(method, uri.to_owned(), format!("<{uri}>"));
        self.start(now, draft)
    }

    /// An INVITE; its handle names the call.
    pub(super) fn start_invite(
        &mut self,
        now: Instant,
        address: &str,
        description: &[u8],
        headers: Vec<(HeaderName, String)>,
    ) -> Handle {
        let mut draft = self.draft(
            Method::Invite,
            format!("sip:{address}"),
            format!("<sip:{address}>"),
        );
        draft.headers = headers;
        draft.headers.extend([
            (HeaderName::Contact, format!("<{}>", self.contact())),
            (HeaderName::Supported, self.call_options()),
        ]);
        if !description.is_empty() {
            draft.content_type = "application/sdp".to_owned();
            draft.body = description.to_vec();
        }
        self.start(now, draft)
    }

    fn draft(&mut self, method: Method, uri: String, to: String) -> Draft {
        let (call_id, tag) = (self.token(), self.token());
        let (headers, content_type, body) = (Vec::new(), String::new(), Vec::new());
        Draft {
            method,
            uri,
            to,
            call_id,
            tag,
            cseq: 0,
            headers,
            content_type,
            body,
        }
    }

    fn start(&mut self, now: Instant, draft: Draft) -> Handle {
        let handle = self.handle();
        self.send_draft(now, handle, draft, None, false);
        handle
    }

    fn send_draft(
        &mut self,
        now: Instant,
        handle: Handle,
        mut draft: Draft,
        credentials: Option<(HeaderName, String)>,
        challenged: bool,
    ) {
        draft.cseq += 1;
        if draft.method == Method::Register {
            self.registration = Some((draft.call_id.clone(), draft.cseq));
        }
        let branch = self.branches.own();
        let mut builder = RequestBuilder::new(&draft.method, &draft.uri)
            .via(self.flow.transport, &self.flow.local.to_string(), branch.as_str())
            .header(HeaderName::MaxForwards, "70")
            .header(
                HeaderName::From,
                format!("<sip:{}>;tag={}", self.account.address, draft.tag),
            )
            .header(HeaderName::To, &draft.to)
            .header(HeaderName::CallId, &draft.call_id)
            .cseq(draft.cseq, &draft.method)
            .header(HeaderName::UserAgent, &self.account.user_agent);
        for (name, value) in draft.headers.iter().chain(&credentials) {
            builder = builder.header(*name, value);
        }
        let bytes = if draft.content_type.is_empty() {
            builder.finish()
        } else {
            builder.body(&draft.content_type, &draft.body).finish()
        };
        let method = draft.method.clone();
        let sent = Sent {
            handle,
            draft: Some(draft),
            bytes,
            method,
            challenged,
            answered: false,
        };
        self.send_again(now, sent, branch.as_str());
    }

    /// Sends a request inside a dialog.
    pub(super) fn send(
        &mut self,
        now: Instant,
        handle: Handle,
        bytes: Arc<[u8]>,
        method: Method,
        branch: &str,
    ) {
        let sent = Sent {
            handle,
            draft: None,
            bytes,
            method,
            challenged: false,
            answered: false,
        };
        self.send_again(now, sent, branch);
    }

    fn send_again(&mut self, now: Instant, sent: Sent, branch: &str) -> Option<ClientId> {
        let outgoing = Outgoing {
            bytes: Arc::clone(&sent.bytes),
            method: &sent.method,
            branch,
        };
        let handle = sent.handle;
        let id = self.transactions.request(now, outgoing, self.flow);
        match id {
            Some(id) => {
                self.sent.insert(id, sent);
                if let Some(call) = self.calls.get_mut(&handle) {
                    call.client = Some(id);
                }
            }
            None => self.answered_by_itself(handle, 503, "Service Unavailable"),
        }
        self.run(now);
        id
    }

    pub(super) fn response(&mut self, now: Instant, id: ClientId, response: &Response) {
        let Some(sent) = self.sent.get(&id).cloned() else {
            return;
        };
        let status = response.status();
        if sent.method == Method::Invite {
            self.invite_response(now, sent.handle, &sent.bytes, response);
        }
        if sent.answered {
            return;
        }
        if status < 200 {
            if status > 100 {
                self.tell(Event::Progress {
                    handle: sent.handle,
                    status,
                });
            }
            return;
        }
        if matches!(status, 401 | 407) && !sent.challenged && self.answer_challenge(now, &sent, response) {
            return;
        }
        if let Some(sent) = self.sent.get_mut(&id) {
            sent.answered = true;
        }
        match sent.method {
            Method::Publish if status < 300 => self.etag = response.sip_etag().map(str::to_owned),
            Method::Subscribe if status < 300 => self.subscribed(&sent, response),
            _ => {}
        }
        let contact = response.contact().filter(|_| (300..400).contains(&status));
        self.tell(Event::Answered {
            handle: sent.handle,
            status,
            reason: String::from_utf8_lossy(response.reason()).into_owned(),
            diagnostics: response.get_str(HeaderName::MsDiagnostics).map(str::to_owned),
            body: response.body().to_vec(),
            moved_to: contact.map(|contact| contact.uri().to_text().into_owned()),
        });
    }

    /// RFC 3261 §22.2, §22.3: the same request with credentials and the next CSeq.
    fn answer_challenge(&mut self, now: Instant, sent: &Sent, response: &Response) -> bool {
        let Some(draft) = sent.draft.clone() else {
            return false;
        };
        let (asks, gives) = if response.status() == 401 {
            (HeaderName::WwwAuthenticate, HeaderName::Authorization)
        } else {
            (HeaderName::ProxyAuthenticate, HeaderName::ProxyAuthorization)
        };
        let Some((challenge, algorithm)) = strongest(response, asks) else {
            return false;
        };
        let cnonce = self.token();
        let attempt = Attempt {
            method: &draft.method,
            uri: &draft.uri,
            count: 1,
            cnonce: &cnonce,
        };
        let username = &self.account.username;
        let answered = match self.keys.iter().find(|key| key.algorithm() == algorithm) {
            Some(key) => answer_with_key(&challenge, username, key, attempt),
            None => answer(&challenge, username, &self.account.password, attempt),
        };
        let Some(value) = answered else {
            return false;
        };
        self.send_draft(now, sent.handle, draft, Some((gives, value)), true);
        true
    }

    fn subscribed(&mut self, sent: &Sent, response: &Response) {
        if let Ok(request) = Request::parse(Arc::clone(&sent.bytes))
            && sent.draft.is_some()
            && let Some(dialog) = Dialog::from_response(&request, response)
        {
            self.watches.insert(sent.handle, Watch { dialog });
        }
    }

    pub(super) fn unanswered(&mut self, id: ClientId, status: u16, reason: &str) {
        if let Some(sent) = self.sent.get(&id) {
            let handle = sent.handle;
            self.answered_by_itself(handle, status, reason);
        }
    }

    /// A request fails without an answer from outside.
    fn answered_by_itself(&mut self, handle: Handle, status: u16, reason: &str) {
        self.tell(Event::Answered {
            handle,
            status,
            reason: reason.to_owned(),
            diagnostics: None,
            body: Vec::new(),
            moved_to: None,
        });
    }
}
