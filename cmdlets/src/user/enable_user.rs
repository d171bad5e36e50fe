//! Enable-CsUser.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::signature::{Completion, Impact};
use plenum_topology::directory::DirectoryObject;

use super::batch::Batch;
use super::deployment::{Deployment, Reading};
use super::find::find_one;
use super::{attribute, view};
use crate::authoring::{Read, cmdlet, not_built, parameter, text, with};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Enable-CsUser", "SkypeForBusiness")
        .synopsis("Makes a directory user a user of the deployment.")
        .description(
            "Gives the user a SIP address and a home pool. No policy is granted and Enterprise Voice stays off: Grant-CsVoicePolicy \
             and Set-CsUser do that. Say the address with -SipAddress, or let it be made with -SipAddressType.",
        )
        .parameter(
            parameter("Identity", "string")
                .mandatory()
                .position(0)
                .by_value()
                .by_property_name()
                .complete(Completion::Identity("aduser".into()))
                .help("The user: user principal name, DOMAIN\\name, display name or distinguished name."),
        )
        .parameter(
            parameter("RegistrarPool", "string")
                .complete(Completion::Identity("pool".into()))
                .help("The FQDN of the home pool."),
        )
        .parameter(parameter("SipAddress", "string").help("The SIP address: sip:ken@contoso.example."))
        .parameter(
            parameter("SipAddressType", "string")
                .one_of(&["FirstLastName", "EmailAddress", "UserPrincipalName", "SamAccountName"])
                .help("What the SIP address is made from. A first or last name with letters that an address cannot hold is refused."),
        )
        .parameter(
            parameter("SipDomain", "string")
                .complete(Completion::Identity("sipdomain".into()))
                .help("The SIP domain of addresses made from FirstLastName or SamAccountName."),
        )
        .parameter(parameter("DomainController", "string").help("Refused: the directory is named by the deployment."))
        .parameter(
            parameter("HostingProviderProxyFqdn", "string")
                .alias("HostingProvider")
                .help("Refused: users of hosting providers are not built yet."),
        )
        .parameter(parameter("ProxyPool", "string").help("Refused: users of hosting providers are not built yet."))
        .switch("PassThru", "Returns the user.")
        .should_process(Impact::Medium)
        .output(view::USER)
        .example(
            "Enable-CsUser -Identity \"Ken Myer\" -RegistrarPool fe1.contoso.example -SipAddress sip:ken@contoso.example",
            "Enables one user.",
        )
        .example(
            "Import-Csv users.csv | ForEach-Object { Enable-CsUser -Identity $_.Name -RegistrarPool fe1.contoso.example -SipAddressType EmailAddress }",
            "Enables the users of a CSV file.",
        )
        .link("Disable-CsUser")
        .link("Set-CsUser");
    let reading = Reading::default();
    with(signature, move || Enable {
        ports: ports.clone(),
        batch: Batch::default(),
        reading: reading.clone(),
        deployment: None,
    })
}

struct Enable {
    ports: Ports,
    batch: Batch,
    reading: Reading,
    /// As it stood when the pipeline began.
    deployment: Option<Arc<Deployment>>,
}

impl Invocation for Enable {
    fn begin(&mut self, _: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        for refused in ["DomainController", "HostingProviderProxyFqdn", "ProxyPool"] {
            if arguments.has(refused) {
                return Err(not_built(&format!("-{refused}")).into());
            }
        }
        self.deployment = Some(self.reading.of(&self.ports)?);
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        match self.enable(context, arguments) {
            Err(Interrupt::Error(record)) => context.error(*record),
            other => other,
        }
    }

    fn end(&mut self, context: &mut dyn Context, _: &Arguments) -> Result<()> {
        self.batch.flush(context, &self.ports)
    }
}

