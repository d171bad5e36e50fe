//! An LDAP directory with Active Directory's attribute names: reading its accounts, writing their `msRTCSIP-` attributes.
//!
//! Accounts are made, renamed and removed with the directory's own tools; here only `msRTCSIP-` attributes of accounts
//! that exist are written. A value is replaced by deleting the old one and adding the new one in one Modify (RFC 4511
//! §4.6, which is atomic), so a directory whose value is not the one that was read refuses instead of losing somebody
//! else's write. Searches are paged (RFC 2696). A connection that was lost is made again at the next call; a search is
//! then repeated once, a write is not, because whether it happened is not known.
//!
//! The password crosses the network only under TLS (`ldaps://` or StartTLS, RFC 4513 §3), except to this machine itself.
//! Attributes are asked for by name: password attributes are not among them.

use std::collections::HashSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, Mod, Scope, SearchEntry};
use plenum_topology::change::Change;
use plenum_topology::directory::{DirectoryObject, ObjectId};
use rustls::pki_types::CertificateDer;
use tokio::sync::Mutex;

use crate::error::{ErrorKind, StoreError};

/// How long the directory may take for one answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Entries of a page; Active Directory gives at most 1000.
const PAGE: i32 = 500;
/// What is written here.
const OURS: &str = "msrtcsip-";
/// Users and contacts, of Active Directory and of directories with RFC 2798's class. Computers are users of another
/// category; a `(!…)` would not do, since it is never true where the class is not known (RFC 4511 §4.5.1.7).
const ACCOUNTS: &str =
    "(|(&(objectCategory=person)(objectClass=user))(objectClass=contact)(objectClass=inetOrgPerson))";

/// What an LDAP directory writes by itself, and what is written down here only until the directory's own is read.
const KEPT_THERE: [&str; 2] = ["whenCreated", "whenChanged"];

/// The attributes that are mirrored, spelled as they are stored. The id comes from objectGUID or entryUUID.
const ATTRIBUTES: &[&str] = &[
    "objectClass",
    "cn",
    "name",
    "displayName",
    "givenName",
    "sn",
    "initials",
    "description",
    "sAMAccountName",
    "userPrincipalName",
    "userAccountControl",
    "whenCreated",
    "whenChanged",
    "mail",
    "proxyAddresses",
    "company",
    "department",
    "title",
    "manager",
    "physicalDeliveryOfficeName",
    "telephoneNumber",
    "otherTelephone",
    "mobile",
    "homePhone",
    "ipPhone",
    "pager",
    "facsimileTelephoneNumber",
    "streetAddress",
    "l",
    "st",
    "postalCode",
    "c",
    "co",
    "msRTCSIP-PrimaryUserAddress",
    "msRTCSIP-UserEnabled",
    "msRTCSIP-PrimaryHomeServer",
    "msRTCSIP-Line",
    "msRTCSIP-LineServer",
    "msRTCSIP-PrivateLine",
    "msRTCSIP-OptionFlags",
    "msRTCSIP-UserPolicies",
    "msRTCSIP-FederationEnabled",
    "msRTCSIP-InternetAccessEnabled",
    "msRTCSIP-ArchivingEnabled",
    "msRTCSIP-DeploymentLocator",
    "msRTCSIP-OwnerUrn",
    "msRTCSIP-GroupingID",
];

/// How to reach a directory.
#[derive(Clone)]
pub struct LdapOptions {
    /// `ldaps://dc01.contoso.example` or `ldap://dc01.contoso.example:389`.
    pub url: String,
    /// Whether an `ldap://` connection is put under TLS before anything is said on it.
    pub start_tls: bool,
    /// The PEM file of the authorities whose certificates are trusted; `None` means the system's.
    pub authorities: Option<PathBuf>,
    /// The account to bind as: a distinguished name, or what the directory accepts in its place.
    pub bind_dn: String,
    /// Its password.
    pub bind_password: String,
    /// Where accounts are looked for, e.g. `DC=contoso,DC=example`.
    pub base: String,
    /// Which entries are accounts; `None` means users and contacts.
    pub filter: Option<String>,
}

impl std::fmt::Debug for LdapOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "LdapOptions({} as {} below {}, password hidden)",
            self.url, self.bind_dn, self.base
        )
    }
}

/// A directory, and the connection to it when there is one.
#[derive(Debug)]
pub struct LdapDirectory {
    options: LdapOptions,
    tls: Option<Arc<rustls::ClientConfig>>,
    connection: Mutex<Option<Ldap>>,
}

