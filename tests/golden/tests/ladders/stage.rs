//! The steps of a scenario.
//!
//! | step | what happens |
//! |---|---|
//! | `alice, bob and carol are signed in` | they are, and how is not drawn |
//! | `alice signs in`, `alice signs out` | REGISTER |
//! | `alice calls bob [with video\|screen\|file]` | INVITE; `alice cancels`, `alice hangs up`, `alice changes to video` |
//! | `bob answers`, `bob answers every call` | 200; also `bob rejects with 486`, `bob redirects to carol` |
//! | `alice has session timers` | RFC 4028: UPDATE refreshes them |
//! | `bob rings reliably` | 183 that is acknowledged (RFC 3262) |
//! | `alice calls the endpoint bob-mobile` | INVITE to a public GRUU (RFC 5627) |
//! | `alice sends UPDATE` | a request within the call |
//! | `alice transfers to carol` | REFER inside the call |
//! | `bob calls carol in place of alice` | INVITE with Replaces for carol's call with alice (RFC 3891) |
//! | `alice asks for the settings` | SUBSCRIBE to the settings of a user |
//! | `alice writes to bob: TEXT` | MESSAGE |
//! | `bob watches alice`, `bob looks at alice`, `alice publishes TEXT` | SUBSCRIBE (also for once), PUBLISH |
//! | `alice follows the calls of alice`, `alice asks who watches alice` | SUBSCRIBE to the packages of RFC 4235 and 3857 |
//! | `bob is switched off`, `bob is switched on` | a phone without power |
//! | `60 seconds pass` | virtual time |
//! | `the network is bad`, `the network is good` | a fifth of all datagrams is lost, some come twice, some overtake |
//! | `publish {…}` | a new revision with these settings |
//! | `the topology says of the registrar {…}` | the same with the default settings and these of the registrar |
//! | `grant CsVoicePolicy Sales to alice` | the user's record |
//! | `the administrator stops\|drains\|starts the server` | as the cmdlets ask for it |
//!
//! A phone is named as its user, further ones `bob-mobile`; `alice-thief:guess` signs in with that password.

use std::time::{Duration, Instant};

use plenum_admin::Request;
use plenum_sip::agent::{Agent, Event, Handle};
use plenum_sip::testkit::Conditions;
use plenum_sip::wire::Method;

use super::lab::{AUDIO, FILE, Lab, SHARING, VIDEO, snapshot, snapshot_with};
use plenum_cmdlets::ladder::Columns;

/// A laboratory with named phones.
pub struct Stage {
    lab: Lab,
    names: Vec<String>,
    /// The call that each phone is in or is invited to.
    calls: Vec<Option<Handle>>,
    /// How much each phone was told before.
    heard: Vec<usize>,
    columns: Columns,
    has_heading: bool,
    revision: u64,
}

impl Stage {
    pub fn new(phones: &str, settings: Option<&str>) -> Result<Self, String> {
        let settings = match settings {
            Some(text) => json(text)?,
            None => serde_json::json!({}),
        };
        let mut lab = Lab::new(settings);
        let mut names = Vec::new();
        for phone in phones.split(", ") {
            let (name, password) = match phone.split_once(':') {
                Some((name, password)) => (name, Some(password)),
                None => (phone, None),
            };
            let user = name.split('-').next().unwrap_or(name);
            match password {
                Some(password) => lab.phone_with(user, password),
                None => lab.phone(user),
            };
            names.push(name.to_owned());
        }
        Ok(Self {
            calls: vec![None; names.len()],
            heard: vec![0; names.len()],
            columns: Columns::new(names.clone()),
            has_heading: false,
            revision: 1,
            names,
            lab,
        })
    }

    /// Plays one step, and draws what came of it.
    pub fn step(&mut self, step: &str) -> Result<String, String> {
        if let Some(names) = step
            .strip_suffix(" are signed in")
            .or(step.strip_suffix(" is signed in"))
        {
            for name in names.replace(" and ", ", ").split(", ") {
                self.step(&format!("{name} signs in"))?;
            }
            self.has_heading = false;
            return Ok(String::new());
        }
        self.play(step)?;
        self.lab.run(Duration::from_secs(1));
        Ok(self.draw())
    }

