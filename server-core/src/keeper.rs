//! The registrations, subscriptions and publications of this computer in a file, so that phones stay reachable and
//! watchers go on when the server starts again.
//!
//! The file holds JSON, a line each: first its format, then the changes ([`Kept`]) in their order. A thread of
//! its own appends what a shard gathered for [`INTERVAL`] and waits for the disk: who pulls the plug loses so much, a
//! killed process too. When the file has grown it is written anew, under another name first. A line that cannot be read
//! is passed over, and unless it is the last one, cut off in a crash, the file is set aside under `.damaged` as well.
//!
//! Beside it lies the seed that signs the routes of dialogs: whoever has it can send requests into a dialog, so it is
//! this account's alone.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use plenum_services::kept::{Effect, Subject};
use plenum_services::{Kept, Standing};
use serde::{Deserialize, Serialize};

use crate::private_file;

/// How long a change may wait for the file.
pub const INTERVAL: Duration = Duration::from_millis(200);
/// The format that this program writes, and the only one that it reads.
const VERSION: u32 = 1;
/// Parcels that wait for the disk.
const PARCELS: usize = 16;
/// Bytes that wait for room among them: what changes while a disk stands still for longer is not kept.
const LIMIT: usize = 64 << 20;
/// A file that is smaller is not written anew.
const SMALL: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
struct Format {
    registrations: u32,
}

/// What a server begins with.
pub struct Opened {
    /// What stood at the end, with what has ended by its time since.
    pub standing: Standing,
    /// The seed of what outlives the process.
    pub seed: [u8; 16],
    /// Takes the changes from now on.
    pub writing: Writing,
}

/// The thread that writes what all shards keep.
pub struct Writing {
    parcels: SyncSender<Vec<u8>>,
    thread: JoinHandle<()>,
}

impl Writing {
    /// A shard's end.
    pub fn keeper(&self) -> Keeper {
        Keeper {
            lines: Vec::new(),
            parcels: self.parcels.clone(),
        }
    }

    /// Waits until everything is written. Every keeper must be gone, or it waits for them.
    pub fn finish(self) {
        drop(self.parcels);
        let _ = self.thread.join();
    }
}

/// Opens the file of a computer, or makes it.
///
/// # Errors
/// Those of the file system, with the path.
pub fn open(path: &Path) -> io::Result<Opened> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        private_file::create_folder(folder).map_err(named)?;
    }
    let seed = seed(&path.with_extension("seed")).map_err(named)?;
    let standing = read(path).map_err(named)?;
    let file = rewrite(path).map_err(named)?;
    let (parcels, received) = sync_channel(PARCELS);
    let writer = Writer {
        path: path.to_owned(),
        small: SMALL.max(4 * file.metadata().map_err(named)?.len()),
        file,
        is_failing: false,
    };
    let thread = std::thread::Builder::new()
        .name("registrations".to_owned())
        .spawn(move || writer.run(&received))
        .map_err(named)?;
    Ok(Opened {
        standing,
        seed,
        writing: Writing { parcels, thread },
    })
}

/// A shard's end: gathers changes.
pub struct Keeper {
    lines: Vec<u8>,
    parcels: SyncSender<Vec<u8>>,
}

impl Keeper {
    /// Takes a change.
    pub fn keep(&mut self, change: &Kept) {
        if self.lines.len() > LIMIT {
            return;
        }
        // A change is plain data and memory takes all that is written.
        let _ = serde_json::to_writer(&mut self.lines, change);
        self.lines.push(b'\n');
        if self.lines.len() > LIMIT {
            tracing::error!(
                "the disk takes no registrations; what changes from now on is forgotten at a restart"
            );
        }
    }

    /// Gives what was gathered to the thread, unless it has enough.
    pub fn hand_over(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        match self.parcels.try_send(std::mem::take(&mut self.lines)) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(lines)) => self.lines = lines,
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = self.parcels.send(std::mem::take(&mut self.lines));
    }
}

struct Writer {
    path: PathBuf,
    file: File,
    /// From how many bytes on the file is written anew.
    small: u64,
    is_failing: bool,
}

impl Writer {
    fn run(mut self, received: &Receiver<Vec<u8>>) {
        while let Ok(lines) = received.recv() {
            let written = self.append(&lines).and_then(|()| self.tidy());
            if let Err(error) = &written
                && !self.is_failing
            {
                let path = self.path.display();
                tracing::error!(%path, %error, "registrations cannot be kept");
            }
            self.is_failing = written.is_err();
        }
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.is_failing {
            // What was written last may have been cut off.
            self.file.write_all(b"\n")?;
        }
        self.file.write_all(lines)?;
        self.file.sync_data()
    }

