//! `#[derive(Settings)]`, `#[derive(Choice)]` and `#[derive(Object)]`: declarations as data.
//!
//! The macros decide nothing: they read a struct or enum with its doc comments and attributes and write the
//! `plenum_schema` statics that say the same. A declaration that leaves out what a reader needs to know (its
//! documentation, where a field takes effect) does not compile.
//!
//! # A noun
//!
//! `#[settings(…)]` on the struct:
//!
//! | key | meaning |
//! |---|---|
//! | `noun = "CsVoicePolicy"` | the name, with prefix; required |
//! | `class = "…"` | the full type name of the objects that cmdlets give out; required |
//! | `scopes(global, site, service("Registrar"), tag)` | where instances may stand; this or `global_list` is required |
//! | `global_list` | a list of the whole deployment; one field is its `key` |
//! | `grantable` | has Grant- |
//! | `verbs(get, set)` | when it has not Get, New, Set and Remove |
//! | `positions(get = 1)` | when -Identity is documented at another position than 2 |
//! | `cloud(Tenant(get, new))` | parameters that only the cloud service has |
//! | `sets("DnsSrvRouting")` | parameter sets of Set- beside Identity and Instance |
//! | `excludes("CsBlockedDomain")` | lists that may not have a member of the same key |
//! | `enforced(…)`, `provisioned = "…"`, `refused = "…"` | where fields take effect that do not say it themselves |
//!
//! `#[setting(…)]` on a field:
//!
//! | key | meaning |
//! |---|---|
//! | `default = expression` | the value when nobody says; otherwise that of the type: false, 0, null, empty |
//! | `range = 1..=64` | smallest and largest number |
//! | `max_length = 256` | longest text |
//! | `format(fqdn)`, `format(one_of("A", "B"))` | what a text must look like |
//! | `name = "AllowPSTNReRouting"` | when it is not the field's name in PascalCase |
//! | `key` | the key of a list member |
//! | `mandatory` | New- has to be told |
//! | `verbs(set)` | when not both New- and Set- have it as parameter |
//! | `sets("DefaultRoute")` | the parameter sets of Set- that it is in |
//! | `switches("DefaultRoute", "DnsSrvRouting")` | a choice made with switches, one for each value, and their sets |
//! | `enforced(Registrar)` | a service of the server enforces it |
//! | `provisioned = "ucPolicy"` | clients get it in this group of in-band provisioning; `group/property` when the property is not named as the field |
//! | `label` | it names or describes the instance for administrators |
//! | `refused = "what is missing"` | not built: only the default is accepted |

mod choice;
mod field;
mod noun;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares a settings noun; see the crate documentation.
#[proc_macro_derive(Settings, attributes(settings, setting))]
pub fn settings(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    noun::settings(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Declares an object inside a noun: fields as a noun's, without verbs and scopes.
#[proc_macro_derive(Object, attributes(setting))]
pub fn object(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    noun::object(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Declares a closed set of names; `#[choice("CIF")]` on a variant when its name is not the variant's.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::choice(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