    fn play(&mut self, step: &str) -> Result<(), String> {
        if let Some(text) = step.strip_prefix("publish ") {
            self.revision += 1;
            let now = self.lab.now();
            let published = snapshot(self.revision, json(text)?);
            self.lab.server.publish(now, &published);
            return Ok(());
        }
        if let Some(text) = step.strip_prefix("the topology says of the registrar ") {
            self.revision += 1;
            let now = self.lab.now();
            let published = snapshot_with(self.revision, serde_json::json!({}), json(text)?);
            self.lab.server.publish(now, &published);
            return Ok(());
        }
        if let Some((sender, rest)) = step.split_once(" writes to ") {
            let (to, text) = rest.split_once(": ").ok_or("a message needs `: TEXT`")?;
            return self.send(sender, |agent, now| agent.message(now, &address(to), text));
        }
        if let Some((publisher, note)) = step.split_once(" publishes ") {
            let document = presence(&address(publisher), note);
            return self.send(publisher, |agent, now| agent.publish(now, &document, 600));
        }
        let words: Vec<&str> = step.split(' ').collect();
        match words[..] {
            [seconds, "seconds", "pass"] => {
                let seconds: u64 = seconds.parse().map_err(|_| "how many seconds?")?;
                self.lab.run(Duration::from_secs(seconds.saturating_sub(1)));
                Ok(())
            }
            ["the", "network", "is", "bad"] => {
                self.lab.network.set_conditions(Conditions::BAD);
                Ok(())
            }
            ["the", "network", "is", "good"] => {
                self.lab.network.set_conditions(Conditions::GOOD);
                Ok(())
            }
            ["the", "administrator", verb, "the", "server"] => self.administer(verb),
            ["grant", noun, policy, "to", user] => {
                self.lab.change_user(user, |record| {
                    record.policies.insert(noun.to_owned(), policy.to_owned());
                });
                Ok(())
            }
            [name, ref rest @ ..] => self.phone_step(name, rest),
            [] => Err("an empty step".to_owned()),
        }
    }

    fn administer(&mut self, verb: &str) -> Result<(), String> {
        let request = match verb {
            "stops" | "drains" => Request::Stop {
                name: None,
                graceful: verb == "drains",
            },
            "starts" => Request::Start { name: None },
            _ => return Err("it stops, drains or starts".to_owned()),
        };
        self.lab.admin(request);
        Ok(())
    }

    fn phone_step(&mut self, name: &str, words: &[&str]) -> Result<(), String> {
        let phone = self.phone(name)?;
        match *words {
            ["signs", "in"] => self.send(name, |agent, now| agent.register(now, 600)),
            ["signs", "out"] => self.send(name, |agent, now| agent.register(now, 0)),
            ["calls", to] => self.call(phone, to, AUDIO),
            ["calls", "the", "endpoint", to] => {
                let number = self.phone(to)?;
                let endpoint = format!(
                    "{};gr=urn:uuid:00000000-0000-0000-0000-0000000000{number:02}",
                    address(to)
                );
                let call = self
                    .lab
                    .start(phone, |agent, now| agent.invite(now, &endpoint, AUDIO));
                self.calls[phone] = Some(call);
                Ok(())
            }
            ["calls", to, "in", "place", "of", other] => self.call_in_place(phone, to, other),
            ["asks", "for", "the", "settings"] => {
                let package = (
                    "vnd-microsoft-provisioning-v2",
                    "application/vnd-microsoft-roaming-provisioning-v2+xml",
                );
                self.send(name, |agent, now| agent.watch(now, &address(name), package, 600))
            }
            ["calls", to, "with", what] => self.call(phone, to, description(what)?),
            ["watches", whom] => self.send(name, |agent, now| agent.subscribe(now, &address(whom), 600)),
            ["looks", "at", whom] => self.send(name, |agent, now| agent.subscribe(now, &address(whom), 0)),
            ["follows", "the", "calls", "of", whom] => {
                let package = ("dialog", "application/dialog-info+xml");
                self.send(name, |agent, now| agent.watch(now, &address(whom), package, 600))
            }
            ["asks", "who", "watches", whom] => {
                let package = ("presence.winfo", "application/watcherinfo+xml");
                self.send(name, |agent, now| agent.watch(now, &address(whom), package, 600))
            }
            ["has", "session", "timers"] => {
                self.lab.phones[phone].agent.set_session_timers(true);
                Ok(())
            }
            ["answers", "every", "call"] => {
                self.lab.phones[phone].agent.set_auto_answer(Some(AUDIO.to_vec()));
                Ok(())
            }
            ["is", "switched", power @ ("on" | "off")] => {
                self.lab.phones[phone].is_on = power == "on";
                Ok(())
            }
            _ => self.in_call(phone, words),
        }
    }

