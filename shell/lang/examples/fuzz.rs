//! Feeds the parser or the evaluator with texts that nobody would write, for as long as is asked.
//!
//! `cargo run --release -p plenum-lang --example fuzz -- parser|evaluator SECONDS SEED [FILE…]`
//!
//! Texts are grown from a seed: pieces of the language in any order, and, where files are given (the recorded snippets,
//! one JSON object a line, or any text), their pieces cut, doubled and swapped. What is looked for: a panic, a text
//! that takes longer than [`PATIENCE`], a stack that ends. The text that runs stands in `fuzz-TARGET-SEED.txt` in the
//! temporary folder, so that what killed the process is known. Evaluation ends after [`STEPS`] steps.

// An example is a program: it has the arguments, the clock and the console that the library is handed.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use plenum_lang::engine::{Engine, Origin, STACK_BYTES};
use plenum_lang::host::{Host, Isolated};
use plenum_lang::registry::Registry;
use plenum_lang::render::Plain;

/// How long one text may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// After how many steps an evaluation ends.
const STEPS: u64 = 5_000;
/// How many texts one session runs before it is replaced.
const TEXTS_A_SESSION: u64 = 50;

/// What texts are made of.
const PIECES: &[&str] = &[
    "[int[,]]::new(2,3)",
    "$x[1,2]",
    "[object[,]]::new(0,9)",
    "class A { [int]$X = 1; A([int]$x) { $this.X = $x } [int] M([string]$a) { return 1 } }",
    "class B : A { [int] M() { return ([A]$this).M(2) } }",
    "[A]::new(1)",
    "enum E : byte { P = 1; Q }",
    "[Flags()]",
    "dynamicparam { }",
    "using namespace System.Text",
    "{ % { $_ } }.GetSteppablePipeline()",
    "$x.Begin($true)",
    "$x.Process(1)",
    "$x.End()",
    "[IO.StringReader]::new(\"a`nb\")",
    "[IO.MemoryStream]::new()",
    ".ReadLine()",
    ".Write($a, 0, 9)",
    "[Linq.Enumerable]::Where((1, 2), { $args[0] })",
    "2>&1",
    "[System.Management.Automation.RuntimeDefinedParameterDictionary]::new()",
    "[TimeZoneInfo]::Utc",
    "{0,5:N2}",
    "&",
    "$x",
    "$a",
    "$_",
    "$null",
    "$true",
    "$env:X",
    "${a b}",
    "$script:x",
    "$x.y",
    "$x[0]",
    "$x[-1]",
    "$x?.y",
    "1",
    "0",
    "-1",
    "2147483647",
    "-2147483648",
    "9223372036854775807",
    "1.5",
    "1e308",
    "0x7f",
    "1kb",
    "1d",
    "'a'",
    "\"b$x\"",
    "\"$($x)\"",
    "@'\nt\n'@",
    "@\"\n$x\n\"@",
    "+",
    "-",
    "*",
    "/",
    "%",
    "..",
    "-eq",
    "-ne",
    "-lt",
    "-gt",
    "-like",
    "-match",
    "-replace",
    "-split",
    "-join",
    "-contains",
    "-in",
    "-is",
    "-as",
    "-f",
    "-and",
    "-or",
    "-not",
    "!",
    "-bnot",
    "-band",
    "-bor",
    "-bxor",
    "-shl",
    "-shr",
    "??",
    "??=",
    "?",
    ":",
    "&&",
    "||",
    "|",
    "&",
    ";",
    "\n",
    ",",
    "=",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "++",
    "--",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "@(",
    "@{",
    "$(",
    "a=1",
    "'k'='v'",
    ".",
    "::",
    ".Length",
    ".ToString()",
    ".Substring(1)",
    ".Split(',')",
    ".Count",
    "[int]",
    "[string]",
    "[int[]]",
    "[datetime]",
    "[regex]",
    "[pscustomobject]@{",
    "[ordered]@{",
    "[math]::Abs",
    "[char]",
    "[guid]",
    "[version]",
    "[timespan]",
    "[decimal]",
    "[uri]",
    "[convert]::ToInt32",
    "[string]::Format",
    "[array]",
    "[ref]",
    "if",
    "else",
    "elseif",
    "while",
    "do",
    "until",
    "for",
    "foreach",
    "in",
    "switch",
    "-regex",
    "-wildcard",
    "default",
    "break",
    "continue",
    "return",
    "throw",
    "try",
    "catch",
    "finally",
    "trap",
    "function",
    "filter",
    "param",
    "begin",
    "process",
    "end",
    "dynamicparam",
    "class",
    "enum",
    "using",
    "data",
    "exit",
    "hidden",
    "static",
    ":label",
    "f",
    "Foo",
    "%{",
    "?{",
    "2>&1",
    ">",
    ">>",
    "2>",
    "--%",
    "--",
    "#",
    "<#",
    "#>",
    "`",
    "`n",
    "\"",
    "'",
    "@",
    "$",
    "~",
    "{0}",
    "{0:N2}",
    "'{0:x}' -f",
    "'[a-z]+'",
    "'(?<n>.)'",
    "'.*?$'",
    "é",
    "😀",
    "\u{2013}",
    "\u{201c}",
    "\u{0}",
    "\u{feff}",
    " ",
    " ",
    " ",
];

/// A generator of numbers: xorshift with a multiplication.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// The last place between two characters that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A place in a text between two characters.
fn place(dice: &mut Dice, text: &str) -> usize {
    let at = dice.below(text.len() + 1);
    floor(text, at)
}

