//! What this computer says of itself: Get-Uptime, Get-TimeZone, Get- and Set-ExecutionPolicy.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, object, parameter, simple, text};

/// Ticks of a second.
const SECOND: i64 = 10_000_000;

/// Get-Uptime.
pub fn uptime() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-Uptime", super::UTILITY)
            .synopsis("Says how long this computer runs.")
            .default_set("Timespan")
            .parameter(
                parameter("Since", "switch")
                    .set("Since")
                    .help("Gives the moment when it was started."),
            )
            .example("Get-Uptime -Since", "Shows when the computer was started."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let seconds = seconds_up(context)?;
            if !arguments.switch("Since") {
                return context.write(Value::TimeSpan(seconds * SECOND));
            }
            let now = inspect::named_type_value("System.DateTime")?;
            let now = inspect::static_property(context, &now, "Now")?;
            let since =
                inspect::invoke_method(context, &now, "Subtract", &[Value::TimeSpan(seconds * SECOND)])?;
            context.write(since)
        },
    )
}

fn seconds_up(context: &dyn Context) -> Result<i64> {
    let bytes = context.host().read_file("/proc/uptime").unwrap_or_default();
    let said = String::from_utf8_lossy(&bytes);
    let whole = said.split('.').next().and_then(|whole| whole.parse().ok());
    whole.ok_or_else(|| {
        let message = "This system does not say in /proc/uptime how long it runs.";
        ErrorRecord::new(
            "GetUptimePlatformIsNotSupported",
            Category::NotImplemented,
            message,
        )
        .into()
    })
}

/// Get-TimeZone.
pub fn time_zone() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-TimeZone", super::MANAGEMENT)
            .synopsis("Shows this computer's time zone, or others.")
            .default_set("Name")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("Name")
                    .help(
                        "The name of a time zone's standard or daylight saving time; wildcards are allowed.",
                    ),
            )
            .parameter(
                parameter("Id", "string[]")
                    .mandatory()
                    .by_property_name()
                    .set("Id")
                    .help("The id of a time zone, e.g. Europe/Berlin."),
            )
            .parameter(
                parameter("ListAvailable", "switch")
                    .set("ListAvailable")
                    .help("Shows all that the computer knows."),
            )
            .alias("gtz")
            .example("Get-TimeZone -Id Europe/Berlin", "Shows a time zone by its id."),
        get_time_zone,
    )
}

fn get_time_zone(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let zones = inspect::named_type_value("System.TimeZoneInfo")?;
    for id in arguments.list("Id") {
        match inspect::invoke_static(context, &zones, "FindSystemTimeZoneById", &[text(id.as_str())]) {
            Ok(zone) => context.write(zone)?,
            Err(_) => context.error(no_such_zone(&id))?,
        }
    }
    let names = arguments.list("Name");
    if arguments.has("Id") {
        return Ok(());
    }
    if names.is_empty() && !arguments.switch("ListAvailable") {
        let local = inspect::static_property(context, &zones, "Local")?;
        return context.write(local);
    }
    let all = inspect::invoke_static(context, &zones, "GetSystemTimeZones", &[])?;
    let all = inspect::elements(&all).unwrap_or_default();
    if names.is_empty() {
        return all.into_iter().try_for_each(|zone| context.write(zone));
    }
    for name in names {
        let is_called = |zone: &&Value| {
            ["StandardName", "DaylightName"].iter().any(|property| {
                let own = inspect::property(zone, property).unwrap_or_default();
                inspect::like(&inspect::text(&own), &name)
            })
        };
        let found: Vec<Value> = all.iter().filter(is_called).cloned().collect();
        if found.is_empty() {
            context.error(no_such_zone(&name))?;
        }
        found.into_iter().try_for_each(|zone| context.write(zone))?;
    }
    Ok(())
}

fn no_such_zone(name: &str) -> ErrorRecord {
    let message = format!("The time zone ID '{name}' was not found on the local computer.");
    ErrorRecord::new("TimeZoneNotFound", Category::ObjectNotFound, message)
        .exception("System.TimeZoneNotFoundException")
        .about(text(name))
        .hint("Get-TimeZone -ListAvailable shows those that it knows.")
}

const SCOPES: [&str; 5] = [
    "MachinePolicy",
    "UserPolicy",
    "Process",
    "CurrentUser",
    "LocalMachine",
];
const SCOPE_POLICY: &str = "Selected.Microsoft.PowerShell.ExecutionPolicyScope";

/// The table of policies by scope.
pub fn execution_policies() -> View {
    let columns = vec![
        ViewColumn::new("Scope").right(),
        ViewColumn::new("ExecutionPolicy").right(),
    ];
    View::table(SCOPE_POLICY, columns)
}

/// Get-ExecutionPolicy: on this platform scripts always run, as they do for PowerShell there.
pub fn get_execution_policy() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-ExecutionPolicy", super::SECURITY)
            .synopsis("Says which scripts may run: all of them, on this platform.")
            .parameter(
                parameter("Scope", "Microsoft.PowerShell.ExecutionPolicyScope")
                    .position(0)
                    .by_property_name()
                    .help("The policy of one scope."),
            )
            .switch("List", "Shows the policy of each scope.")
            .example("Get-ExecutionPolicy", "Gives Unrestricted."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let policy = inspect::convert(
                context,
                &text("Unrestricted"),
                "Microsoft.PowerShell.ExecutionPolicy",
            )?;
            if arguments.switch("List") && arguments.has("Scope") {
                let message = "Cannot use the List parameter together with the Scope parameter.";
                let record = ErrorRecord::new("ListAndScopeSpecified", Category::InvalidOperation, message);
                return Err(record.exception("System.InvalidOperationException").into());
            }
            if !arguments.switch("List") {
                return context.write(policy);
            }
            for scope in SCOPES {
                let scope =
                    inspect::convert(context, &text(scope), "Microsoft.PowerShell.ExecutionPolicyScope")?;
                context.write(object(
                    SCOPE_POLICY,
                    [("Scope", scope), ("ExecutionPolicy", policy.clone())],
                ))?;
            }
            Ok(())
        },
    )
}

/// Set-ExecutionPolicy, which this platform has nothing to set for.
pub fn set_execution_policy() -> Arc<dyn Command> {
    simple(
        cmdlet("Set-ExecutionPolicy", super::SECURITY)
            .synopsis("Says which scripts may run: refused, since all run on this platform.")
            .parameter(
                parameter("ExecutionPolicy", "Microsoft.PowerShell.ExecutionPolicy")
                    .mandatory()
                    .position(0)
                    .by_property_name()
                    .help("The policy."),
            )
            .parameter(
                parameter("Scope", "Microsoft.PowerShell.ExecutionPolicyScope")
                    .position(1)
                    .by_property_name()
                    .help("The scope."),
            )
            .switch("Force", "Asks nothing.")
            .should_process(plenum_lang::signature::Impact::Medium)
            .example("Set-ExecutionPolicy RemoteSigned", "Is refused."),
        |_: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let wanted = arguments.text("ExecutionPolicy").unwrap_or_default();
            if wanted == "Unrestricted" || wanted == "Bypass" {
                return Ok(());
            }
            let _ = (arguments.text("Scope"), arguments.switch("Force"));
            let message = "Operation is not supported on this platform.";
            let record = ErrorRecord::new(
                "System.PlatformNotSupportedException",
                Category::NotImplemented,
                message,
            );
            Err(record
                .exception("System.PlatformNotSupportedException")
                .hint("Scripts run here whoever signed them; take a file's right to be read away instead.")
                .into())
        },
    )
}