impl LdapDirectory {
    /// Takes the options in; connects at the first call that needs it.
    ///
    /// # Errors
    /// `DirectoryUrl` when the URL is none or would send the password in the clear, or a certificate file is wrong.
    pub fn new(options: LdapOptions) -> Result<LdapDirectory, StoreError> {
        check_url(&options)?;
        let tls = options.authorities.as_ref().map(trusting).transpose()?;
        Ok(LdapDirectory {
            options,
            tls,
            connection: Mutex::new(None),
        })
    }

    /// All accounts, in order of distinguished name. An error never looks like an empty directory.
    ///
    /// # Errors
    /// `DirectoryUnreachable`, `DirectoryAccessDenied`, `DirectoryFailed`.
    pub async fn accounts(&self) -> Result<Vec<DirectoryObject>, StoreError> {
        let mut connection = self.connection.lock().await;
        let reused = connection.is_some();
        let mut found = self.search(&mut connection).await;
        if reused
            && found
                .as_ref()
                .is_err_and(|error| error.kind == ErrorKind::DirectoryUnreachable)
        {
            found = self.search(&mut connection).await;
        }
        found
    }

    async fn search(&self, connection: &mut Option<Ldap>) -> Result<Vec<DirectoryObject>, StoreError> {
        let mut ldap = self.connected(connection).await?;
        match self.read(&mut ldap).await {
            Ok(mut found) => {
                *connection = Some(ldap);
                found.sort_by_cached_key(|object| object.dn.to_lowercase());
                Ok(found)
            }
            Err(error) => Err(self.explain(&error)),
        }
    }

    async fn read(&self, ldap: &mut Ldap) -> Result<Vec<DirectoryObject>, LdapError> {
        let adapters: Vec<Box<dyn Adapter<'_, _, _>>> =
            vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(PAGE))];
        let mut wanted = ATTRIBUTES.to_vec();
        wanted.extend(["objectGUID", "entryUUID"]);
        let filter = self.options.filter.as_deref().unwrap_or(ACCOUNTS);
        ldap.with_timeout(PATIENCE);
        let mut entries = ldap
            .streaming_search_with(adapters, &self.options.base, Scope::Subtree, filter, wanted)
            .await?;
        let mut found = Vec::new();
        while let Some(entry) = entries.next().await? {
            let entry = SearchEntry::construct(entry);
            let dn = entry.dn.clone();
            match object(entry) {
                Some(object) => found.push(object),
                None => tracing::warn!(dn, "an entry without objectGUID and entryUUID is left out"),
            }
        }
        entries.finish().await.success()?;
        Ok(found)
    }

    /// Writes what a change set says of objects. When one is refused, those before it are put back.
    pub(crate) async fn write(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut edits = Vec::new();
        for change in changes {
            if let Change::Object { before, after } = change {
                edits.extend(edit(before.as_deref(), after.as_deref())?);
            }
        }
        if edits.is_empty() {
            return Ok(());
        }
        let mut connection = self.connection.lock().await;
        let mut ldap = self.connected(&mut connection).await?;
        for (done, edit) in edits.iter().enumerate() {
            if let Err(error) = modify(&mut ldap, &edit.dn, &edit.forth).await {
                self.put_back(&mut ldap, &edits[..done]).await;
                return Err(self.explain_write(&edit.dn, &error));
            }
        }
        *connection = Some(ldap);
        Ok(())
    }

    async fn put_back(&self, ldap: &mut Ldap, edits: &[Edit]) {
        for edit in edits.iter().rev() {
            if let Err(error) = modify(ldap, &edit.dn, &edit.back).await {
                tracing::warn!(dn = edit.dn, %error, "could not be put back; the next synchronization shows it");
            }
        }
    }

    /// The connection, taken out of its place: whoever is done without a broken connection puts it back.
    async fn connected(&self, connection: &mut Option<Ldap>) -> Result<Ldap, StoreError> {
        if let Some(mut ldap) = connection.take()
            && !ldap.is_closed()
        {
            return Ok(ldap);
        }
        self.connect().await.map_err(|error| self.explain(&error))
    }

    async fn connect(&self) -> Result<Ldap, LdapError> {
        let mut settings = LdapConnSettings::new()
            .set_conn_timeout(PATIENCE)
            .set_starttls(self.options.start_tls);
        if let Some(tls) = &self.tls {
            settings = settings.set_config(tls.clone());
        }
        let (driver, mut ldap) = LdapConnAsync::with_settings(settings, &self.options.url).await?;
        tokio::spawn(async move {
            if let Err(error) = driver.drive().await {
                tracing::debug!(%error, "the connection to the directory ended");
            }
        });
        let bind = ldap
            .with_timeout(PATIENCE)
            .simple_bind(&self.options.bind_dn, &self.options.bind_password);
        bind.await?.success()?;
        Ok(ldap)
    }

    fn explain(&self, error: &LdapError) -> StoreError {
        let place = &self.options.url;
        let LdapError::LdapResult { result } = error else {
            return StoreError::new(
                ErrorKind::DirectoryUnreachable,
                format!("The directory {place} cannot be reached: {error}."),
                "Check host, port, firewall and certificate; users that are known already go on signing in.",
            );
        };
        // RFC 4511 appendix A: 8 strongerAuthRequired, 13 confidentialityRequired, 48 to 50 authentication and rights.
        let said = if result.text.is_empty() {
            String::new()
        } else {
            format!(", \"{}\"", result.text)
        };
        match result.rc {
            8 | 13 | 48 | 49 | 50 => StoreError::new(
                ErrorKind::DirectoryAccessDenied,
                format!(
                    "The directory {place} refused {} (code {}{said}).",
                    self.options.bind_dn, result.rc
                ),
                "Check the account, its password, and its rights to read accounts and write msRTCSIP- attributes.",
            ),
            rc => StoreError::new(
                ErrorKind::DirectoryFailed,
                format!("The directory {place} refused (code {rc}{said})."),
                "RFC 4511 appendix A explains the code; 32 means that the base does not exist, 65 that the entry lacks \
                 the object class for msRTCSIP- attributes.",
            ),
        }
    }

    fn explain_write(&self, dn: &str, error: &LdapError) -> StoreError {
        match error {
            // noSuchAttribute, attributeOrValueExists, noSuchObject
            LdapError::LdapResult { result } if [16, 20, 32].contains(&result.rc) => StoreError::new(
                ErrorKind::ChangeConflict,
                format!(
                    "{dn} is not in the directory as it was read (code {}).",
                    result.rc
                ),
                "Synchronize with the directory, read the object again and repeat the command. Nothing was written.",
            ),
            LdapError::LdapResult { .. } => {
                let mut explained = self.explain(error);
                explained.message = format!("{dn} was not written. {}", explained.message);
                explained
            }
            _ => self.explain(error),
        }
    }
}

