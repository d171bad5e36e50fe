//! A parameter that no implementation asks for does nothing: this finds them. The pages of the core cmdlets run with
//! commands that note which of their parameters were asked for, given or not; what nobody asked for is listed.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use plenum_golden::page;
use plenum_golden::run;
use plenum_lang::cmdlet::{Arguments, Asked, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::registry::Registry;
use plenum_lang::signature::Signature;

/// Parameters that need nothing done, each with the reason.
const SILENT: &[(&str, &str, &str)] = &[
    ("Get-Module", "All", "no module nests another"),
    (
        "Import-Module",
        "Force",
        "the product's modules are loaded as they are",
    ),
    ("Import-Module", "Global", "the product's modules are global"),
    (
        "Import-Module",
        "DisableNameChecking",
        "nothing is said about names",
    ),
    (
        "Get-Command",
        "ListImported",
        "everything that Get-Command finds is in the session",
    ),
    (
        "Get-Command",
        "ArgumentList",
        "no cmdlet has parameters that depend on arguments",
    ),
    (
        "ConvertTo-SecureString",
        "Force",
        "-AsPlainText needs no consent since PowerShell 7",
    ),
    ("ConvertFrom-Csv", "UseCulture", "en-US separates with commas"),
    ("ConvertTo-Csv", "UseCulture", "en-US separates with commas"),
    ("Export-Csv", "UseCulture", "en-US separates with commas"),
    ("Import-Csv", "UseCulture", "en-US separates with commas"),
    (
        "ConvertTo-Csv",
        "NoTypeInformation",
        "no type information is the default",
    ),
    (
        "Export-Csv",
        "NoTypeInformation",
        "no type information is the default",
    ),
    ("Select-String", "NoEmphasis", "matches are not marked"),
    ("Sort-Object", "Stable", "sorting is always stable"),
    ("Split-Path", "Parent", "the parent is the default"),
    ("TabExpansion2", "options", "there are no options"),
];

/// For each command what was asked for.
type Notes = Arc<Mutex<BTreeMap<String, Asked>>>;

struct Watched {
    inner: Arc<dyn Command>,
    asked: Asked,
}

impl Command for Watched {
    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn invoke(&self) -> Box<dyn Invocation> {
        Box::new(WatchedRun(self.inner.invoke(), Arc::clone(&self.asked)))
    }
}

struct WatchedRun(Box<dyn Invocation>, Asked);

impl WatchedRun {
    fn noted(&self, arguments: &Arguments) -> Arguments {
        Arguments {
            asked: Some(Arc::clone(&self.1)),
            ..arguments.clone()
        }
    }
}

impl Invocation for WatchedRun {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.begin(context, &self.noted(arguments))
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.process(context, &self.noted(arguments))
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.0.end(context, &self.noted(arguments))
    }
}

fn is_core(signature: &Signature) -> bool {
    signature.module.starts_with("Microsoft.PowerShell.")
}

/// The same commands, the core ones watched.
fn watched(registry: &Registry, notes: &Notes) -> Registry {
    let mut watched = registry.clone();
    let mut notes = notes.lock().expect("no test panics with the lock");
    for command in registry.commands().filter(|command| is_core(command.signature())) {
        let name = command.signature().name.to_string();
        let asked = Arc::clone(notes.entry(name).or_default());
        watched.add(Arc::new(Watched {
            inner: Arc::clone(command),
            asked,
        }));
    }
    watched
}

#[test]
fn every_parameter_of_a_core_cmdlet_is_asked_for_by_its_implementation() {
    let notes = Notes::default();
    let known: Mutex<Option<Registry>> = Mutex::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
    for (name, path) in run::pages(&folder).expect("the pages can be listed") {
        let source = fs::read_to_string(&path).expect("a page can be read");
        let page = page::parse(&source);
        let is_product = name.contains("-Cs") && !name.ends_with("-Csv");
        if page.server || is_product || name.starts_with("plenum") {
            continue;
        }
        let commands = |registry: Registry| {
            let commands = watched(&registry, &notes);
            *known.lock().expect("no test panics with the lock") = Some(registry);
            commands
        };
        run::run_with(&page, &commands).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let registry = known
        .into_inner()
        .expect("no test panics with the lock")
        .expect("there are pages");
    let notes = notes.lock().expect("no test panics with the lock");
    let unread: BTreeSet<String> = registry
        .commands()
        .filter(|command| is_core(command.signature()))
        .flat_map(|command| unread(command.signature(), notes.get(command.signature().name.as_ref())))
        .collect();
    assert!(
        unread.is_empty(),
        "{} parameters are asked for by nobody (or their cmdlet's page never gets so far):\n{}",
        unread.len(),
        unread.into_iter().collect::<Vec<_>>().join("\n")
    );
}

fn unread(signature: &Signature, asked: Option<&Asked>) -> Vec<String> {
    let asked = asked.map(|asked| asked.lock().clone()).unwrap_or_default();
    signature
        .parameters
        .iter()
        .filter(|parameter| !asked.contains(&parameter.name.to_ascii_lowercase()))
        // The pipeline's object reaches a cmdlet as such.
        .filter(|parameter| !parameter.sets.iter().any(|set| set.by_value))
        .filter(|parameter| {
            !SILENT
                .iter()
                .any(|(command, name, _)| *command == signature.name && *name == parameter.name)
        })
        .map(|parameter| format!("{} -{}", signature.name, parameter.name))
        .collect()
}
