//! `Get-CsEffectivePolicy`: which policy applies to a user, of each kind, and by which path.
//!
//! The product shows the names; `Path` is ours: every place that was looked at, in order, and what was seen there.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;
use plenum_schema::{Noun, Verb};
use plenum_topology::change::Revision;
use plenum_topology::directory::DirectoryObject;
use plenum_topology::effective::{Effective, Place, Step, explain};
use plenum_topology::snapshot::Snapshot;

use super::instance::port_error;
use super::parameters::refused;
use super::place;
use crate::authoring::{Read, cmdlet, parameter, with};
use crate::ports::Ports;
use crate::user::attribute::{HOME_SERVER, grant};
use crate::user::find::find_enabled;

/// The type name of what it gives.
const EFFECTIVE: &str = "Microsoft.Rtc.Management.AD.Cmdlets.EffectivePolicies";
/// The type name of a step of the path.
const STEP: &str = "Plenum.EffectivePolicyStep";

/// The cmdlet.
pub fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-CsEffectivePolicy", super::MODULE)
        .synopsis("Shows which policies apply to a user, and why.")
        .description(
            "A user gets the policy that was granted, otherwise that of the home pool where the kind of policy may \
             stand there, otherwise that of the home pool's site, otherwise the global one. For each kind of policy the \
             result shows the name of a per-user policy, or the identity of the one that applies in its place.\n\n\
             The property Path lists every place that was looked at, in order, and why it did or did not apply.",
        )
        .output(EFFECTIVE)
        .parameter(
            parameter("Identity", "string")
                .position(1)
                .mandatory()
                .by_value()
                .by_property_name()
                .help("The user: SIP address, user principal name, DOMAIN\\name, display name or distinguished name.")
                .complete(Completion::Identity("user".into())),
        )
        .parameter(parameter("Credential", "object").help("Refused: the caller's own rights apply."))
        .parameter(parameter("DomainController", "string").help("Refused: the directory is named by the deployment."))
        .parameter(parameter("ResultSize", "object").help("Refused: the result is one user."))
        .example("Get-CsEffectivePolicy \"Ken Myer\"", "Shows the policies of one user.")
        .example(
            "Get-CsEffectivePolicy \"Ken Myer\" | Select-Object -ExpandProperty Path",
            "Shows how each of them was found.",
        )
        .link("Grant-CsVoicePolicy");
    with(signature, move || Show {
        ports: ports.clone(),
        home: None,
    })
}

/// One run.
struct Show {
    ports: Ports,
    /// The last home pool with its site, as of a revision: piped users are mostly of one pool.
    home: Option<(Revision, String, String)>,
}

impl Invocation for Show {
    fn begin(&mut self, _: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        for (name, why) in [
            ("Credential", "the caller's own rights apply."),
            ("DomainController", "the directory is named by the deployment."),
            ("ResultSize", "the result is one user."),
        ] {
            if arguments.has(name) {
                return Err(refused(name, why).into());
            }
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let snapshot = self.ports.store.snapshot().map_err(port_error)?;
        match find_enabled(&*self.ports.directory, &arguments.required_text("Identity")?) {
            Ok(user) => {
                let pool = user.first(HOME_SERVER).unwrap_or_default();
                let place = Place {
                    pool,
                    site: self.site(&snapshot, pool),
                };
                context.write(show(&snapshot, &user, place))
            }
            Err(reason) => context.error(reason.into()),
        }
    }
}

impl Show {
    /// The site of a pool.
    fn site(&mut self, snapshot: &Snapshot, pool: &str) -> &str {
        let known =
            |(revision, name, _): &(Revision, String, String)| *revision == snapshot.revision && name == pool;
        if !self.home.as_ref().is_some_and(known) {
            let site = place::site_of(snapshot, pool).unwrap_or_default();
            self.home = Some((snapshot.revision, pool.to_owned(), site));
        }
        self.home.as_ref().map_or("", |(_, _, site)| site.as_str())
    }
}

fn show(snapshot: &Snapshot, user: &DirectoryObject, place: Place<'_>) -> Value {
    let mut properties = vec![("Identity", Value::str(&*user.dn))];
    let mut path = Vec::new();
    for noun in plenum_settings::nouns()
        .into_iter()
        .filter(|noun| noun.has(Verb::Grant))
    {
        let found = explain(noun, &snapshot.settings, grant(user, noun.name), place);
        properties.push((property_name(noun), Value::str(short(&found))));
        path.extend(found.path.iter().map(|step| shown_step(noun, step)));
    }
    properties.push(("Path", Value::array(path)));
    Value::typed(&[EFFECTIVE, "System.Object"], properties)
}

/// Per-user policies go by their name, the others by their identity.
fn short<'a>(found: &Effective<'a>) -> &'a str {
    found.identity.strip_prefix("Tag:").unwrap_or(found.identity)
}

/// Dial plans go by their older name.
fn property_name(noun: &Noun) -> &'static str {
    if noun.type_name == "DialPlan" {
        "LocationProfile"
    } else {
        noun.type_name
    }
}

fn shown_step(noun: &Noun, step: &Step) -> Value {
    Value::typed(
        &[STEP, "System.Object"],
        [
            ("Policy", Value::str(property_name(noun))),
            ("Scope", Value::str(&*step.scope)),
            ("Found", Value::Bool(step.found)),
            ("Why", Value::str(&*step.why)),
        ],
    )
}