/// One object's change, and the change that undoes it.
struct Edit {
    dn: String,
    forth: Vec<Mod<String>>,
    back: Vec<Mod<String>>,
}

fn edit(
    before: Option<&DirectoryObject>,
    after: Option<&DirectoryObject>,
) -> Result<Option<Edit>, StoreError> {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) if before.dn == after.dn => (before, after),
        (None, None) => return Ok(None),
        (before, after) => {
            let dn = after.or(before).map_or("", |object| object.dn.as_str());
            return Err(read_only(&format!("{dn} is an account of the LDAP directory")));
        }
    };
    let mut names: Vec<&String> = before.attributes.keys().chain(after.attributes.keys()).collect();
    names.sort_by_key(|name| name.to_ascii_lowercase());
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    let (mut forth, mut back) = (Vec::new(), Vec::new());
    for name in names {
        let old: HashSet<String> = before.values(name).iter().cloned().collect();
        let new: HashSet<String> = after.values(name).iter().cloned().collect();
        if old == new || KEPT_THERE.iter().any(|kept| kept.eq_ignore_ascii_case(name)) {
            continue;
        }
        if !name.to_ascii_lowercase().starts_with(OURS) {
            return Err(read_only(&format!(
                "{name} of {} belongs to the LDAP directory",
                after.dn
            )));
        }
        replace(&mut forth, name, &old, &new);
        replace(&mut back, name, &new, &old);
    }
    Ok((!forth.is_empty()).then(|| Edit {
        dn: after.dn.clone(),
        forth,
        back,
    }))
}

fn replace(mods: &mut Vec<Mod<String>>, name: &str, old: &HashSet<String>, new: &HashSet<String>) {
    let gone: HashSet<String> = old.difference(new).cloned().collect();
    let come: HashSet<String> = new.difference(old).cloned().collect();
    if !gone.is_empty() {
        mods.push(Mod::Delete(name.to_owned(), gone));
    }
    if !come.is_empty() {
        mods.push(Mod::Add(name.to_owned(), come));
    }
}

async fn modify(ldap: &mut Ldap, dn: &str, mods: &[Mod<String>]) -> Result<(), LdapError> {
    ldap.with_timeout(PATIENCE)
        .modify(dn, mods.to_vec())
        .await?
        .success()?;
    Ok(())
}

