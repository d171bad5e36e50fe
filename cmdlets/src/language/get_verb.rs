//! Get-Verb: the verbs that command names begin with.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;

use crate::authoring::{Read, cmdlet, object, parameter, simple, text};

/// Verb, alias prefix, group, and what it is for.
#[rustfmt::skip]
const VERBS: &[(&str, &str, &str, &str)] = &[
    ("Add", "a", "Common", "Puts something into a container or onto another item"),
    ("Clear", "cl", "Common", "Empties a container and leaves it there"),
    ("Close", "cs", "Common", "Ends what Open began"),
    ("Copy", "cp", "Common", "Makes a second one under another name or in another place"),
    ("Enter", "et", "Common", "Goes into a place or a session to work there"),
    ("Exit", "ex", "Common", "Leaves a place or a session"),
    ("Find", "fd", "Common", "Looks for something that is not known yet"),
    ("Format", "f", "Common", "Arranges objects in a layout for the eye"),
    ("Get", "g", "Common", "Gives what is there and changes nothing"),
    ("Hide", "h", "Common", "Makes something invisible"),
    ("Join", "j", "Common", "Makes one of several"),
    ("Lock", "lk", "Common", "Keeps others from using something"),
    ("Move", "m", "Common", "Takes something from one place to another"),
    ("New", "n", "Common", "Makes something that was not there"),
    ("Open", "op", "Common", "Makes something ready to be used"),
    ("Optimize", "om", "Common", "Makes something work better"),
    ("Pop", "pop", "Common", "Takes the newest from a stack"),
    ("Push", "pu", "Common", "Puts something onto a stack"),
    ("Redo", "re", "Common", "Does again what was undone"),
    ("Remove", "r", "Common", "Takes something away"),
    ("Rename", "rn", "Common", "Gives something another name"),
    ("Reset", "rs", "Common", "Puts something back as it was at first"),
    ("Resize", "rz", "Common", "Changes how large something is"),
    ("Search", "sr", "Common", "Looks for something in a container"),
    ("Select", "sc", "Common", "Chooses some of many"),
    ("Set", "s", "Common", "Changes what is there, or makes it with a value"),
    ("Show", "sh", "Common", "Makes something visible"),
    ("Skip", "sk", "Common", "Leaves out some of a sequence"),
    ("Split", "sl", "Common", "Makes several of one"),
    ("Step", "st", "Common", "Goes to the next point of a sequence"),
    ("Switch", "sw", "Common", "Changes between two or more"),
    ("Undo", "un", "Common", "Takes back what was done"),
    ("Unlock", "uk", "Common", "Lets others use something again"),
    ("Watch", "wc", "Common", "Follows what happens to something"),
    ("Backup", "ba", "Data", "Keeps a copy for the case of loss"),
    ("Checkpoint", "ch", "Data", "Keeps a state to come back to"),
    ("Compare", "cr", "Data", "Says how things differ"),
    ("Compress", "cm", "Data", "Makes something take less room"),
    ("Convert", "cv", "Data", "Changes a form into another, both ways"),
    ("ConvertFrom", "cf", "Data", "Changes one named form into any other"),
    ("ConvertTo", "ct", "Data", "Changes any form into one named form"),
    ("Dismount", "dm", "Data", "Takes a medium away from a name"),
    ("Edit", "ed", "Data", "Changes content"),
    ("Expand", "en", "Data", "Gives something its full size again"),
    ("Export", "ep", "Data", "Writes to a file or store that others read"),
    ("Group", "gp", "Data", "Puts together what belongs together"),
    ("Import", "ip", "Data", "Reads what Export wrote"),
    ("Initialize", "in", "Data", "Prepares something and gives it its first values"),
    ("Limit", "l", "Data", "Sets bounds"),
    ("Merge", "mg", "Data", "Makes one of several with the same form"),
    ("Mount", "mt", "Data", "Gives a medium a name"),
    ("Out", "o", "Data", "Sends something out of the shell"),
    ("Publish", "pb", "Data", "Makes something known to others"),
    ("Restore", "rr", "Data", "Puts back a kept state"),
    ("Save", "sv", "Data", "Keeps something for later"),
    ("Sync", "sy", "Data", "Makes two things alike"),
    ("Unpublish", "ub", "Data", "Takes back what was published"),
    ("Update", "ud", "Data", "Brings something up to date"),
    ("Approve", "ap", "Lifecycle", "Agrees to something"),
    ("Assert", "as", "Lifecycle", "Makes sure of a state"),
    ("Build", "bd", "Lifecycle", "Makes a product from its parts"),
    ("Complete", "cmp", "Lifecycle", "Ends an operation"),
    ("Confirm", "cn", "Lifecycle", "Checks that something is as it should be"),
    ("Deny", "dn", "Lifecycle", "Refuses something"),
    ("Deploy", "dp", "Lifecycle", "Sends something to where it works"),
    ("Disable", "d", "Lifecycle", "Makes something stop working"),
    ("Enable", "e", "Lifecycle", "Makes something work"),
    ("Install", "is", "Lifecycle", "Puts software in its place"),
    ("Invoke", "i", "Lifecycle", "Does an action"),
    ("Register", "rg", "Lifecycle", "Enters something in a list"),
    ("Request", "rq", "Lifecycle", "Asks for something"),
    ("Restart", "rt", "Lifecycle", "Stops and starts again"),
    ("Resume", "ru", "Lifecycle", "Goes on after a pause"),
    ("Start", "sa", "Lifecycle", "Begins an operation"),
    ("Stop", "sp", "Lifecycle", "Ends an operation"),
    ("Submit", "sb", "Lifecycle", "Hands something in for approval"),
    ("Suspend", "ss", "Lifecycle", "Makes a pause"),
    ("Uninstall", "us", "Lifecycle", "Takes software away"),
    ("Unregister", "ur", "Lifecycle", "Takes something off a list"),
    ("Wait", "w", "Lifecycle", "Goes on when something has happened"),
    ("Debug", "db", "Diagnostic", "Looks for the cause of a fault"),
    ("Measure", "ms", "Diagnostic", "Says how much of something there is"),
    ("Ping", "pi", "Diagnostic", "Finds out whether something answers"),
    ("Repair", "rp", "Diagnostic", "Puts something right"),
    ("Resolve", "rv", "Diagnostic", "Finds what a short form stands for"),
    ("Test", "t", "Diagnostic", "Finds out whether something works"),
    ("Trace", "tr", "Diagnostic", "Follows what something does"),
    ("Connect", "cc", "Communications", "Makes a link to somewhere"),
    ("Disconnect", "dc", "Communications", "Ends a link"),
    ("Read", "rd", "Communications", "Takes data from somewhere"),
    ("Receive", "rc", "Communications", "Takes what was sent"),
    ("Send", "sd", "Communications", "Brings data to somewhere"),
    ("Write", "wr", "Communications", "Adds data to somewhere"),
    ("Block", "bl", "Security", "Keeps something from getting in or out"),
    ("Grant", "gr", "Security", "Allows access"),
    ("Protect", "pt", "Security", "Guards something against loss or attack"),
    ("Revoke", "rk", "Security", "Takes an access back"),
    ("Unblock", "ul", "Security", "Lets something in or out again"),
    ("Unprotect", "up", "Security", "Takes a guard away"),
    ("Use", "u", "Other", "Does something with what is there"),
];

/// Get-Verb.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-Verb", super::UTILITY)
            .synopsis("Shows the verbs of command names.")
            .parameter(
                parameter("Verb", "string[]")
                    .position(0)
                    .by_value()
                    .help("The verbs; wildcards are allowed."),
            )
            .parameter(
                parameter("Group", "string[]")
                    .position(1)
                    .help("Verbs of these groups."),
            )
            .example("Get-Verb -Group Security", "Shows the verbs about access."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let any = |patterns: &[String], name: &str| {
                patterns.is_empty() || patterns.iter().any(|pattern| inspect::like(name, pattern))
            };
            let (verbs, groups) = (arguments.list("Verb"), arguments.list("Group"));
            for (verb, prefix, group, about) in VERBS {
                if any(&verbs, verb) && any(&groups, group) {
                    context.write(object(
                        "System.Management.Automation.VerbInfo",
                        [
                            ("Verb", text(*verb)),
                            ("AliasPrefix", text(*prefix)),
                            ("Group", text(*group)),
                            ("Description", text(*about)),
                        ],
                    ))?;
                }
            }
            Ok(())
        },
    )
}
