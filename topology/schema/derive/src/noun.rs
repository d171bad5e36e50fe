//! `#[derive(Settings)]` and `#[derive(Object)]`: a struct with named fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitInt, LitStr, Result, Type};

use crate::field::{FieldAttributes, documentation, effect, texts, verb, verbs};

/// What `#[settings(…)]` says.
#[derive(Default)]
struct NounAttributes {
    noun: Option<LitStr>,
    class: Option<LitStr>,
    key: Option<TokenStream>,
    grantable: bool,
    verbs: Option<TokenStream>,
    positions: Vec<(Ident, LitInt)>,
    cloud: Vec<TokenStream>,
    sets: Vec<LitStr>,
    excludes: Vec<LitStr>,
    effect: Option<TokenStream>,
}

impl NounAttributes {
    fn read(input: &DeriveInput) -> Result<Self> {
        let mut read = NounAttributes::default();
        for attribute in input
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("settings"))
        {
            attribute.parse_nested_meta(|meta| read.entry(&meta))?;
        }
        Ok(read)
    }

    fn entry(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if let Some(effect) = effect(meta)? {
            self.effect = Some(effect);
            return Ok(());
        }
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "noun" => self.noun = Some(meta.value()?.parse()?),
            "class" => self.class = Some(meta.value()?.parse()?),
            "scopes" => self.key = Some(scopes(meta)?),
            "global_list" => self.key = Some(quote!(::plenum_schema::Key::GlobalList)),
            "grantable" => self.grantable = true,
            "verbs" => self.verbs = Some(verbs(meta)?),
            "sets" => self.sets = texts(meta)?,
            "excludes" => self.excludes = texts(meta)?,
            "positions" => meta.parse_nested_meta(|verb| {
                let (name, position) = (verb.path.require_ident()?.clone(), verb.value()?.parse()?);
                self.positions.push((name, position));
                Ok(())
            })?,
            "cloud" => meta.parse_nested_meta(|parameter| {
                let (name, verbs) = (parameter.path.require_ident()?.to_string(), verbs(&parameter)?);
                self.cloud
                    .push(quote!(::plenum_schema::CloudParameter { name: #name, verbs: #verbs }));
                Ok(())
            })?,
            _ => {
                return Err(meta.error(
                    "not a key of #[settings]; there are noun, class, scopes, global_list, grantable, verbs, positions, \
                     cloud, sets, excludes, enforced, provisioned, refused",
                ));
            }
        }
        Ok(())
    }

    /// The verbs as a slice expression: Get, New, Set and Remove unless the declaration says others.
    fn verbs(&self) -> Result<TokenStream> {
        let usual = ["get", "new", "set", "remove"]
            .iter()
            .chain(self.grantable.then_some(&"grant"));
        match &self.verbs {
            Some(verbs) => Ok(verbs.clone()),
            None => {
                let name = |name: &&str| verb(&Ident::new(name, proc_macro2::Span::call_site()));
                let verbs: Vec<TokenStream> = usual.map(name).collect::<Result<_>>()?;
                Ok(quote!(&[#(#verbs),*]))
            }
        }
    }

    /// The documented positions of -Identity: 2 unless the declaration says another.
    fn positions(&self) -> Result<TokenStream> {
        const VERBS: [&str; 4] = ["get", "new", "set", "remove"];
        if let Some((wrong, _)) = self
            .positions
            .iter()
            .find(|(verb, _)| !VERBS.iter().any(|known| verb == known))
        {
            return Err(Error::new_spanned(
                wrong,
                "-Identity has a position of its own with get, new, set, remove",
            ));
        }
        let of = |verb: &str| self.positions.iter().find(|(given, _)| given == verb);
        let position = |verb: &str| of(verb).map_or_else(|| quote!(2), |(_, position)| quote!(#position));
        let [get, new, set, remove] = VERBS.map(position);
        Ok(quote!(::plenum_schema::Positions { get: #get, new: #new, set: #set, remove: #remove }))
    }
}

/// `scopes(global, site, service("Registrar"), tag)` as a key expression.
fn scopes(meta: &ParseNestedMeta<'_>) -> Result<TokenStream> {
    let mut scopes = Vec::new();
    meta.parse_nested_meta(|scope| {
        let name = scope.path.require_ident()?;
        let kind = match name.to_string().as_str() {
            "global" => quote!(Global),
            "site" => quote!(Site),
            "tag" => quote!(Tag),
            "service" => {
                let roles = texts(&scope)?;
                quote!(Service(&[#(#roles),*]))
            }
            _ => return Err(scope.error("not a scope; there are global, site, service(\"Role\"), tag")),
        };
        scopes.push(quote!(::plenum_schema::ScopeKind::#kind));
        Ok(())
    })?;
    Ok(quote!(::plenum_schema::Key::Scopes(&[#(#scopes),*])))
}

/// The fields of a struct, read.
struct StructFields<'a> {
    idents: Vec<&'a Ident>,
    kinds: Vec<&'a Type>,
    attributes: Vec<FieldAttributes>,
}

impl<'a> StructFields<'a> {
    fn read(input: &'a DeriveInput, effect: Option<&TokenStream>) -> Result<Self> {
        let Data::Struct(syn::DataStruct {
            fields: Fields::Named(named),
            ..
        }) = &input.data
        else {
            return Err(Error::new_spanned(
                &input.ident,
                "a declaration is a struct with named fields",
            ));
        };
        let mut read = StructFields {
            idents: Vec::new(),
            kinds: Vec::new(),
            attributes: Vec::new(),
        };
        let mut problems: Option<Error> = None;
        for field in &named.named {
            let Some(ident) = &field.ident else { continue };
            match FieldAttributes::read(field, ident, effect) {
                Ok(attributes) => {
                    read.idents.push(ident);
                    read.kinds.push(&field.ty);
                    read.attributes.push(attributes);
                }
                Err(error) => match &mut problems {
                    Some(problems) => problems.combine(error),
                    None => problems = Some(error),
                },
            }
        }
        problems.map_or(Ok(read), Err)
    }

    fn declarations(&self) -> Vec<TokenStream> {
        self.attributes
            .iter()
            .zip(&self.kinds)
            .map(|(field, kind)| field.declaration(kind))
            .collect()
    }

    fn defaults(&self) -> Vec<TokenStream> {
        self.attributes
            .iter()
            .zip(&self.kinds)
            .map(|(field, kind)| field.default_value(kind))
            .collect()
    }

    /// `Default`, and the expressions that read and write the struct, given `fields`, `members` and `problems`.
    fn code(&self, ident: &Ident) -> (TokenStream, TokenStream, TokenStream) {
        let (idents, defaults) = (&self.idents, self.defaults());
        let names: Vec<&String> = self.attributes.iter().map(|field| &field.name).collect();
        let index = 0..idents.len();
        let default = quote! {
            impl ::std::default::Default for #ident {
                fn default() -> Self {
                    #ident { #(#idents: #defaults),* }
                }
            }
        };
        let read = quote! {
            {
                let standard = <#ident as ::std::default::Default>::default();
                #ident {
                    #(#idents: ::plenum_schema::private::read_field(
                        members, &fields[#index], standard.#idents, &mut problems)),*
                }
            }
        };
        let write = quote! {
            {
                let mut members = ::plenum_schema::private::Map::new();
                #(members.insert(#names.to_owned(), ::plenum_schema::FieldValue::to_json(&self.#idents));)*
                ::plenum_schema::private::Value::Object(members)
            }
        };
        (default, read, write)
    }
}

pub(crate) fn settings(input: &DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    let attributes = NounAttributes::read(input)?;
    let doc = documentation(&input.attrs, ident, "noun")?;
    let fields = StructFields::read(input, attributes.effect.as_ref())?;
    let declaration = declaration(ident, &doc, &attributes, &fields)?;
    let (default, read, write) = fields.code(ident);
    Ok(quote! {
        #default

        impl ::plenum_schema::Settings for #ident {
            fn noun() -> &'static ::plenum_schema::Noun {
                fn rules(value: &::plenum_schema::private::Value) -> ::std::vec::Vec<::plenum_schema::Problem> {
                    #[allow(unused_imports)]
                    use ::plenum_schema::NoRules as _;
                    match <#ident as ::plenum_schema::Settings>::from_json(value) {
                        Ok(read) => read.check(),
                        Err(problems) => problems,
                    }
                }
                static NOUN: ::plenum_schema::Noun = #declaration;
                &NOUN
            }

            fn from_json(
                value: &::plenum_schema::private::Value,
            ) -> ::std::result::Result<Self, ::std::vec::Vec<::plenum_schema::Problem>> {
                let fields = <Self as ::plenum_schema::Settings>::noun().fields;
                let members = value.as_object();
                let mut problems = ::std::vec::Vec::new();
                let read = #read;
                if problems.is_empty() { Ok(read) } else { Err(problems) }
            }

            fn to_json(&self) -> ::plenum_schema::private::Value {
                #write
            }
        }
    })
}

/// The `Noun` expression; `rules` is in scope where it stands.
fn declaration(
    ident: &Ident,
    doc: &str,
    attributes: &NounAttributes,
    fields: &StructFields<'_>,
) -> Result<TokenStream> {
    let NounAttributes {
        noun,
        class,
        key,
        cloud,
        sets,
        excludes,
        ..
    } = attributes;
    let missing = |what: &str| Error::new_spanned(ident, format!("#[settings] has to say {what}"));
    let noun = noun.as_ref().ok_or_else(|| missing("noun = \"Cs…\""))?;
    let class = class
        .as_ref()
        .ok_or_else(|| missing("class = \"…\", the type name of its objects"))?;
    let key = key.as_ref().ok_or_else(|| missing("scopes(…) or global_list"))?;
    let name = noun.value();
    let type_name = name
        .strip_prefix("Cs")
        .ok_or_else(|| Error::new_spanned(noun, "a noun begins with Cs"))?;
    let list = key.to_string().ends_with("GlobalList");
    if list != (fields.attributes.iter().filter(|field| field.key).count() == 1) {
        return Err(missing(
            "global_list together with exactly one field that is its key",
        ));
    }
    let (verbs, positions, declarations) = (
        attributes.verbs()?,
        attributes.positions()?,
        fields.declarations(),
    );
    Ok(quote! {
        ::plenum_schema::Noun {
            name: #noun,
            type_name: #type_name,
            class: #class,
            doc: #doc,
            key: #key,
            verbs: #verbs,
            positions: #positions,
            cloud: &[#(#cloud),*],
            sets: &[#(#sets),*],
            excludes: &[#(#excludes),*],
            fields: &[#(#declarations),*],
            rules,
        }
    })
}

pub(crate) fn object(input: &DeriveInput) -> Result<TokenStream> {
    let ident = &input.ident;
    let type_name = ident.to_string();
    let doc = documentation(&input.attrs, ident, "object")?;
    // A member takes effect where the field does that holds the object.
    let effect = quote!(::plenum_schema::Effect::Label);
    let fields = StructFields::read(input, Some(&effect))?;
    let declarations = fields.declarations();
    let (default, read, write) = fields.code(ident);
    Ok(quote! {
        #default

        impl ::plenum_schema::FieldValue for #ident {
            const KIND: ::plenum_schema::Kind = ::plenum_schema::Kind::Object(&::plenum_schema::field::ObjectType {
                type_name: #type_name,
                doc: #doc,
                fields: &[#(#declarations),*],
            });

            fn from_json(value: &::plenum_schema::private::Value) -> ::std::option::Option<Self> {
                let ::plenum_schema::Kind::Object(object) = <Self as ::plenum_schema::FieldValue>::KIND else {
                    return ::std::option::Option::None;
                };
                let fields = object.fields;
                let members = ::std::option::Option::Some(value.as_object()?);
                let mut problems = ::std::vec::Vec::new();
                let read = #read;
                problems.is_empty().then_some(read)
            }

            fn to_json(&self) -> ::plenum_schema::private::Value {
                #write
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Declarations that leave something out, and what the compiler says about them.
    #[test]
    fn a_declaration_that_leaves_something_out_says_what() {
        let head = "/// A policy.\n#[settings(noun = \"CsX\", class = \"X\", scopes(global))] struct X";
        for (declaration, said) in [
            ("/// A.\nstruct X {}".to_owned(), "has to say noun"),
            (
                "#[settings(noun = \"CsX\", class = \"X\", scopes(global))] struct X {}".to_owned(),
                "no doc comment",
            ),
            (
                format!("{head} {{ #[setting(label)] a: bool }}"),
                "field a has no doc comment",
            ),
            (
                format!("{head} {{ /** A. */ a: bool }}"),
                "say where a takes effect",
            ),
            (
                format!("{head} {{ /** A. */ #[setting(refused = \"\")] a: bool }}"),
                "say what is missing",
            ),
            (
                format!("{head} {{ /** A. */ #[setting(label, range = 1..=2)] a: bool }}"),
                "only an integer",
            ),
            (
                format!("{head} {{ /** A. */ #[setting(label, range = 1..2)] a: u16 }}"),
                "smallest..=largest",
            ),
            (
                format!("{head} {{ /** A. */ #[setting(label, colour = 1)] a: bool }}"),
                "not a key of #[setting]",
            ),
            (
                format!("{head} {{ /** A. */ #[setting(label, enforced(Registrar))] a: bool }}"),
                "one place",
            ),
            (
                format!("{head} {{ /** A. */ #[setting(label, key)] a: String }}"),
                "global_list together",
            ),
            (format!("{head} (bool);"), "named fields"),
        ] {
            let input: DeriveInput = syn::parse_str(&declaration).expect("the declaration is Rust");
            let error = settings(&input).expect_err(&declaration).to_string();
            assert!(error.contains(said), "{declaration}\nsays: {error}");
        }
    }

    #[test]
    fn all_fields_that_are_wrong_are_named_at_once() {
        let declaration =
            "/// A.\n#[settings(noun = \"CsX\", class = \"X\", scopes(global))] struct X { a: bool, b: u16 }";
        let input: DeriveInput = syn::parse_str(declaration).expect("the declaration is Rust");
        assert_eq!(
            settings(&input)
                .expect_err("no documentation")
                .into_iter()
                .count(),
            2
        );
    }
}