    fn tidy(&mut self) -> io::Result<()> {
        if self.file.metadata()?.len() < self.small {
            return Ok(());
        }
        self.file = rewrite(&self.path)?;
        self.small = SMALL.max(4 * self.file.metadata()?.len());
        Ok(())
    }
}

/// What stands at the end of a file; nothing when there is no file.
fn read(path: &Path) -> io::Result<Standing> {
    let mut standing = Standing::default();
    changes(path, |_, change| standing.fold(change))?;
    Ok(standing)
}

/// Gives the changes of a file in their order, each with the number of its line; none when there is no file.
fn changes(path: &Path, mut each: impl FnMut(usize, Kept)) -> io::Result<()> {
    let mut damaged = None;
    let mut is_damaged = false;
    for (index, line) in lines(path)?.enumerate() {
        let line = line?;
        if is_damaged {
            damaged = damaged.or(Some(index));
        }
        is_damaged = false;
        if index == 0 {
            match serde_json::from_slice::<Format>(&line) {
                Ok(format) if format.registrations == VERSION => {}
                _ => {
                    damaged = Some(1);
                    break;
                }
            }
        } else if !line.is_empty() {
            match serde_json::from_slice(&line) {
                Ok(change) => each(index, change),
                Err(_) => is_damaged = true,
            }
        }
    }
    if let Some(line) = damaged {
        let aside = path.with_extension("damaged");
        fs::copy(path, &aside)?;
        let (path, aside) = (path.display(), aside.display());
        tracing::warn!(%path, line, %aside, "registrations that cannot be read are passed over; the file was copied");
    }
    Ok(())
}

/// The lines of a file; none when there is no file.
fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<Vec<u8>>>> {
    let file = match File::open(path) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(file
        .into_iter()
        .flat_map(|file| BufReader::new(file).split(b'\n')))
}

/// The numbers of the lines that still say something: of all that stands the one that made it, and the last one that
/// refreshed it. Only numbers are held: what stands may be larger than all else in memory.
fn standing_lines(path: &Path) -> io::Result<Vec<usize>> {
    let mut last: HashMap<Subject, [Option<usize>; 2]> = HashMap::new();
    changes(path, |line, change| match change.about() {
        (subject, Effect::Makes) => {
            last.insert(subject, [Some(line), None]);
        }
        (subject, Effect::Refreshes) => {
            if let Some([_, refreshed]) = last.get_mut(&subject) {
                *refreshed = Some(line);
            }
        }
        (subject, Effect::Ends) => {
            last.remove(&subject);
        }
    })?;
    let mut standing: Vec<usize> = last.into_values().flatten().flatten().collect();
    standing.sort_unstable();
    Ok(standing)
}

/// Writes a file anew with the lines that still say something, whole or not at all, and opens it for appending.
fn rewrite(path: &Path) -> io::Result<File> {
    let mut standing = standing_lines(path)?.into_iter().peekable();
    private_file::replace(path, |file| {
        let mut file = BufWriter::new(file);
        let format = Format {
            registrations: VERSION,
        };
        serde_json::to_writer(&mut file, &format)?;
        file.write_all(b"\n")?;
        for (index, line) in lines(path)?.enumerate() {
            let line = line?;
            if standing.next_if_eq(&index).is_some() {
                file.write_all(&line)?;
                file.write_all(b"\n")?;
            }
        }
        file.flush()
    })
}

