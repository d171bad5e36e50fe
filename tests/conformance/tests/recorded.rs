//! Every recorded snippet and expression, by the built program: a process a snippet, one for all expressions.
//!
//! Without `PLENUM_UPDATE_PINS` a count below its pin fails; with it the pins are written anew. What differs is
//! listed in full, so that a run says what there is to do.

// A test crate reads its files and runs its processes itself.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use plenum_conformance::{Counts, Snippet, compare, expressions, normal, pinned, snippets};

/// Snippets that run at once: more than there are cores, since each waits for its process.
const WORKERS: usize = 4;

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A fresh folder that is gone when the value is.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("plenum-recorded-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn shell(folder: &Path) -> Command {
    let program = plenum_golden::run::program().expect("the program is built");
    let mut command = Command::new(program);
    command
        .args(["-NoProfile", "-NonInteractive"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("COLUMNS", "120")
        .env("LINES", "50")
        .env("NO_COLOR", "1")
        .env("TZ", "UTC")
        .env("LC_ALL", "en_US.UTF-8")
        .env("LANG", "en_US.UTF-8")
        .env("PSLAB_TMP", folder);
    command
}

fn run_snippet(case: &Snippet) -> (String, String, Option<i32>) {
    let folder = Folder::new();
    let ran = shell(&folder.0)
        .args(["-Command", &case.script])
        .output()
        .expect("the program starts");
    let Output {
        status,
        stdout,
        stderr,
    } = ran;
    let place = folder.0.display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&place, "<TMP>");
    (text(&stdout), text(&stderr), status.code())
}

/// Counts a snippet and says what differs.
fn judge(case: &Snippet, counts: &Mutex<Counts>) -> Option<String> {
    let (output, errors, code) = run_snippet(case);
    let wanted = case.golden.as_ref().or(case.expected.as_ref());
    let output_fits = wanted.is_some_and(|wanted| normal(wanted) == normal(&output));
    let errors_fit = case
        .golden_stderr
        .as_ref()
        .is_none_or(|wanted| normal(wanted) == normal(&errors));
    let code_fits = case.golden_rc.is_none_or(|wanted| Some(wanted) == code);
    let mut counts = counts.lock().expect("no worker panicked");
    let count = counts.entry(case.area.clone()).or_default();
    count.cases += 1;
    count.output += usize::from(output_fits);
    count.errors += usize::from(errors_fit);
    count.exit_codes += usize::from(code_fits);
    (!output_fits || !errors_fit || !code_fits).then(|| {
        format!(
            "{}: {}\n  output wanted {wanted:?}\n  output given  {output:?}\n  errors wanted {:?}\n  errors given  {errors:?}\n  \
             exit code wanted {:?}, given {code:?}\n",
            case.id, case.script, case.golden_stderr, case.golden_rc
        )
    })
}

/// Compares with the pins of this name, or writes them.
fn hold(name: &str, counts: &Counts, differences: &[String]) {
    let file = here(name);
    if std::env::var_os("PLENUM_UPDATE_PINS").is_some() {
        let mut text = "# area, cases, and how many have the recorded output, errors, exit code\n".to_owned();
        for (area, count) in counts {
            text.push_str(&format!(
                "{area}\t{}\t{}\t{}\t{}\n",
                count.cases, count.output, count.errors, count.exit_codes
            ));
        }
        fs::write(&file, text).expect("the pins can be written");
    }
    let pins = pinned(&fs::read_to_string(&file).unwrap_or_default()).expect("the pins can be read");
    let (report, fallen) = compare(counts, &pins);
    println!("{report}\n{}", differences.join(""));
    assert!(
        fallen.is_empty(),
        "{report}\n{}\n{}",
        differences.join(""),
        fallen.join("\n")
    );
}

#[test]
fn snippets_print_what_powershell_printed() {
    let cases = snippets(&here("snippets")).expect("the snippets can be read");
    let (next, counts, differences) = (AtomicUsize::new(0), Mutex::default(), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(difference) = judge(case, &counts) {
                        differences.lock().expect("no worker panicked").push(difference);
                    }
                }
            });
        }
    });
    let mut differences = differences.into_inner().expect("no worker panicked");
    differences.sort();
    hold(
        "pinned-snippets.tsv",
        &counts.into_inner().expect("no worker panicked"),
        &differences,
    );
}

#[test]
fn expressions_give_what_powershell_gave() {
    let cases = expressions(&here("expressions/given.tsv")).expect("the expressions can be read");
    let folder = Folder::new();
    let (input, output) = (folder.0.join("in"), folder.0.join("out"));
    let lines: String = cases.iter().map(|case| format!("{}\n", case.text)).collect();
    fs::write(&input, lines).expect("the folder can be written");
    let ran = shell(&folder.0)
        .arg("-File")
        .arg(here("expressions/evaluate.ps1"))
        .args([&input, &output])
        .output()
        .expect("the program starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = fs::read_to_string(&output).expect("the script wrote its output");
    let outcomes: Vec<&str> = text.lines().collect();
    assert_eq!(outcomes.len(), cases.len(), "one line for each expression");
    let (mut counts, mut differences) = (Counts::new(), Vec::new());
    for (case, outcome) in cases.iter().zip(outcomes) {
        let area = case.kind.split(' ').next().unwrap_or_default();
        let count = counts.entry(area.to_owned()).or_default();
        count.cases += 1;
        count.output += usize::from(case.outcome == outcome);
        if case.outcome != outcome {
            differences.push(format!(
                "{}\n  wanted {}\n  given  {outcome}\n",
                case.text, case.outcome
            ));
        }
    }
    hold("pinned-expressions.tsv", &counts, &differences);
}