impl Enable {
    fn enable(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let identity = arguments.required_text("Identity")?;
        let before = find_one(&*self.ports.directory, &identity).map_err(ErrorRecord::from)?;
        let deployment = self.deployment.as_ref().expect("begin read the deployment");
        if view::is_enabled_object(&before) || self.batch.holds(&before.dn) {
            let address = before
                .first(attribute::SIP_ADDRESS)
                .unwrap_or("an address of this pipeline");
            let message = format!("User \"{identity}\" is already enabled, as {address}.");
            return Err(ErrorRecord::new("UserAlreadyEnabled", Category::ResourceExists, message)
                .about(text(identity))
                .hint("Set-CsUser changes an enabled user; Set-CsUser -Enabled $true wakes a suspended one.")
                .into());
        }
        let pool = arguments.text("RegistrarPool").ok_or_else(|| {
            ErrorRecord::new(
                "RegistrarPoolMissing",
                Category::InvalidArgument,
                "-RegistrarPool is needed: a user has one home pool.",
            )
            .hint("Get-CsPool lists the pools.")
        })?;
        let pool = deployment.home_pool(&pool)?;
        let address = deployment.address(&sip_address(&before, arguments)?)?;
        if !context.should_process(&before.dn, None)? {
            return Ok(());
        }
        let mut after = before.clone();
        after.set(attribute::SIP_ADDRESS, vec![address.clone()]);
        after.set(attribute::ENABLED, vec!["TRUE".to_owned()]);
        after.set(attribute::HOME_SERVER, vec![pool]);
        after.set(attribute::DEPLOYMENT_LOCATOR, vec!["SRV:".to_owned()]);
        attribute::set_flag(&mut after, attribute::ENHANCED_PRESENCE, true);
        let view = arguments.switch("PassThru").then_some(view::user as fn(&_) -> _);
        self.batch
            .put(context, &self.ports, (Some(before), after), None, view)
    }
}

/// The address that the arguments say, with `sip:`.
fn sip_address(user: &DirectoryObject, arguments: &Arguments) -> Result<String> {
    let given = arguments.text("SipAddress");
    let kind = arguments.text("SipAddressType");
    let domain = arguments.text("SipDomain");
    let invalid = |id: &str, message: String| {
        Interrupt::from(ErrorRecord::new(id, Category::InvalidArgument, message).about(text(&*user.dn)))
    };
    let attribute = |name: &str| {
        user.first(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            invalid(
                "AttributeEmpty",
                format!(
                    "\"{}\" has no {name}, from which its SIP address was to be made.",
                    user.dn
                ),
            )
        })
    };
    let with_domain = |local: String| {
        let domain = domain.clone().ok_or_else(|| {
            invalid(
                "SipDomainMissing",
                format!(
                    "-SipDomain is needed with -SipAddressType {}.",
                    kind.clone().unwrap_or_default()
                ),
            )
        })?;
        Ok(format!("sip:{local}@{domain}"))
    };
    match (given, kind.as_deref().map(str::to_ascii_lowercase).as_deref()) {
        (Some(_), Some(_)) => Err(invalid(
            "SipAddressConflict",
            "Use either -SipAddress or -SipAddressType: one says the address, the other how to make it."
                .to_owned(),
        )),
        (Some(address), None) => Ok(address),
        (None, Some("emailaddress")) => Ok(format!("sip:{}", attribute("mail")?)),
        (None, Some("userprincipalname")) => Ok(format!("sip:{}", attribute("userPrincipalName")?)),
        (None, Some("samaccountname")) => with_domain(attribute("sAMAccountName")?.to_owned()),
        (None, Some(_)) => with_domain(local_part(user, attribute("givenName")?, attribute("sn")?)?),
        (None, None) => Err(invalid(
            "SipAddressMissing",
            "An address is needed: -SipAddress sip:name@domain, or -SipAddressType.".to_owned(),
        )),
    }
}

/// `first.last` without blanks. Letters that a SIP user part cannot hold unescaped (RFC 3261 §25.1) are not left out,
/// since another name, or nobody's, would come of it.
fn local_part(user: &DirectoryObject, first: &str, last: &str) -> Result<String> {
    let local: String = format!("{first}.{last}")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.!~*'&=+$,;?/".contains(c);
    let mut strange: Vec<String> = local.chars().filter(|c| !fits(*c)).map(String::from).collect();
    strange.sort();
    strange.dedup();
    if strange.is_empty() {
        return Ok(local);
    }
    let message = format!(
        "No SIP address can be made from the name \"{first} {last}\": an address cannot hold {}.",
        strange.join(", ")
    );
    Err(
        ErrorRecord::new("NameNotInAddress", Category::InvalidArgument, message)
            .about(text(&*user.dn))
            .hint("Say the address with -SipAddress, or make it from the mail address, the user principal name or the account name.")
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_made_from_a_name_keeps_every_letter_or_is_refused() {
        let user = DirectoryObject::default();
        let made = |first: &str, last: &str| local_part(&user, first, last).ok();
        assert_eq!(made("Mary Ann", "O'Neil").as_deref(), Some("MaryAnn.O'Neil"));
        assert_eq!(made("Jörg", "Müller"), None);
        assert_eq!(made("Ken", "李"), None);
    }
}