fn object(entry: SearchEntry) -> Option<DirectoryObject> {
    let find = |name: &str| {
        entry
            .attrs
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let guid = entry
        .bin_attrs
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case("objectGUID"));
    // The driver takes bytes that happen to be UTF-8 for text.
    let guid = guid.map(|(_, values)| values.first().cloned()).or_else(|| {
        find("objectGUID").map(|(_, values)| values.first().map(|value| value.clone().into_bytes()))
    });
    let id = match guid.flatten() {
        // [MS-DTYP] §2.3.4.2: the first three fields are little-endian.
        Some(bytes) => uuid::Uuid::from_bytes_le(bytes.try_into().ok()?),
        None => uuid::Uuid::parse_str(find("entryUUID")?.1.first()?).ok()?,
    };
    let mut attributes = IndexMap::new();
    for name in ATTRIBUTES {
        let mut values = find(name).map(|(_, values)| values.clone()).unwrap_or_default();
        values.retain(|value| !value.is_empty());
        // LDAP gives values no order: without one of ours, every reading would look like a change.
        values.sort();
        if !values.is_empty() {
            attributes.insert((*name).to_owned(), values);
        }
    }
    Some(DirectoryObject {
        id: ObjectId(id.hyphenated().to_string()),
        dn: entry.dn,
        attributes,
    })
}

fn read_only(what: &str) -> StoreError {
    StoreError::new(
        ErrorKind::DirectoryReadOnly,
        format!("{what}: it is made, changed and removed there."),
        "Use the directory's own tools; only msRTCSIP- attributes of its accounts are written here.",
    )
}

fn check_url(options: &LdapOptions) -> Result<(), StoreError> {
    let wrong = |what: &str| {
        StoreError::new(
            ErrorKind::DirectoryUrl,
            format!("The directory's URL {} is wrong: {what}.", options.url),
            "Write ldaps://host, or ldap://host with StartTLS.",
        )
    };
    let (scheme, rest) = options
        .url
        .split_once("://")
        .ok_or_else(|| wrong("it has no scheme"))?;
    let host = rest.split('/').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    if host.is_empty() {
        return Err(wrong("it names no host"));
    }
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match scheme {
        "ldaps" if options.start_tls => {
            Err(wrong("ldaps:// is under TLS already, StartTLS goes with ldap://"))
        }
        "ldaps" => Ok(()),
        "ldap" if options.start_tls || here => Ok(()),
        "ldap" => Err(wrong("the password would cross the network in the clear")),
        _ => Err(wrong("the scheme is neither ldaps nor ldap")),
    }
}

fn trusting(file: &PathBuf) -> Result<Arc<rustls::ClientConfig>, StoreError> {
    let wrong = |what: String| {
        StoreError::new(
            ErrorKind::DirectoryUrl,
            format!("The authorities' file {} {what}.", file.display()),
            "Name a PEM file with the certificates of the authorities that issue the directory's certificate.",
        )
    };
    let text = std::fs::read(file).map_err(|error| wrong(format!("cannot be read ({error})")))?;
    let certificates: Vec<CertificateDer<'static>> = rustls_pemfile::certs(&mut text.as_slice())
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(format!("is damaged ({error})")))?;
    let mut roots = rustls::RootCertStore::empty();
    if roots.add_parsable_certificates(certificates).0 == 0 {
        return Err(wrong("has no certificate".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring's provider supports the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(url: &str, start_tls: bool) -> LdapOptions {
        LdapOptions {
            url: url.to_owned(),
            start_tls,
            authorities: None,
            bind_dn: "CN=plenum,DC=contoso,DC=example".to_owned(),
            bind_password: "s3cret".to_owned(),
            base: "DC=contoso,DC=example".to_owned(),
            filter: None,
        }
    }

    #[test]
    fn a_password_never_leaves_this_machine_in_the_clear() {
        for (url, start_tls, allowed) in [
            ("ldaps://dc01.contoso.example", false, true),
            ("ldap://dc01.contoso.example", true, true),
            ("ldap://dc01.contoso.example:389", false, false),
            ("ldap://127.0.0.1:389", false, true),
            ("ldap://[::1]:389", false, true),
            ("ldaps://dc01.contoso.example", true, false),
            ("http://dc01.contoso.example", false, false),
            ("ldap://", true, false),
            ("dc01", true, false),
        ] {
            assert_eq!(
                LdapDirectory::new(options(url, start_tls)).is_ok(),
                allowed,
                "{url} {start_tls}"
            );
        }
        assert!(!format!("{:?}", options("ldaps://dc01", false)).contains("s3cret"));
    }

    #[test]
    fn the_bytes_of_an_object_guid_are_mixed_endian() {
        let guid = vec![
            0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
        ];
        let entry = SearchEntry {
            dn: "CN=Alice".to_owned(),
            attrs: Default::default(),
            bin_attrs: [("objectGUID".to_owned(), vec![guid])].into(),
        };
        assert_eq!(
            object(entry).unwrap().id.0,
            "00112233-4455-6677-8899-aabbccddeeff"
        );
    }
}
