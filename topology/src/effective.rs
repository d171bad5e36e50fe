//! Which instance of a noun applies: to a user by the policy granted, then by where the user is homed.
//!
//! The order is one for everything: the tag granted to the user → the home pool's service, where the noun may stand
//! there → the site of the home pool → Global. [`explain`] walks it and says what it saw, for people; [`Instances`]
//! walks the same order over typed values that were read once for a snapshot, for the server, without allocating.

pub mod provisioning;

use std::cmp::Ordering;
use std::sync::Arc;

use plenum_schema::{Noun, ScopeKind, Settings};
use serde_json::Value;

use crate::directory::UserRecord;
use crate::snapshot::SettingsTree;

/// The identity of the instance that always exists.
pub const GLOBAL: &str = "Global";

/// Where a user or a service is at home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// The FQDN of the pool.
    pub pool: &'a str,
    /// The name of the pool's site, without `Site:`; empty when the topology does not know the pool.
    pub site: &'a str,
}

/// One place that was looked at on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The identity that was looked for: `Tag:Sales`, `Service:Registrar:pool.contoso.example`, `Site:Redmond`,
    /// `Global`; the bare kind, `Tag`, where there was no name to look for.
    pub scope: String,
    /// Whether an instance stands there. The last step is the one that applies.
    pub found: bool,
    /// Why it was looked at, and what was seen.
    pub why: String,
}

/// The instance that applies, and how it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective<'t> {
    /// Its identity, as it was written.
    pub identity: &'t str,
    /// Its values; `None` when it is Global and nobody has written it: the declared defaults apply.
    pub value: Option<&'t Value>,
    /// The places that were looked at, in order; the last is the one that applies.
    pub path: Vec<Step>,
}

/// One place to look at: an identity in pieces, so that looking does not allocate.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    kind: ScopeKind,
    pieces: [&'a str; 4],
}

impl<'a> Candidate<'a> {
    fn new(kind: ScopeKind, pieces: [&'a str; 4]) -> Self {
        Candidate { kind, pieces }
    }

    fn identity(&self) -> String {
        self.pieces.concat()
    }

    /// How an identity stands to this one, without regard to ASCII case.
    fn order(&self, identity: &str) -> Ordering {
        let wanted = self
            .pieces
            .iter()
            .flat_map(|piece| piece.bytes())
            .map(|byte| byte.to_ascii_lowercase());
        identity.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(wanted)
    }
}

/// The places where an instance for a user may stand, in order of precedence. Without a tag: for a place.
fn candidates<'a>(
    noun: &'static Noun,
    tag: Option<&'a str>,
    place: Place<'a>,
) -> impl Iterator<Item = Candidate<'a>> {
    let scopes = noun.scopes();
    let has = move |kind: ScopeKind| scopes.contains(&kind);
    let roles = scopes.iter().find_map(|scope| match scope {
        ScopeKind::Service(roles) => Some(*roles),
        _ => None,
    });
    let tag = tag
        .filter(|_| has(ScopeKind::Tag))
        .map(|tag| Candidate::new(ScopeKind::Tag, ["Tag:", tag, "", ""]));
    let service = move |role: &'static &'static str| {
        Candidate::new(ScopeKind::Service(&[]), ["Service:", role, ":", place.pool])
    };
    let services = roles.unwrap_or(&[]).iter().map(service);
    let site = (has(ScopeKind::Site) && !place.site.is_empty())
        .then(|| Candidate::new(ScopeKind::Site, ["Site:", place.site, "", ""]));
    let global = Candidate::new(ScopeKind::Global, [GLOBAL, "", "", ""]);
    tag.into_iter().chain(services).chain(site).chain([global])
}

/// The written instance with an identity, found without regard to case.
pub fn written<'t>(tree: &'t SettingsTree, noun: &str, identity: &str) -> Option<(&'t str, &'t Value)> {
    let instances = tree.get(noun)?;
    let found = instances.get_key_value(identity);
    let found = found.or_else(|| {
        instances
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(identity))
    });
    found.map(|(name, value)| (name.as_str(), value))
}