fn seed(path: &Path) -> io::Result<[u8; 16]> {
    if let Ok(Ok(seed)) = fs::read(path).map(<[u8; 16]>::try_from) {
        return Ok(seed);
    }
    let mut seed = [0; 16];
    getrandom::fill(&mut seed).map_err(|error| io::Error::other(error.to_string()))?;
    private_file::replace(path, |file| file.write_all(&seed))?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use plenum_services::kept::{KeptBinding, KeptDialog, KeptPackage, KeptPublication, KeptSubscription};

    use super::*;

    fn binding(id: u64) -> KeptBinding {
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 5060));
        KeptBinding {
            id,
            user: "alice@contoso.example".to_owned(),
            contact: "sip:alice@127.0.0.1".to_owned(),
            instance: None,
            reg_id: 0,
            call_id: "1".to_owned(),
            cseq: 1,
            q: 1000,
            expires: 1_000,
            path: None,
            transport: "UDP".to_owned(),
            local: address,
            peer: address,
            use_flow: true,
            outbound: false,
            user_agent: "phone".to_owned(),
            features: String::new(),
        }
    }

    fn path(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("plenum-keeper-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder.join("fe1.contoso.example.jsonl")
    }

    fn subscription(id: u64, package: KeptPackage) -> KeptSubscription {
        KeptSubscription {
            id,
            presentity: "alice@contoso.example".to_owned(),
            watcher: "bob@contoso.example".to_owned(),
            package,
            best_effort: false,
            dialog: KeptDialog {
                call_id: "1".to_owned(),
                local_tag: "a".to_owned(),
                remote_tag: "b".to_owned(),
                local: "<sip:alice@contoso.example>".to_owned(),
                remote: "<sip:bob@contoso.example>".to_owned(),
                remote_target: "sip:bob@127.0.0.1".to_owned(),
                route_set: Vec::new(),
                local_cseq: 7,
                remote_cseq: Some(1),
            },
            datagrams: None,
            contact: "sip:127.0.0.1".to_owned(),
            event_id: None,
            written: 1_000,
            expires: 2_000,
        }
    }

    #[test]
    fn what_is_watched_and_published_comes_back_as_it_was() {
        let path = path("presence");
        let packages = [
            KeptPackage::Presence,
            KeptPackage::Provisioning(Some(vec!["ucPolicy".to_owned()]), Some(u64::MAX)),
            KeptPackage::Dialogs(3),
            KeptPackage::List(2, vec![("sip:carol@contoso.example".to_owned(), None)]),
        ];
        let publication = KeptPublication {
            id: u64::MAX,
            user: "alice@contoso.example".to_owned(),
            tag: 5,
            written: 1_000,
            expires: 2_000,
            document: "<presence/>".to_owned(),
        };
        let mut expected = Standing::default();
        let first = open(&path).unwrap();
        let mut keeper = first.writing.keeper();
        for (id, package) in (1..).zip(packages) {
            let subscription = Box::new(subscription(id, package));
            expected.subscriptions.insert(id, (*subscription).clone());
            keeper.keep(&Kept::Subscribed { subscription });
        }
        expected.publications.insert(publication.id, publication.clone());
        let publication = Box::new(publication);
        keeper.keep(&Kept::Published { publication });
        drop(keeper);
        first.writing.finish();
        let second = open(&path).unwrap();
        assert_eq!(second.standing, expected);
        let mut keeper = second.writing.keeper();
        for id in 1..=4 {
            keeper.keep(&Kept::Unsubscribed { unsubscribed: id });
        }
        let unpublished = u64::MAX;
        keeper.keep(&Kept::Unpublished { unpublished });
        drop(keeper);
        second.writing.finish();
        assert_eq!(open(&path).unwrap().standing, Standing::default());
    }

    fn bindings(opened: &Opened) -> Vec<KeptBinding> {
        opened.standing.bindings.values().cloned().collect()
    }

    fn bound(id: u64) -> Kept {
        Kept::Bound(Box::new(binding(id)))
    }

    #[test]
    fn what_was_kept_is_there_when_it_is_opened_again() {
        let path = path("again");
        let first = open(&path).unwrap();
        let (mut one, mut other) = (first.writing.keeper(), first.writing.keeper());
        for change in [bound(1), Kept::Ended([1]), bound(3)] {
            one.keep(&change);
        }
        for change in [bound(2), Kept::Refreshed(2, 9, 5_000)] {
            other.keep(&change);
        }
        one.hand_over();
        one.keep(&Kept::Ended([3]));
        drop((one, other));
        first.writing.finish();
        let second = open(&path).unwrap();
        let refreshed = KeptBinding {
            cseq: 9,
            expires: 5_000,
            ..binding(2)
        };
        assert_eq!((bindings(&second), second.seed), (vec![refreshed], first.seed));
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(
            lines, 3,
            "the format, what made the binding, and what refreshed it"
        );
    }

    #[test]
    fn a_line_that_was_cut_off_costs_itself_alone_and_damage_is_set_aside() {
        let path = path("damage");
        let first = open(&path).unwrap();
        first.writing.keeper().keep(&bound(1));
        first.writing.finish();
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("{\"id\":2,\"us");
        fs::write(&path, &text).unwrap();
        assert_eq!(bindings(&open(&path).unwrap()), [binding(1)]);
        assert!(!path.with_extension("damaged").exists());

        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\n{", "\nnonsense\n{")).unwrap();
        assert_eq!(bindings(&open(&path).unwrap()), [binding(1)]);
        assert!(path.with_extension("damaged").exists());

        fs::write(&path, "something else\n").unwrap();
        assert_eq!(bindings(&open(&path).unwrap()), []);
    }
}