    /// What a phone does with the call that it is in.
    fn in_call(&mut self, phone: usize, words: &[&str]) -> Result<(), String> {
        let now = self.lab.now();
        let call = self.calls[phone]
            .or_else(|| self.lab.invited(phone))
            .ok_or("the phone is in no call, or there is no such step")?;
        let agent = &mut self.lab.phones[phone].agent;
        let done = match *words {
            ["answers"] => {
                agent.answer(now, call, AUDIO);
                true
            }
            ["rejects", "with", status] => {
                agent.reject(now, call, status.parse().map_err(|_| "which status?")?);
                true
            }
            ["redirects", "to", whom] => {
                agent.redirect(now, call, &address(whom));
                true
            }
            ["cancels"] => {
                agent.cancel(now, call);
                true
            }
            ["rings", "reliably"] => {
                agent.ring_reliably(now, call);
                true
            }
            ["sends", method] => {
                let method = Method::from_bytes(method.as_bytes()).ok_or("which method?")?;
                agent.within(now, call, &method).is_some()
            }
            ["hangs", "up"] => agent.hang_up(now, call).is_some(),
            ["transfers", "to", whom] => agent.refer(now, call, &address(whom)).is_some(),
            ["changes", "to", what] => agent.reinvite(now, call, description(what)?).is_some(),
            _ => return Err("there is no such step".to_owned()),
        };
        done.then_some(())
            .ok_or_else(|| "the call does not stand".to_owned())
    }

    /// Calls somebody in place of that party's call with another phone, as after a REFER with Replaces.
    fn call_in_place(&mut self, phone: usize, to: &str, other: &str) -> Result<(), String> {
        let (called, other) = (self.phone(to)?, self.phone(other)?);
        let call = self.lab.invited(called).or(self.calls[called]);
        let agent = &self.lab.phones[called].agent;
        let dialog = call.and_then(|call| agent.dialog_of(call)).cloned();
        let dialog = dialog.ok_or("who is called has no call")?;
        let now = self.lab.now();
        let agent = &mut self.lab.phones[phone].agent;
        self.calls[phone] = Some(agent.invite_in_place(now, &address(to), AUDIO, &dialog));
        self.calls[other] = None;
        Ok(())
    }

    fn call(&mut self, phone: usize, to: &str, offer: &[u8]) -> Result<(), String> {
        let call = self
            .lab
            .start(phone, |agent, now| agent.invite(now, &address(to), offer));
        self.calls[phone] = Some(call);
        Ok(())
    }

    fn send(&mut self, name: &str, what: impl FnOnce(&mut Agent, Instant) -> Handle) -> Result<(), String> {
        let phone = self.phone(name)?;
        self.lab.start(phone, what);
        Ok(())
    }

    fn phone(&self, name: &str) -> Result<usize, String> {
        let position = self.names.iter().position(|known| known == name);
        position.ok_or_else(|| format!("there is no phone '{name}'"))
    }

