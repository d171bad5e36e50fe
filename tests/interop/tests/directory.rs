//! Accounts from OpenLDAP and the published state in PostgreSQL, with the program as an administrator uses it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    reason = "a test drives the outside world"
)]

use std::fs;
use std::io;

use plenum_interop::deployment::Deployment;
use plenum_interop::postgres::Server;
use plenum_interop::slapd::{ACCOUNT, BASE, PASSWORD, Slapd, dn};

/// Enables Alice, sets her password, and signs her in over SIP.
const ENABLE_AND_SIGN_IN: &str = "
    $pool = (Get-CsPool)[0].Identity
    $secret = ConvertTo-SecureString 'Correct-Horse-7' -AsPlainText -Force
    Enable-CsUser -Identity alice@contoso.example -RegistrarPool $pool -SipAddressType UserPrincipalName
    Set-ADAccountPassword alice -Reset -NewPassword $secret
    $credential = New-Object pscredential 'alice@contoso.example', $secret
    Test-CsRegistration -TargetFqdn $pool -UserCredential $credential -UserSipAddress sip:alice@contoso.example |
        ForEach-Object Result";

fn attach(deployment: &Deployment, slapd: &Slapd, url: &str, bind: &str) -> io::Result<String> {
    fs::write(deployment.folder.join("bind.password"), PASSWORD)?;
    let authorities = slapd.file("authority.pem");
    deployment.run(
        &[
            "directory",
            "attach",
            url,
            "--base",
            BASE,
            "--bind-dn",
            bind,
            "--password-file",
            "bind.password",
            "--authorities",
            &authorities.display().to_string(),
        ],
        "",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_directory_is_enabled_there_and_signs_in() -> io::Result<()> {
    let slapd = Slapd::start(&["Alice", "Bob"]);
    let mut deployment = Deployment::new("directory")?;

    let refused = attach(
        &deployment,
        &slapd,
        &slapd.ldaps(),
        "cn=nobody,dc=contoso,dc=example",
    )
    .unwrap_err();
    assert!(refused.to_string().contains("code 49"), "{refused}");
    let unreachable = attach(&deployment, &slapd, "ldaps://127.0.0.1:9", ACCOUNT).unwrap_err();
    assert!(
        unreachable.to_string().contains("cannot be reached"),
        "{unreachable}"
    );

    let attached = attach(&deployment, &slapd, &slapd.ldaps(), ACCOUNT)?;
    assert!(attached.contains("2 accounts created"), "{attached}");
    let description = fs::read_to_string(deployment.state().join("deployment.json"))?;
    assert!(!description.contains(PASSWORD), "{description}");

    deployment.start()?;
    assert_eq!(deployment.script(ENABLE_AND_SIGN_IN)?.trim(), "Success");

    let mut administrator = slapd.administrator().await;
    let (found, _) = administrator
        .search(
            &dn("Alice"),
            ldap3::Scope::Base,
            "(objectClass=*)",
            ["msRTCSIP-PrimaryUserAddress"],
        )
        .await
        .unwrap()
        .success()
        .unwrap();
    let entry = ldap3::SearchEntry::construct(found.into_iter().next().unwrap());
    assert_eq!(
        entry.attrs["msRTCSIP-PrimaryUserAddress"],
        ["sip:alice@contoso.example"]
    );

    // What the directory's own tools change comes in.
    administrator
        .modify(
            &dn("Bob"),
            vec![ldap3::Mod::Replace("displayName", ["Robert Smith"].into())],
        )
        .await
        .unwrap()
        .success()
        .unwrap();
    let outcome = deployment.run(&["directory", "synchronize"], "")?;
    assert!(
        outcome.contains("0 created, 1 changed") || outcome.contains("1 changed"),
        "{outcome}"
    );
    let name = deployment.script("Get-CsAdUser 'Robert Smith' | ForEach-Object DisplayName")?;
    assert_eq!(name.trim(), "Robert Smith");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_lives_in_postgresql() -> io::Result<()> {
    let server = Server::shared();
    let url = server.database().await;
    let mut deployment = Deployment::with_store("postgresql", &url)?;
    deployment.users(&["bob"])?;
    deployment.start()?;
    deployment.script(
        "$secret = ConvertTo-SecureString 'Correct-Horse-7' -AsPlainText -Force
         New-ADUser -Name alice -SamAccountName alice -UserPrincipalName alice@contoso.example -AccountPassword $secret",
    )?;
    assert_eq!(deployment.script(ENABLE_AND_SIGN_IN)?.trim(), "Success");
    assert!(
        !deployment.state().join("plenum.db").exists(),
        "nothing is kept beside the database"
    );
    Ok(())
}
