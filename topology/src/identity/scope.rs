//! Where a policy or configuration applies: `Global`, `Site:Redmond`, `Service:Registrar:pool.contoso.example`,
//! `Tag:Sales`; and things inside one, `Site:Redmond/Prefix All`.

use std::fmt;

use super::{IdentityError, Role, ServiceId, compares_without_case, is_text};

const HINT: &str = "Write Global, site:<name>, service:<role>:<pool> or the name of a per-user policy.";

/// The scope of a settings instance, which is also its identity.
#[derive(Clone, Debug)]
pub enum Scope {
    /// The whole deployment.
    Global,
    /// A site, by name.
    Site(String),
    /// One service.
    Service(ServiceId),
    /// A per-user policy, by name.
    Tag(String),
}

impl Scope {
    /// Reads an identity: without regard to case, `tag:` optional, `service:` optional where a known role follows.
    ///
    /// # Errors
    /// When a name is empty or has a `/`, or when a service is not one.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("global") {
            return Ok(Scope::Global);
        }
        let Some((prefix, rest)) = text.split_once(':') else {
            return name(text, text).map(Scope::Tag);
        };
        match prefix.to_ascii_lowercase().as_str() {
            "site" => name(text, rest).map(Scope::Site),
            "tag" => name(text, rest).map(Scope::Tag),
            "service" => ServiceId::parse(rest).map(Scope::Service),
            _ if Role::parse(prefix).is_some() => ServiceId::parse(text).map(Scope::Service),
            _ => Err(IdentityError::new(
                format!("'{text}' is not an identity: '{prefix}:' is no scope."),
                HINT,
            )),
        }
    }

    /// The text in lower case, for comparison and look-up.
    pub fn key(&self) -> String {
        self.to_string().to_lowercase()
    }

    /// The site's name, when the scope is one.
    pub fn site(&self) -> Option<&str> {
        match self {
            Scope::Site(name) => Some(name),
            _ => None,
        }
    }

    /// The per-user policy's name, when the scope is one.
    pub fn tag(&self) -> Option<&str> {
        match self {
            Scope::Tag(name) => Some(name),
            _ => None,
        }
    }
}

fn name(whole: &str, name: &str) -> Result<String, IdentityError> {
    let name = name.trim();
    let wrong = |what: &str| {
        Err(IdentityError::new(
            format!("'{whole}' is not an identity: {what}."),
            HINT,
        ))
    };
    if name.is_empty() {
        return wrong("the name is empty");
    }
    if name.contains('/') {
        return wrong("a name has no '/'");
    }
    if name.chars().any(char::is_control) {
        return wrong("a name has no control characters");
    }
    Ok(name.to_owned())
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Global => f.write_str("Global"),
            Scope::Site(name) => write!(f, "Site:{name}"),
            Scope::Service(service) => write!(f, "Service:{service}"),
            Scope::Tag(name) => write!(f, "Tag:{name}"),
        }
    }
}

compares_without_case!(Scope);
is_text!(Scope);

/// Something inside a scope, by name: a normalization rule, a filter entry, a server application.
#[derive(Clone, Debug)]
pub struct ChildIdentity {
    /// The scope.
    pub scope: Scope,
    /// Its name there.
    pub name: String,
}

impl ChildIdentity {
    /// Reads `scope/name`.
    ///
    /// # Errors
    /// When there is no `/`, or one of the two sides is wrong.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let Some((scope, child)) = text.split_once('/') else {
            return Err(IdentityError::new(
                format!("'{text}' is not an identity inside a scope: it has no '/'."),
                "Write the scope and the name, e.g. site:Redmond/Prefix All.",
            ));
        };
        Ok(ChildIdentity {
            scope: Scope::parse(scope)?,
            name: name(text, child)?,
        })
    }

    /// The text in lower case, for comparison and look-up.
    pub fn key(&self) -> String {
        self.to_string().to_lowercase()
    }
}

impl fmt::Display for ChildIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.scope, self.name)
    }
}

compares_without_case!(ChildIdentity);
is_text!(ChildIdentity);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_print_as_the_product_does() {
        for (text, printed) in [
            ("global", "Global"),
            ("SITE:Redmond", "Site:Redmond"),
            (
                "service:registrar:Pool.contoso.example",
                "Service:Registrar:Pool.contoso.example",
            ),
            ("PstnGateway:192.168.0.242", "Service:PstnGateway:192.168.0.242"),
            ("tag:Sales Department", "Tag:Sales Department"),
            ("Sales", "Tag:Sales"),
        ] {
            assert_eq!(Scope::parse(text).expect(text).to_string(), printed);
        }
        let child = ChildIdentity::parse("site:Redmond/Prefix All").expect("valid");
        assert_eq!(child.to_string(), "Site:Redmond/Prefix All");
    }

    #[test]
    fn scopes_compare_without_case() {
        assert_eq!(Scope::parse("site:REDMOND"), Scope::parse("Site:redmond"));
        assert_ne!(Scope::parse("tag:Redmond"), Scope::parse("site:Redmond"));
    }

    #[test]
    fn wrong_scopes_say_what_is_wrong() {
        for (text, what) in [
            ("site:", "the name is empty"),
            ("room:5", "'room:' is no scope"),
            ("service:Nothing:pool.contoso.example", "no role 'Nothing'"),
            ("service:Registrar:pool_1.contoso.example", "the character '_'"),
        ] {
            let error = Scope::parse(text).expect_err(text);
            assert!(error.message.contains(what), "{text}: {}", error.message);
        }
    }
}
