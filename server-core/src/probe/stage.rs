//! The agents of a probe on their connections: everything that arrives at any of them is handed in, everything that
//! they want sent goes out, while one waits for one event.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_sip::agent::{Account, Agent, Event, Handle, Output};
use plenum_sip::auth::{Algorithm, Ha1};
use plenum_sip::flow::{Flow, Transport};
use plenum_sip::keyed_hash::Secret;
use plenum_sip::wire::Uri;
use plenum_sip::wire::stream::{Frame, Framer};
use plenum_topology::directory::CredentialKey;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{Target, User};
use crate::certificates::roots;
use crate::tls::checked_client;

/// How long a connection or an event may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bodies that a probe meets are small.
const BODY_LIMIT: usize = 64 * 1024;

/// Why a probe failed.
pub struct Fault {
    /// What went wrong.
    pub message: String,
    /// The server's `ms-diagnostics`, or our own reading.
    pub diagnosis: String,
}

impl Fault {
    /// A failure that the server did not explain.
    pub fn ours(message: impl Into<String>) -> Fault {
        let message = message.into();
        Fault {
            diagnosis: format!("Source=Plenum probe,Reason={message}"),
            message,
        }
    }
}

type Stream = TlsStream<TcpStream>;

struct Phone {
    agent: Agent,
    writer: WriteHalf<Stream>,
    reader: JoinHandle<()>,
    events: VecDeque<Event>,
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// A final response.
struct Answer {
    status: u16,
    reason: String,
    diagnostics: Option<String>,
    moved_to: Option<String>,
}

impl Answer {
    fn succeeded(self, what: &str) -> Result<(), Fault> {
        let Answer {
            status,
            reason,
            diagnostics,
            ..
        } = self;
        if (200..300).contains(&status) {
            return Ok(());
        }
        let message = format!("The server answered {what} with {status} {reason}.");
        let diagnosis = diagnostics.unwrap_or_else(|| format!("ErrorCode=0,Source={status},Reason={reason}"));
        Err(Fault { message, diagnosis })
    }
}

/// The host and the port that a URI names.
fn named_in(uri: &str) -> Option<(&str, u16)> {
    let uri = Uri::from_text(uri)?;
    Some((uri.host(), uri.port().unwrap_or(Transport::Tls.default_port())))
}

/// All agents of a probe.
pub struct Stage {
    phones: Vec<Phone>,
    tls: TlsConnector,
    arrived: mpsc::Sender<(usize, Option<Vec<u8>>)>,
    arrivals: mpsc::Receiver<(usize, Option<Vec<u8>>)>,
    secret: Secret,
}

impl Stage {
    /// Connects one agent for each user.
    pub async fn connect(
        target: &Target,
        authority_file: &Path,
        users: &[User],
        steps: &mut Vec<String>,
    ) -> Result<Stage, Fault> {
        let tls = TlsConnector::from(checked_client(
            roots(authority_file).map_err(|error| Fault::ours(error.to_string()))?,
            None,
        ));
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| Fault::ours(format!("no random bytes: {error}")))?;
        let secret = Secret::new(random);
        let (arrived, arrivals) = mpsc::channel(64);
        let mut stage = Stage {
            phones: Vec::new(),
            tls,
            arrived,
            arrivals,
            secret,
        };
        for (index, user) in users.iter().enumerate() {
            steps.push(format!(
                "Connecting to {} as {} over TLS.",
                target.address, user.sip_address
            ));
            let phone = stage.phone(index, target, user).await?;
            stage.phones.push(phone);
        }
        Ok(stage)
    }

    /// A new agent of a user on a connection of its own.
    async fn phone(&self, index: usize, target: &Target, user: &User) -> Result<Phone, Fault> {
        let stream = connect(target, &self.tls).await?;
        let local = stream
            .get_ref()
            .0
            .local_addr()
            .map_err(|error| Fault::ours(error.to_string()))?;
        let connection = index as u64 + 1;
        let flow = Flow {
            transport: Transport::Tls,
            local,
            peer: target.address,
            connection,
        };
        let account = Account {
            address: user.sip_address.clone(),
            username: user.username.clone(),
            password: user.password.clone(),
            user_agent: concat!("Plenum-Probe/", env!("CARGO_PKG_VERSION")).to_owned(),
            instance: None,
        };
        let (reader, writer) = tokio::io::split(stream);
        let reader = tokio::spawn(read(index, reader, self.arrived.clone()));
        let mut agent = Agent::new(account, flow, &self.secret.derive(&format!("agent {index}")));
        agent.set_keys(user.keys.iter().filter_map(digest_key).collect());
        Ok(Phone {
            agent,
            writer,
            reader,
            events: VecDeque::new(),
        })
    }

    /// Signs a user in, at the pool that the user is sent to when it is another one.
    pub async fn sign_in(
        &mut self,
        index: usize,
        user: &User,
        lifetime: u32,
        steps: &mut Vec<String>,
    ) -> Result<(), Fault> {
        let what = format!("the sign-in of {}", user.sip_address);
        let handle = self.act(index, |agent, now| agent.register(now, lifetime));
        let Answer { status, moved_to, .. } = match self.answer(index, handle, &what).await? {
            answer if (300..400).contains(&answer.status) => answer,
            answer => return answer.succeeded(&what),
        };
        let Some(target) = moved_to.as_deref().and_then(named_in) else {
            return Err(Fault::ours(format!(
                "{what} was answered with {status} and no place to go to"
            )));
        };
        let (host, port) = target;
        steps.push(format!(
            "{} is homed on {host}: connecting to its port {port}.",
            user.sip_address
        ));
        let found = tokio::net::lookup_host((host, port)).await;
        let address = found.ok().and_then(|mut found| found.next());
        let Some(address) = address else {
            return Err(Fault::ours(format!(
                "{host}, where {} is homed, has no address",
                user.sip_address
            )));
        };
        let target = Target {
            address,
            server_name: host.to_owned(),
        };
        self.phones[index] = self.phone(index, &target, user).await?;
        let handle = self.act(index, |agent, now| agent.register(now, lifetime));
        self.succeeds(index, handle, &what).await
    }

