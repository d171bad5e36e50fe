//! Publish-CsTopology: makes the deployment what a file says, whole or not at all.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::{Completion, Impact};
use plenum_topology::diff;
use plenum_topology::problem::{self, Problem};

use super::command::{plan_for, publish, published, read};
use super::get_topology::view;
use crate::authoring::{Read, cmdlet, not_built, parameter, simple, text};
use crate::ports::Ports;
use crate::user::port_error;

/// Parameters of the product that say where its directory is; ours is part of the deployment.
pub(super) const DIRECTORY_PARAMETERS: &[&str] = &["GlobalCatalog", "GlobalSettingsDomainController"];

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Publish-CsTopology", "SkypeForBusiness")
        .synopsis("Publishes a topology: the deployment becomes what the file says, whole or not at all.")
        .description(
            "The file is Plenum's (YAML), a Topology Builder file or a published topology document (XML). It is checked \
             first; what it would change is shown with -Verbose or -WhatIf, and nothing that users still need is removed.",
        )
        .parameter(parameter("BackupFileName", "string").help("Writes the topology that stood, as YAML, to this file first."))
        .parameter(parameter("Document", "object").set("Document").mandatory().help("Refused: give the document as a file."))
        .parameter(
            parameter("FileName", "string")
                .set("Filename")
                .mandatory()
                .position(1)
                .complete(Completion::Path)
                .help("The file: YAML, or the vendor's XML."),
        )
        .parameter(parameter("FinalizeUninstall", "switch").set("Finalize").mandatory().help("Refused: there is nothing to finalize; servers follow what is published."))
        .switch("Force", "Leaves warnings out; errors, and what users still need, stop it all the same.")
        .parameter(parameter("GlobalCatalog", "string").help("Refused: the directory is part of the deployment."))
        .parameter(parameter("GlobalSettingsDomainController", "string").help("Refused: the directory is part of the deployment."))
        .parameter(parameter("Report", "string").help("Refused: reports are not built yet."))
        .should_process(Impact::Medium)
        .default_set("Filename")
        .output("Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology")
        .example("Publish-CsTopology -FileName contoso.yaml -WhatIf -Verbose", "Shows what would change.")
        .example("Publish-CsTopology contoso.yaml", "Publishes it.")
        .link("Get-CsTopology")
        .link("Enable-CsTopology");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let refused = ["Document", "FinalizeUninstall", "Report"];
    if let Some(name) = refused
        .iter()
        .chain(DIRECTORY_PARAMETERS)
        .find(|name| arguments.has(name))
    {
        return Err(not_built(&format!("-{name}")).into());
    }
    let name = arguments.required_text("FileName")?;
    let content = read_text(context, &name)?;
    let document = read(&*ports.documents, (&name, &content))
        .map_err(|problems| refusal("TopologyInvalid", &problems, &name, &content))?;
    let force = arguments.switch("Force");
    for finding in document.findings.iter().filter(|_| !force) {
        let place = finding
            .location
            .as_ref()
            .map_or_else(String::new, |location| format!("{location}: "));
        context.warning(&format!("{place}[{}] {}", finding.rule, finding.message))?;
    }
    let standing = published(ports).map_err(port_error)?;
    let plan = plan_for(ports, &standing, &document.topology).map_err(port_error)?;
    context.verbose(&diff::text(&plan, false))?;
    if !plan.refusals.is_empty() {
        return Err(refusal("TopologyRefused", &plan.refusals, &name, &content).into());
    }
    for caution in plan.cautions.iter().filter(|_| !force) {
        context.warning(&caution.message)?;
    }
    if plan.is_empty() {
        context.verbose("The deployment is what the file says already.")?;
        return context.write(view(&document.topology, standing.revision.0));
    }
    let (add, change, remove) = plan.counts();
    let target = format!("topology ({add} to add, {change} to change, {remove} to remove)");
    if !context.should_process(&target, None)? {
        return Ok(());
    }
    if let (Some(backup), Some(topology)) = (arguments.text("BackupFileName"), &standing.topology) {
        let yaml = ports.documents.write_yaml(topology);
        context
            .host()
            .write_file(&backup, yaml.as_bytes())
            .map_err(|error| file_error("WriteError", &backup, &error))?;
    }
    let revision =
        publish(ports, &standing, &document.topology, "Publish-CsTopology", None).map_err(port_error)?;
    context.write(view(&document.topology, revision.0))
}

fn read_text(context: &dyn Context, name: &str) -> Result<String> {
    let bytes = context
        .host()
        .read_file(name)
        .map_err(|error| file_error("FileNotReadable", name, &error))?;
    String::from_utf8(bytes).map_err(|_| {
        ErrorRecord::new(
            "FileNotText",
            Category::InvalidData,
            format!("The file '{name}' is not UTF-8 text."),
        )
        .about(text(name))
        .hint("Save it as UTF-8.")
        .into()
    })
}

fn file_error(id: &str, name: &str, error: &std::io::Error) -> ErrorRecord {
    ErrorRecord::new(
        id,
        Category::OpenError,
        format!("The file '{name}' cannot be used: {error}."),
    )
    .about(text(name))
}

/// Every finding in one error.
fn refusal(id: &str, problems: &[Problem], name: &str, content: &str) -> ErrorRecord {
    let all = problem::text(
        problems,
        &|file| (file == name).then(|| content.to_owned()),
        false,
    );
    ErrorRecord::new(
        id,
        Category::InvalidData,
        format!("The topology was not published.\n{}", all.trim_end()),
    )
    .about(text(name))
}