/// Which instance of a noun applies to a user with this tag granted and this home, and by which path.
pub fn explain<'t>(
    noun: &'static Noun,
    tree: &'t SettingsTree,
    granted: Option<&str>,
    place: Place<'_>,
) -> Effective<'t> {
    let mut path = Vec::new();
    if granted.is_none() && noun.scopes().contains(&ScopeKind::Tag) {
        path.push(Step {
            scope: "Tag".to_owned(),
            found: false,
            why: "no per-user policy is granted".to_owned(),
        });
    }
    for candidate in candidates(noun, granted, place) {
        let scope = candidate.identity();
        let found = written(tree, noun.name, &scope);
        let why = reason(candidate.kind, found.is_some(), place);
        path.push(Step {
            scope,
            found: found.is_some(),
            why,
        });
        if let Some((identity, value)) = found {
            return Effective {
                identity,
                value: Some(value),
                path,
            };
        }
    }
    if let Some(global) = path.last_mut() {
        global.found = true;
    }
    Effective {
        identity: GLOBAL,
        value: None,
        path,
    }
}

fn reason(kind: ScopeKind, found: bool, place: Place<'_>) -> String {
    match (kind, found) {
        (ScopeKind::Tag, true) => "granted to the user".to_owned(),
        (ScopeKind::Tag, false) => "granted to the user, but the policy no longer exists".to_owned(),
        (ScopeKind::Service(_), true) => format!("the home pool {} has its own", place.pool),
        (ScopeKind::Service(_), false) => format!("the home pool {} has none of its own", place.pool),
        (ScopeKind::Site, true) => format!("the site of the home pool {} has its own", place.pool),
        (ScopeKind::Site, false) => format!("the site of the home pool {} has none of its own", place.pool),
        (ScopeKind::Global, true) => "applies where nothing closer does".to_owned(),
        (ScopeKind::Global, false) => {
            "applies where nothing closer does; never written, so its defaults".to_owned()
        }
    }
}

/// All instances of a noun as typed values: read once for a snapshot, then shared.
#[derive(Clone, Debug)]
pub struct Instances<T> {
    /// By identity, sorted without regard to ASCII case.
    sorted: Vec<(String, Arc<T>)>,
    global: Arc<T>,
}

impl<T: Settings> Instances<T> {
    /// Reads them all.
    ///
    /// # Errors
    /// Every value that the declaration does not allow, as `CsVoicePolicy Tag:Sales: AllowSimulRing: …`.
    pub fn read(tree: &SettingsTree) -> Result<Self, Vec<String>> {
        let name = T::noun().name;
        let mut problems = Vec::new();
        let mut sorted = Vec::new();
        for (identity, value) in tree.get(name).into_iter().flatten() {
            match T::from_json(value) {
                Ok(instance) => sorted.push((identity.clone(), Arc::new(instance))),
                Err(wrong) => problems.extend(
                    wrong
                        .iter()
                        .map(|problem| format!("{name} {identity}: {problem}")),
                ),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        sorted.sort_by(|(left, _), (right, _)| whole(right).order(left));
        let mut read = Instances {
            sorted,
            global: Arc::default(),
        };
        if let Some(global) = read.named(GLOBAL).cloned() {
            read.global = global;
        }
        Ok(read)
    }

    /// The instance that applies to a user whose home pool is at this place.
    pub fn for_user(&self, user: &UserRecord, place: Place<'_>) -> &Arc<T> {
        self.applying(user.policies.get(T::noun().name).map(String::as_str), place)
    }

    /// The instance that applies to the services of a pool.
    pub fn for_pool(&self, place: Place<'_>) -> &Arc<T> {
        self.applying(None, place)
    }

    /// The instance with an identity (`Global`, `Site:Redmond`; for a list the key, e.g. the domain), if one is
    /// written; without regard to case.
    pub fn named(&self, identity: &str) -> Option<&Arc<T>> {
        self.find(&whole(identity))
    }

    /// The instance that applies where nothing closer does.
    pub fn global(&self) -> &Arc<T> {
        &self.global
    }

    /// All written instances with their identities.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<T>)> {
        self.sorted
            .iter()
            .map(|(identity, instance)| (identity.as_str(), instance))
    }

    fn applying(&self, tag: Option<&str>, place: Place<'_>) -> &Arc<T> {
        candidates(T::noun(), tag, place)
            .find_map(|candidate| self.find(&candidate))
            .unwrap_or(&self.global)
    }

    fn find(&self, candidate: &Candidate<'_>) -> Option<&Arc<T>> {
        let found = self
            .sorted
            .binary_search_by(|(identity, _)| candidate.order(identity))
            .ok()?;
        self.sorted.get(found).map(|(_, instance)| instance)
    }
}

/// An identity that is already whole.
fn whole(identity: &str) -> Candidate<'_> {
    Candidate::new(ScopeKind::Global, [identity, "", "", ""])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use plenum_settings::{RegistrarConfiguration, VoicePolicy};
    use serde_json::json;