    /// Lets an agent do something.
    pub fn act<T>(&mut self, index: usize, act: impl FnOnce(&mut Agent, Instant) -> T) -> T {
        act(&mut self.phones[index].agent, Instant::now())
    }

    /// Something that no earlier probe has sent.
    pub fn token(&self) -> String {
        format!("{:016x}", self.secret.hash(&[b"token"]) >> 64)
    }

    /// A session description with one audio stream, of one agent.
    pub fn description(&self, index: usize) -> Vec<u8> {
        let address = self.phones[index].agent.flow().local.ip();
        let family = if address.is_ipv4() { "IP4" } else { "IP6" };
        format!(
            "v=0\r\no=- {index} 1 IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        )
        .into_bytes()
    }

    /// Waits until a request of an agent is answered with success.
    pub async fn succeeds(&mut self, index: usize, handle: Handle, what: &str) -> Result<(), Fault> {
        self.answer(index, handle, what).await?.succeeded(what)
    }

    async fn answer(&mut self, index: usize, handle: Handle, what: &str) -> Result<Answer, Fault> {
        let answered = |event: &Event| match event {
            Event::Answered {
                handle: of,
                status,
                reason,
                diagnostics,
                moved_to,
                ..
            } if *of == handle => Some(Answer {
                status: *status,
                reason: reason.clone(),
                diagnostics: diagnostics.clone(),
                moved_to: moved_to.clone(),
            }),
            _ => None,
        };
        self.wait(index, &format!("an answer to {what}"), answered).await
    }

    /// Waits until an event of an agent is the wanted one.
    pub async fn wait<T>(
        &mut self,
        index: usize,
        what: &str,
        wanted: impl Fn(&Event) -> Option<T>,
    ) -> Result<T, Fault> {
        let end = Instant::now() + PATIENCE;
        loop {
            self.flush().await?;
            while let Some(event) = self.phones[index].events.pop_front() {
                if let Some(found) = wanted(&event) {
                    return Ok(found);
                }
            }
            let deadline = self
                .phones
                .iter()
                .filter_map(|phone| phone.agent.deadline())
                .chain([end])
                .min()
                .unwrap_or(end);
            tokio::select! {
                arrival = self.arrivals.recv() => self.arrived(arrival)?,
                () = tokio::time::sleep_until(deadline.into()) => {
                    let now = Instant::now();
                    if now >= end {
                        return Err(Fault::ours(format!("within {} s there was not: {what}", PATIENCE.as_secs())));
                    }
                    self.phones.iter_mut().for_each(|phone| phone.agent.wake(now));
                }
            }
        }
    }

    fn arrived(&mut self, arrival: Option<(usize, Option<Vec<u8>>)>) -> Result<(), Fault> {
        let Some((index, Some(bytes))) = arrival else {
            return Err(Fault::ours("the server closed the connection"));
        };
        let phone = &mut self.phones[index];
        let flow = phone.agent.flow();
        phone.agent.receive(Instant::now(), flow, &bytes);
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Fault> {
        for phone in &mut self.phones {
            while let Some(output) = phone.agent.poll() {
                match output {
                    Output::Send { bytes, .. } => send(&mut phone.writer, &bytes).await?,
                    Output::Event(event) => phone.events.push_back(event),
                }
            }
        }
        Ok(())
    }
}

/// A stored key as Digest has it; `None` for a key of another protocol.
fn digest_key(key: &CredentialKey) -> Option<Ha1> {
    let algorithm = Algorithm::from_name(&key.algorithm)?;
    Ha1::from_hex(algorithm, &key.key)
}

async fn connect(target: &Target, tls: &TlsConnector) -> Result<Stream, Fault> {
    let place = format!("{} ({})", target.server_name, target.address);
    let name = target
        .server_name
        .clone()
        .try_into()
        .map_err(|_| Fault::ours(format!("{place} is no host name")))?;
    let opening = async {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        tls.connect(name, stream).await
    };
    match tokio::time::timeout(PATIENCE, opening).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Fault::ours(format!("no connection to {place}: {error}"))),
        Err(_) => Err(Fault::ours(format!(
            "no connection to {place} within {} s",
            PATIENCE.as_secs()
        ))),
    }
}

async fn send(writer: &mut WriteHalf<Stream>, bytes: &Arc<[u8]>) -> Result<(), Fault> {
    let sent = async {
        writer.write_all(bytes).await?;
        writer.flush().await
    };
    sent.await
        .map_err(|error| Fault::ours(format!("the connection broke: {error}")))
}

/// Hands every message of a connection on, and `None` at its end.
async fn read(index: usize, mut reader: ReadHalf<Stream>, arrived: mpsc::Sender<(usize, Option<Vec<u8>>)>) {
    let mut framer = Framer::opened(BODY_LIMIT);
    let mut buffer = vec![0; 8192];
    while let Ok(count) = reader.read(&mut buffer).await {
        if count == 0 {
            break;
        }
        framer.push(&buffer[..count]);
        while let Ok(Some(frame)) = framer.next() {
            if let Frame::Message(bytes) = frame
                && arrived.send((index, Some(bytes.to_vec()))).await.is_err()
            {
                return;
            }
        }
    }
    let _ = arrived.send((index, None)).await;
}
