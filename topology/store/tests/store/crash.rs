//! A process that is killed in the middle of commits: nothing acknowledged is lost, nothing is half there.
//!
//! The child is this test program itself. It commits sets that write the same number into many places, and says each
//! revision that was acknowledged. The parent kills it (SIGKILL) after a number of lines drawn from a seeded generator;
//! the child goes on committing meanwhile, so the kill falls anywhere in a commit.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use plenum_store::Store;
use plenum_topology::change::{Change, Revision};
use plenum_topology::directory::{DirectoryObject, DirectoryQuery};
use serde_json::json;

use crate::deployment::{Deployment, NOW, set, setting, user, with};

/// How often a child is killed.
const KILLS: usize = 12;
/// Objects that every commit writes.
const OBJECTS: usize = 60;
/// Where the child finds the store.
const STORE: &str = "PLENUM_CRASH_STORE";
const KEY_FILE: &str = "PLENUM_CRASH_KEY_FILE";

fn object(index: usize, number: u64) -> DirectoryObject {
    with(
        &user(&format!("Person{index}")),
        "description",
        &number.to_string(),
    )
}

/// The set that goes from one number to the next.
fn step(from: Option<u64>, to: u64) -> Vec<Change> {
    let document = |number: u64| json!({ "number": number, "padding": "x".repeat(20_000) });
    let mut changes = vec![
        Change::Topology {
            before: from.map(document),
            after: Some(document(to)),
        },
        setting("Global", from, Some(to)),
    ];
    changes.extend((0..OBJECTS).map(|index| Change::Object {
        before: from.map(|from| Box::new(object(index, from))),
        after: Some(Box::new(object(index, to))),
    }));
    changes
}

/// Commits the next of the sets, and answers with its number.
async fn commit_next(store: &Store) -> u64 {
    let number = store.latest_revision().await.unwrap().0;
    let changes = step((number > 0).then_some(number), number + 1);
    assert_eq!(
        store.commit(None, set(changes), NOW).await.unwrap(),
        Revision(number + 1)
    );
    number + 1
}

/// A test of the sets themselves; and, started with a store by the tests below, the child that is killed.
#[tokio::test]
async fn commits_that_write_many_places_follow_each_other() {
    let (Ok(url), Ok(key_file)) = (std::env::var(STORE), std::env::var(KEY_FILE)) else {
        let deployment = Deployment::sqlite().await;
        let store = deployment.create().await;
        commit_next(&store).await;
        let acknowledged = commit_next(&store).await;
        return nothing_is_lost_and_nothing_is_half_there(&deployment, acknowledged).await;
    };
    let store = Store::open(&url, &PathBuf::from(key_file)).await.unwrap();
    loop {
        let number = commit_next(&store).await;
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {number}").unwrap();
        out.flush().unwrap();
    }
}

/// Runs the child until it has acknowledged `lines` commits, kills it, and answers with the last acknowledged revision.
fn kill_after(deployment: &Deployment, lines: usize) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::commits_that_write_many_places_follow_each_other",
            "--nocapture",
        ])
        .env(STORE, &deployment.url)
        .env(KEY_FILE, deployment.key_file())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = 0;
    let mut left = lines;
    for line in said.map_while(Result::ok) {
        let Some((_, number)) = line.split_once("acknowledged ") else {
            continue;
        };
        acknowledged = number.parse().unwrap();
        left = left.saturating_sub(1);
        if left == 0 {
            // What it says after this was written before it died, and counts too: the loop goes on to the end.
            let _ = child.kill();
        }
    }
    child.wait().unwrap();
    assert_eq!(left, 0, "the child committed until it was killed");
    acknowledged
}

async fn nothing_is_lost_and_nothing_is_half_there(deployment: &Deployment, acknowledged: u64) {
    let store = deployment.open().await;
    store.verify().await.unwrap();
    let snapshot = store.snapshot().await.unwrap();
    let number = snapshot.revision.0;
    assert!(
        number == acknowledged || number == acknowledged + 1,
        "{number} stands, {acknowledged} was acknowledged"
    );
    assert_eq!(snapshot.topology["number"], number);
    assert_eq!(
        snapshot.settings["CsVoicePolicy"]["Global"]["simultaneousRing"],
        number
    );
    let objects = store.search(&DirectoryQuery::default()).await.unwrap();
    assert_eq!(objects.len(), OBJECTS);
    assert!(
        objects
            .iter()
            .all(|object| object.first("description") == Some(&number.to_string()))
    );
    assert_eq!(store.history(usize::MAX).await.unwrap().len() as u64, number);
    for revision in [1, number.div_ceil(2), number] {
        assert_eq!(
            store.changes(Revision(revision)).await.unwrap().len(),
            OBJECTS + 2,
            "revision {revision}"
        );
    }
    store.close().await.unwrap();
}

async fn killed_again_and_again(deployment: Deployment) {
    deployment.create().await.close().await.unwrap();
    let mut seed: u64 = 0x5DEE_CE66;
    for _ in 0..KILLS {
        // Knuth's multiplier: any fixed sequence will do, so that a failure can be repeated.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let acknowledged = kill_after(&deployment, 1 + (seed >> 33) as usize % 7);
        nothing_is_lost_and_nothing_is_half_there(&deployment, acknowledged).await;
    }
}

#[tokio::test]
async fn a_process_killed_anywhere_in_a_commit_loses_nothing_on_sqlite() {
    killed_again_and_again(Deployment::sqlite().await).await;
}

#[tokio::test]
async fn a_process_killed_anywhere_in_a_commit_loses_nothing_on_postgresql() {
    killed_again_and_again(Deployment::postgresql().await).await;
}
