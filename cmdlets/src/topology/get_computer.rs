//! Get-CsComputer.

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_lang::value::Value;
use plenum_topology::model::{Computer, Pool};

use super::listing::{Item, listing};
use crate::authoring::{Read, cmdlet, not_built, object, parameter, text};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Get-CsComputer", "SkypeForBusiness")
        .synopsis("Returns the computers of the topology.")
        .switch(
            "Local",
            "Refused: the shell may run on a computer that is none of the topology.",
        )
        .parameter(
            parameter("Pool", "string")
                .complete(plenum_lang::signature::Completion::Identity("pool".into()))
                .help("Only computers of this pool."),
        )
        .output("Microsoft.Rtc.Management.Deploy.Internal.Machine")
        .example("Get-CsComputer", "All computers.")
        .example(
            "Get-CsComputer -Pool pool01.contoso.example",
            "The computers of a pool.",
        );
    listing(
        ports,
        signature,
        ("computer", "computer"),
        |topology, arguments| {
            if arguments.switch("Local") {
                return Err(not_built("-Local").into());
            }
            let wanted = arguments.text("Pool");
            Ok(topology
                .computers()
                .iter()
                .filter(|(_, pool, _)| {
                    wanted
                        .as_ref()
                        .is_none_or(|wanted| pool.fqdn.as_str().eq_ignore_ascii_case(wanted))
                })
                .map(|(_, pool, computer)| Item::new(computer.fqdn.as_str(), view(pool, computer)))
                .collect())
        },
    )
}

pub(super) fn view(pool: &Pool, computer: &Computer) -> Value {
    object(
        "Microsoft.Rtc.Management.Deploy.Internal.Machine",
        [
            ("Identity", text(computer.fqdn.as_str())),
            ("Pool", text(pool.fqdn.as_str())),
            ("Fqdn", text(computer.fqdn.as_str())),
        ],
    )
}
