//! Set-CsUser.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Impact;
use plenum_topology::directory::DirectoryObject;

use super::edit::{Edit, Place, editing, enabled_identity, enabled_user};
use super::{attribute, view};
use crate::authoring::{Read, cmdlet, not_built, parameter, text};
use crate::ports::Ports;

/// Parameters of features that nothing in the server acts on yet.
const REFUSED: &[&str] = &[
    "DomainController",
    "AcpInfo",
    "OnPremLineURI",
    "LineServerURI",
    "ExchangeArchivingPolicy",
];
/// Switches of the same kind: off is what stands, so off is accepted.
const OFF_ONLY: &[&str] = &["HostedVoiceMail", "RemoteCallControlTelephonyEnabled"];

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Set-CsUser", "SkypeForBusiness")
        .synopsis("Changes an enabled user.")
        .description("Changes only what is given. $null or an empty text removes a number.")
        .parameter(enabled_identity())
        .parameter(
            parameter("AcpInfo", "object").help("Refused: audio conferencing providers are not built."),
        )
        .parameter(
            parameter("AudioVideoDisabled", "bool")
                .help("Whether audio and video calls are switched off for the user."),
        )
        .parameter(
            parameter("DomainController", "string")
                .help("Refused: the directory is named by the deployment."),
        )
        .parameter(
            parameter("Enabled", "bool")
                .alias("CsEnabled")
                .help("Whether the user may sign in; $false suspends the user and keeps everything."),
        )
        .parameter(
            parameter("EnterpriseVoiceEnabled", "bool")
                .help("Whether the user may call the telephone network."),
        )
        .parameter(
            parameter("ExchangeArchivingPolicy", "string").help("Refused: archiving is not built yet."),
        )
        .parameter(
            parameter("HostedVoiceMail", "bool").help("Only $false: hosted voice mail is not built yet."),
        )
        .parameter(parameter("LineServerURI", "string").help("Refused: remote call control is not built."))
        .parameter(
            parameter("LineURI", "string")
                .help("The user's number: tel:+14255551297 or tel:+14255550100;ext=1297."),
        )
        .parameter(parameter("OnPremLineURI", "string").help("Refused: hybrid users are not built."))
        .switch("PassThru", "Returns the user.")
        .parameter(parameter("PrivateLine", "string").help("A second, unlisted number."))
        .parameter(
            parameter("RemoteCallControlTelephonyEnabled", "bool")
                .help("Only $false: remote call control is not built."),
        )
        .parameter(
            parameter("SipAddress", "string")
                .help("The new SIP address; the user has to sign in anew with it."),
        )
        .should_process(Impact::Medium)
        .example(
            "Set-CsUser -Identity \"Ken Myer\" -EnterpriseVoiceEnabled $true -LineURI \"tel:+14255551297\"",
            "Gives a user a number and Enterprise Voice.",
        )
        .link("Enable-CsUser")
        .link("Get-CsUser");
    let edit = Edit {
        refused: REFUSED,
        find: enabled_user,
        change,
        view: view::user,
    };
    editing(signature, ports, edit)
}

fn change(place: &mut Place<'_>, arguments: &Arguments, user: &mut DirectoryObject) -> Result<()> {
    if let Some(refused) = OFF_ONLY.iter().find(|name| arguments.bool(name) == Some(true)) {
        return Err(not_built(&format!("-{refused} $true")).into());
    }
    if let Some(address) = arguments.text("SipAddress") {
        user.set(
            attribute::SIP_ADDRESS,
            vec![place.deployment()?.address(&address)?],
        );
    }
    for (name, stored) in [
        ("LineURI", attribute::LINE),
        ("PrivateLine", attribute::PRIVATE_LINE),
    ] {
        if arguments.has(name) {
            let line = arguments.text(name).filter(|line| !line.is_empty());
            user.set(
                stored,
                line.map(|line| number(name, &line))
                    .transpose()?
                    .into_iter()
                    .collect(),
            );
        }
    }
    if let Some(enabled) = arguments.bool("Enabled") {
        user.set(
            attribute::ENABLED,
            vec![if enabled { "TRUE" } else { "FALSE" }.to_owned()],
        );
    }
    for (name, bit) in [
        ("EnterpriseVoiceEnabled", attribute::ENTERPRISE_VOICE),
        ("AudioVideoDisabled", attribute::AUDIO_VIDEO_DISABLED),
    ] {
        if let Some(on) = arguments.bool(name) {
            attribute::set_flag(user, bit, on);
        }
    }
    if attribute::flag(user, attribute::AUDIO_VIDEO_DISABLED)
        && attribute::flag(user, attribute::ENTERPRISE_VOICE)
    {
        let message = "A user cannot have Enterprise Voice while audio and video are disabled.";
        return Err(
            ErrorRecord::new("TelephonyOptionsConflict", Category::InvalidArgument, message)
                .about(text(&*user.dn))
                .hint("Set -AudioVideoDisabled $false or -EnterpriseVoiceEnabled $false in the same command.")
                .into(),
        );
    }
    Ok(())
}

/// A number as it is stored: `tel:` and E.164 or a private number, with an optional extension (RFC 3966).
fn number(name: &str, line: &str) -> Result<String> {
    let rest = match line.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &line[4..],
        _ => line,
    };
    let (digits, extension) = match rest.to_ascii_lowercase().find(";ext=") {
        Some(at) => (&rest[..at], Some(&rest[at + 5..])),
        None => (rest, None),
    };
    let plain = digits.strip_prefix('+').unwrap_or(digits);
    let all_digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if all_digits(plain, 18)
        && !plain.starts_with('0')
        && extension.is_none_or(|extension| all_digits(extension, 10))
    {
        let extension = extension
            .map(|extension| format!(";ext={extension}"))
            .unwrap_or_default();
        return Ok(format!("tel:{digits}{extension}"));
    }
    let message = format!("\"{line}\" cannot be -{name}: it is no telephone number.");
    Err(
        ErrorRecord::new("InvalidLineUri", Category::InvalidArgument, message)
            .about(text(line))
            .hint("Write tel:+14255551297, or tel:+14255550100;ext=1297 for a number with an extension.")
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_tel_uris() {
        for (given, stored) in [
            ("tel:+14255551297", Some("tel:+14255551297")),
            ("+14255551297", Some("tel:+14255551297")),
            ("TEL:+14255550100;EXT=1297", Some("tel:+14255550100;ext=1297")),
            ("tel:1234", Some("tel:1234")),
            ("tel:+0123", None),
            ("tel:+1-425", None),
            ("tel:", None),
            ("sip:x@y", None),
        ] {
            assert_eq!(number("LineURI", given).ok().as_deref(), stored, "{given}");
        }
    }
}