fn grown(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..1 + dice.below(24) {
        text.push_str(dice.pick(PIECES));
        if dice.below(3) > 0 {
            text.push(' ');
        }
    }
    text
}

fn changed(dice: &mut Dice, seeds: &[String]) -> String {
    let mut text = seeds[dice.below(seeds.len())].clone();
    for _ in 0..1 + dice.below(4) {
        let (first, second) = (place(dice, &text), place(dice, &text));
        let (start, end) = (first.min(second), first.max(second));
        match dice.below(6) {
            0 => text.replace_range(start..floor(&text, end.min(start + 12)), ""),
            1 => text.insert_str(start, dice.pick(PIECES)),
            2 => {
                let piece = text[start..end].to_owned();
                text.insert_str(end, &piece);
            }
            3 => text.truncate(start),
            4 => {
                let other = &seeds[dice.below(seeds.len())];
                let from = place(dice, other);
                text.insert_str(start, &other[from..]);
            }
            _ => {
                let deep = 1 + dice.below(200);
                text.insert_str(
                    start,
                    &dice
                        .pick(&["(", "{", "[", "$(", "@(", "-", "!", "\"$("])
                        .repeat(deep),
                );
            }
        }
        text.truncate(floor(&text, 4096));
    }
    text
}

/// The texts of the files: `script` of JSON lines, else the whole file.
fn seeds(files: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let mark = "\"script\": \"";
        let before = found.len();
        for line in text.lines() {
            let Some((_, rest)) = line.split_once(mark) else {
                continue;
            };
            let script = rest.split("\", \"why\"").next().unwrap_or(rest);
            found.push(
                script
                    .replace("\\n", "\n")
                    .replace("\\\"", "\"")
                    .replace("\\\\", "\\"),
            );
        }
        if found.len() == before {
            found.push(text);
        }
    }
    found
}

/// One session, replaced now and then.
struct Session {
    host: Arc<Isolated>,
    engine: Engine,
}

impl Session {
    fn new() -> Session {
        let host = Arc::new(Isolated::default());
        let engine = Engine::new(
            Registry::default(),
            Arc::clone(&host) as Arc<dyn Host>,
            Arc::new(Plain),
        );
        Session { host, engine }
    }

    fn parse(&mut self, text: &str, cursor: usize) {
        let _ = Engine::is_incomplete(text);
        let _ = self.engine.highlight(text);
        let _ = self.engine.complete(text, cursor);
        let _ = plenum_lang::check::check(text, None, self.engine.registry());
    }

    fn evaluate(&mut self, text: &str) {
        self.engine.set_step_limit(Some(STEPS));
        let _ = self.engine.run(text, Origin::Prompt);
        let _ = (self.host.take_output(), self.host.take_errors());
    }
}

/// Ends the process when one text takes too long.
fn watch(started: Instant, since: &Arc<AtomicU64>) {
    let since = Arc::clone(since);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(1));
            let now = started.elapsed().as_millis() as u64;
            if now.saturating_sub(since.load(Ordering::Relaxed)) > PATIENCE.as_millis() as u64 {
                eprintln!("a text takes longer than {PATIENCE:?}");
                std::process::exit(3);
            }
        }
    });
}

fn fuzz(target: &str, time: Duration, seed: u64, files: &[String]) -> i32 {
    let (started, seeds) = (Instant::now(), seeds(files));
    let since = Arc::new(AtomicU64::new(0));
    watch(started, &since);
    let running: PathBuf = std::env::temp_dir().join(format!("fuzz-{target}-{seed}.txt"));
    let mut dice = Dice(seed.max(1));
    let (mut session, mut count, mut panics) = (Session::new(), 0_u64, 0);
    while started.elapsed() < time {
        if count.is_multiple_of(TEXTS_A_SESSION) {
            session = Session::new();
        }
        let text = if seeds.is_empty() || dice.below(3) == 0 {
            grown(&mut dice)
        } else {
            changed(&mut dice, &seeds)
        };
        let cursor = place(&mut dice, &text);
        let _ = std::fs::write(&running, &text);
        since.store(started.elapsed().as_millis() as u64, Ordering::Relaxed);
        let ran = catch_unwind(AssertUnwindSafe(|| match target {
            "parser" => session.parse(&text, cursor),
            _ => session.evaluate(&text),
        }));
        if ran.is_err() {
            panics += 1;
            eprintln!("panicked (cursor {cursor}): {text:?}");
            session = Session::new();
        }
        count += 1;
    }
    println!(
        "{target}, seed {seed}: {count} texts in {:?}, {panics} panics",
        started.elapsed()
    );
    i32::from(panics > 0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = arguments
        .iter()
        .skip(1)
        .take(2)
        .filter_map(|text| text.parse().ok())
        .collect();
    let (Some(target), [seconds, seed]) = (arguments.first(), numbers.as_slice()) else {
        eprintln!("usage: fuzz parser|evaluator SECONDS SEED [FILE...]");
        std::process::exit(64);
    };
    let (target, time, seed) = (target.clone(), Duration::from_secs(*seconds), *seed);
    let files = arguments[3..].to_vec();
    let thread = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || fuzz(&target, time, seed, &files));
    let code = thread.ok().and_then(|thread| thread.join().ok()).unwrap_or(70);
    std::process::exit(code);
}
