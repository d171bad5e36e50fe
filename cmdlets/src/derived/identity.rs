//! The identity of an instance: a scope that the noun allows, or the key of a member of its list.

use super::instance::Checked;
use plenum_lang::error::{Category, ErrorRecord};
use plenum_lang::value::Value;
use plenum_schema::{Key, Noun, ScopeKind};
use plenum_settings::Problem;
use plenum_topology::effective::GLOBAL;
use plenum_topology::identity::Scope;

/// An identity of a noun's instance, as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `Global`, `Site:Redmond`, `Service:Registrar:pool.contoso.example`, `Tag:Sales`, or the key of a list member.
    pub text: String,
    /// The scope; `None` for a list member.
    pub scope: Option<Scope>,
}

impl Identity {
    /// The instance that always exists.
    pub fn global() -> Self {
        Identity {
            text: GLOBAL.to_owned(),
            scope: Some(Scope::Global),
        }
    }

    /// Reads what was typed.
    pub fn parse(noun: &Noun, typed: &str) -> Checked<Self> {
        match noun.key {
            Key::GlobalList => Self::list_member(noun, typed),
            Key::Scopes(allowed) => {
                let scope =
                    Scope::parse(typed).map_err(|error| wrong(typed, &error.message).hint(error.hint))?;
                if !allowed.iter().any(|kind| admits(*kind, &scope)) {
                    let message = format!("'{scope}' is not a scope that {} may stand at.", noun.name);
                    return Err(wrong(typed, &message)
                        .hint(format!("It may stand at: {}.", describe(allowed)))
                        .into());
                }
                Ok(Identity {
                    text: scope.to_string(),
                    scope: Some(scope),
                })
            }
        }
    }

    /// A list member's key: names without regard to case are kept in lower case.
    fn list_member(noun: &Noun, typed: &str) -> Checked<Self> {
        let key = typed.trim().trim_end_matches('.').to_lowercase();
        let problems = noun
            .key_field()
            .map_or_else(Vec::new, |field| field.check(&key.clone().into()));
        match problems.into_iter().next() {
            None => Ok(Identity {
                text: key,
                scope: None,
            }),
            Some(Problem { message, hint, .. }) => Err(wrong(typed, &format!("{message}."))
                .hint(hint.unwrap_or_default())
                .into()),
        }
    }

    /// Whether this is the instance that always exists.
    pub fn is_global(&self) -> bool {
        matches!(self.scope, Some(Scope::Global))
    }

    /// The per-user policy's name, when it is one.
    pub fn tag(&self) -> Option<&str> {
        self.scope.as_ref().and_then(Scope::tag)
    }
}

fn wrong(typed: &str, message: &str) -> ErrorRecord {
    ErrorRecord::new("InvalidIdentity", Category::InvalidArgument, message).about(Value::str(typed))
}

fn admits(kind: ScopeKind, scope: &Scope) -> bool {
    match (kind, scope) {
        (ScopeKind::Global, Scope::Global)
        | (ScopeKind::Site, Scope::Site(_))
        | (ScopeKind::Tag, Scope::Tag(_)) => true,
        (ScopeKind::Service(roles), Scope::Service(service)) => roles.contains(&service.role.name()),
        _ => false,
    }
}

/// The scopes as help and errors list them.
pub fn describe(scopes: &[ScopeKind]) -> String {
    let one = |kind: &ScopeKind| match kind {
        ScopeKind::Global => "Global".to_owned(),
        ScopeKind::Site => "site:<name>".to_owned(),
        ScopeKind::Tag => "the name of a per-user policy".to_owned(),
        ScopeKind::Service(roles) => roles
            .iter()
            .map(|role| format!("service:{role}:<pool>"))
            .collect::<Vec<_>>()
            .join(", "),
    };
    scopes.iter().map(one).collect::<Vec<_>>().join(", ")
}
