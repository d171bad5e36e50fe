//! `Grant-`: gives a per-user policy to users, or takes it away with `-PolicyName $null`.
//!
//! Piped users are written many at a time, at the end of the pipeline: one change set for the group.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;
use plenum_schema::{Noun, Verb};
use plenum_topology::effective::written;
use plenum_topology::snapshot::Snapshot;

use super::identity::Identity;
use super::instance::{missing, port_error};
use super::parameters::{cloud, default_to_user, refuse, signature, to_user};
use crate::authoring::{parameter, with};
use crate::ports::Ports;
use crate::user::attribute::{grant, set_grant};
use crate::user::batch::Batch;
use crate::user::find::find_enabled;
use crate::user::view;

/// The cmdlet of a noun.
pub fn command(noun: &'static Noun, ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let synopsis = format!(
        "Gives users a per-user policy of {}, or takes it away.",
        noun.name
    );
    let user = parameter("Identity", "string")
        .position(1)
        .mandatory()
        .by_value()
        .by_property_name()
        .help("The user: SIP address, user principal name, DOMAIN\\name, display name or distinguished name.")
        .complete(Completion::Identity("user".into()));
    let signature = default_to_user(noun, signature(noun, Verb::Grant, synopsis))
        .should_process(Impact::Medium)
        .parameter(to_user(noun, user))
        .parameter(
            parameter("PolicyName", "string")
                .position(2)
                .help("The name of a per-user policy. $null takes away what was granted: that of the site, or the \
                       global one, then applies.")
                .complete(Completion::Identity(noun.name.into())),
        )
        .switch("PassThru", "Returns the users.")
        .parameter(parameter("DomainController", "string").help("Refused: the directory is named by the deployment."))
        .parameters(cloud(noun, Verb::Grant))
        .example(
            format!("Grant-{} -Identity \"Ken Myer\" -PolicyName Sales", noun.name),
            "Gives one user the policy Sales.",
        )
        .example(
            format!("Get-CsUser | Grant-{} -PolicyName $null", noun.name),
            "Takes the per-user policy from everybody.",
        );
    with(signature, move || Grant {
        noun,
        ports: ports.clone(),
        policy: None,
        batch: Batch::default(),
    })
}

/// One run.
struct Grant {
    noun: &'static Noun,
    ports: Ports,
    /// The tag to grant, `Some(None)` to take it away; read once.
    policy: Option<Option<String>>,
    batch: Batch,
}

impl Invocation for Grant {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        refuse(self.noun, Verb::Grant, arguments)?;
        let policy = match &self.policy {
            Some(policy) => policy.clone(),
            None => {
                let snapshot = self.ports.store.snapshot().map_err(port_error)?;
                let policy = asked(self.noun, &snapshot, arguments)?;
                self.policy.insert(policy).clone()
            }
        };
        let typed = arguments.get("Identity").map(Value::to_text).unwrap_or_default();
        let user = match find_enabled(&*self.ports.directory, &typed) {
            Ok(user) => user,
            Err(reason) => return context.error(reason.into()),
        };
        if self.batch.holds(&user.dn) {
            self.batch.flush(context, &self.ports)?;
        }
        if !context.should_process(&user.dn, None)? {
            return Ok(());
        }
        let mut after = user.clone();
        set_grant(&mut after, self.noun.name, policy.as_deref());
        let view = arguments.switch("PassThru").then_some(view::user as fn(&_) -> _);
        if grant(&user, self.noun.name) == policy.as_deref() {
            return view.map_or(Ok(()), |view| context.write(view(&after)));
        }
        self.batch
            .put(context, &self.ports, (Some(user), after), None, view)
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        self.batch.flush(context, &self.ports)
    }
}

/// The tag that is meant, in its stored spelling; `None` for `$null`.
fn asked(noun: &Noun, snapshot: &Snapshot, arguments: &Arguments) -> Result<Option<String>> {
    let Some(given) = arguments.get("PolicyName") else {
        let message = "Say which policy with -PolicyName.";
        let record = ErrorRecord::new("PolicyNameMissing", Category::InvalidArgument, message);
        return Err(record
            .hint("-PolicyName $null takes away what was granted.")
            .into());
    };
    let given = match given {
        Value::Null | Value::Nothing => return Ok(None),
        other => other.to_text(),
    };
    if given.trim().is_empty() {
        return Ok(None);
    }
    let identity = Identity::parse(noun, &given).map_err(Interrupt::Error)?;
    let Some(tag) = identity.tag() else {
        let message = format!(
            "{} \"{}\" is not a per-user policy and cannot be granted.",
            noun.type_name, identity.text
        );
        let record = ErrorRecord::new("PolicyNotGrantable", Category::InvalidArgument, message)
            .about(Value::str(given));
        return Err(record
            .hint("Use -PolicyName $null: the policy of the site, or the global one, then applies.")
            .into());
    };
    let (spelling, _) = written(&snapshot.settings, noun.name, &identity.text)
        .ok_or_else(|| missing(noun, &identity.text))?;
    Ok(Some(spelling.strip_prefix("Tag:").unwrap_or(tag).to_owned()))
}