    use super::*;

    const PLACE: Place<'static> = Place {
        pool: "pool.contoso.example",
        site: "Redmond",
    };

    fn tree(noun: &str, identities: &[&str]) -> SettingsTree {
        let instance = |identity: &&str| ((*identity).to_owned(), json!({ "Description": identity }));
        BTreeMap::from([(noun.to_owned(), identities.iter().map(instance).collect())])
    }

    /// What is written, what is granted, and which instance then applies.
    #[test]
    fn the_closest_instance_applies_and_both_ways_of_asking_agree() {
        let sales = Some("sales");
        for (identities, granted, applies) in [
            (&[][..], None, "Global"),
            (&["Global"], None, "Global"),
            (&["Global", "Site:Redmond"], None, "Site:Redmond"),
            (&["Global", "site:redmond"], None, "site:redmond"),
            (&["Global", "Site:Dublin"], None, "Global"),
            (&["Global", "Site:Redmond", "Tag:Sales"], None, "Site:Redmond"),
            (&["Global", "Site:Redmond", "Tag:Sales"], sales, "Tag:Sales"),
            (&["Global", "Site:Redmond", "Tag:Salesmen"], sales, "Site:Redmond"),
            (&["Global", "Tag:Other"], sales, "Global"),
        ] {
            let tree = tree("CsVoicePolicy", identities);
            let effective = explain(VoicePolicy::noun(), &tree, granted, PLACE);
            assert_eq!(effective.identity, applies, "{identities:?} {granted:?}");
            assert!(
                effective
                    .path
                    .last()
                    .is_some_and(|step| step.found && step.scope.eq_ignore_ascii_case(applies))
            );

            let mut user = UserRecord::default();
            user.policies
                .extend(granted.map(|tag| ("CsVoicePolicy".to_owned(), tag.to_owned())));
            let instances = Instances::<VoicePolicy>::read(&tree).expect("the values are right");
            let expected = identities.contains(&applies).then(|| applies.to_owned());
            assert_eq!(
                instances.for_user(&user, PLACE).description,
                expected,
                "{identities:?} {granted:?}"
            );
        }
    }

    #[test]
    fn a_service_comes_before_its_site_where_the_noun_may_stand_there() {
        let service = "Service:Registrar:pool.contoso.example";
        let tree = tree("CsRegistrarConfiguration", &["Global", "Site:Redmond", service]);
        let effective = explain(RegistrarConfiguration::noun(), &tree, None, PLACE);
        assert_eq!(effective.identity, service);
        let elsewhere = Place {
            pool: "other.contoso.example",
            site: "Redmond",
        };
        assert_eq!(
            explain(RegistrarConfiguration::noun(), &tree, None, elsewhere).identity,
            "Site:Redmond"
        );
    }

    #[test]
    fn the_path_says_why_a_granted_policy_does_not_apply() {
        let tree = tree("CsVoicePolicy", &["Global"]);
        let path = explain(VoicePolicy::noun(), &tree, Some("Gone"), PLACE).path;
        let seen: Vec<(&str, bool)> = path
            .iter()
            .map(|step| (step.scope.as_str(), step.found))
            .collect();
        assert_eq!(
            seen,
            [("Tag:Gone", false), ("Site:Redmond", false), ("Global", true)]
        );
        assert!(path[0].why.contains("no longer exists"));
    }

    #[test]
    fn a_value_that_the_declaration_does_not_allow_is_named() {
        let tree = BTreeMap::from([(
            "CsVoicePolicy".to_owned(),
            BTreeMap::from([("Tag:Sales".to_owned(), json!({ "AllowSimulRing": "maybe" }))]),
        )]);
        let problems = Instances::<VoicePolicy>::read(&tree).expect_err("'maybe' is not a Boolean");
        assert_eq!(
            problems,
            ["CsVoicePolicy Tag:Sales: AllowSimulRing: 'maybe' is not $true or $false"]
        );
    }
}
