//! The frame of the cmdlets that list what the topology says: all, one by -Identity, or some by -Filter.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect::like;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;
use plenum_topology::model::Topology;

use super::command::published;
use crate::authoring::{Read, SignatureBuilder, not_found, parameter, simple, text};
use crate::ports::Ports;
use crate::user::port_error;

/// One thing that is listed.
pub(super) struct Item {
    /// Its identity, as shown.
    pub identity: String,
    /// Other texts that -Identity may name it by.
    pub other_names: Vec<String>,
    /// What is written.
    pub value: Value,
}

impl Item {
    pub(super) fn new(identity: impl Into<String>, value: Value) -> Self {
        Item {
            identity: identity.into(),
            other_names: Vec::new(),
            value,
        }
    }

    pub(super) fn also(mut self, name: impl Into<String>) -> Self {
        self.other_names.push(name.into());
        self
    }

    fn is(&self, wanted: &str) -> bool {
        std::iter::once(&self.identity)
            .chain(&self.other_names)
            .any(|name| name.to_lowercase() == wanted.to_lowercase())
    }
}

/// The published topology.
pub(super) fn topology(ports: &Ports) -> Result<Topology> {
    let published = published(ports).map_err(port_error)?;
    published.topology.ok_or_else(|| {
        ErrorRecord::new(
            "NoTopology",
            Category::ObjectNotFound,
            "No topology has been published yet.",
        )
        .hint("Publish one: Publish-CsTopology -FileName <file>.")
        .into()
    })
}

/// A cmdlet that lists `items` of the published topology. `kind` completes -Identity; `word` is used in errors.
pub(super) fn listing(
    ports: &Ports,
    signature: SignatureBuilder,
    (word, kind): (&'static str, &'static str),
    items: impl Fn(&Topology, &Arguments) -> Result<Vec<Item>> + Send + Sync + 'static,
) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = signature
        .parameter(
            parameter("Filter", "string")
                .set("Filter")
                .help("A pattern with wildcards for the identity; not together with -Identity."),
        )
        .parameter(
            parameter("Identity", "string")
                .set("Identity")
                .position(1)
                .by_property_name()
                .complete(Completion::Identity(kind.into()))
                .help("Which one, without wildcards; without it all are returned."),
        )
        .default_set("Identity");
    simple(signature, move |context, arguments| {
        let items = items(&topology(&ports)?, arguments)?;
        write(context, arguments, word, items)
    })
}

fn write(context: &mut dyn Context, arguments: &Arguments, word: &str, items: Vec<Item>) -> Result<()> {
    if let Some(wanted) = arguments.text("Identity") {
        let mut found = false;
        for item in items.into_iter().filter(|item| item.is(&wanted)) {
            found = true;
            context.write(item.value)?;
        }
        if found {
            return Ok(());
        }
        let message = format!("Cannot find {word} \"{wanted}\" because it does not exist.");
        return context.error(
            not_found("ItemNotFound", text(wanted), message)
                .hint(format!("Without -Identity the cmdlet returns every {word}.")),
        );
    }
    let pattern = arguments.text("Filter");
    for item in items {
        if pattern
            .as_ref()
            .is_none_or(|pattern| like(&item.identity, pattern))
        {
            context.write(item.value)?;
        }
    }
    Ok(())
}