    fn draw(&mut self) -> String {
        let mut drawn = String::new();
        let ladder = self.lab.ladder();
        if !ladder.is_empty() && !std::mem::replace(&mut self.has_heading, true) {
            drawn = format!("{}\n", self.columns.heading());
        }
        for line in ladder.lines() {
            let mut parts = line.splitn(3, ' ');
            let phone = parts.next().and_then(|number| number.parse().ok()).unwrap_or(0);
            let to_server = parts.next() == Some("→");
            let label = parts.next().unwrap_or_default();
            drawn.push_str(&self.columns.arrow(phone, to_server, label));
            drawn.push('\n');
        }
        for (phone, name) in self.names.iter().enumerate() {
            let told = &self.lab.phones[phone].told;
            for event in &told[self.heard[phone]..] {
                if let Some(line) = said(event) {
                    drawn.push_str(&format!("  {name} is told: {line}\n"));
                }
            }
            self.heard[phone] = told.len();
        }
        drawn
    }
}

/// What a person at the phone would notice, and an arrow does not say.
fn said(event: &Event) -> Option<String> {
    match event {
        Event::Answered {
            status, diagnostics, ..
        } => {
            let reason = diagnostics.as_ref()?;
            Some(format!("{status}, {reason}"))
        }
        Event::Message { from, body, .. } => {
            Some(format!("{from} writes: {}", String::from_utf8_lossy(body)))
        }
        Event::Notified { state, body, .. } => {
            let body = String::from_utf8_lossy(body);
            if let Some(changes) = changes(&body) {
                return Some(format!("{changes} ({state})"));
            }
            if body.contains("provision") {
                return Some(format!("the settings ({state})"));
            }
            let between = |start: &str, end: &str| {
                let from = body.find(start)? + start.len();
                Some(body[from..].split(end).next().unwrap_or_default().to_owned())
            };
            let basic = between("<basic>", "</basic>").unwrap_or_else(|| "no document".to_owned());
            let note = between("<note>", "</note>").map_or_else(String::new, |note| format!(", {note}"));
            Some(format!("{basic}{note} ({state})"))
        }
        _ => None,
    }
}

/// What a document of RFC 4235 or RFC 3858 says: each dialog or watcher in a few words.
fn changes(body: &str) -> Option<String> {
    let (name, _) = [("dialog", "<dialog-info"), ("watcher", "<watcherinfo")]
        .into_iter()
        .find(|(_, root)| body.contains(root))?;
    let start = format!("<{name} ");
    let elements = body.split(start.as_str()).skip(1);
    let words = elements.map(|element| {
        let quoted = |attribute: &str| {
            let from = element.find(&format!(" {attribute}=\""))? + attribute.len() + 3;
            element[from..].split('"').next()
        };
        let party = element.rsplit_once("sip:").map_or("", |(_, rest)| rest);
        let party = party.split(['@', '<']).next().unwrap_or_default();
        let state = element
            .split("</state>")
            .next()
            .and_then(|head| head.rsplit_once('>'));
        let state = quoted("status")
            .or(state.map(|(_, state)| state))
            .unwrap_or_default();
        let event = quoted("event").map_or_else(String::new, |event| format!(" by {event}"));
        format!("{party} {state}{event}")
    });
    let words: Vec<String> = words.collect();
    Some(if words.is_empty() {
        format!("no {name}")
    } else {
        words.join(", ")
    })
}

fn address(user: &str) -> String {
    format!("{}@contoso.example", user.split('-').next().unwrap_or(user))
}

fn description(what: &str) -> Result<&'static [u8], String> {
    match what {
        "sound" => Ok(AUDIO),
        "video" => Ok(VIDEO),
        "screen" => Ok(SHARING),
        "file" => Ok(FILE),
        _ => Err("with sound, video, screen or file?".to_owned()),
    }
}

fn presence(entity: &str, note: &str) -> String {
    format!(
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:{entity}\"><tuple id=\"a\"><status>\
         <basic>open</basic></status><note>{note}</note></tuple></presence>"
    )
}

fn json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
