//! One field: its attributes read, and the `Field` that says the same written.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::parse::ParseBuffer;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Result, Token, Type};

/// What a field's attributes say.
pub(crate) struct FieldAttributes {
    pub(crate) name: String,
    member: String,
    doc: String,
    default: Option<Expr>,
    range: Option<(Expr, Expr)>,
    max_length: Option<LitInt>,
    format: Option<TokenStream>,
    pub(crate) key: bool,
    pub(crate) mandatory: bool,
    verbs: Option<TokenStream>,
    sets: Vec<LitStr>,
    switches: Vec<LitStr>,
    effect: Option<TokenStream>,
}

impl FieldAttributes {
    /// Reads the attributes of a field; `effect` is what the struct says for fields that do not say it themselves.
    pub(crate) fn read(field: &syn::Field, ident: &Ident, effect: Option<&TokenStream>) -> Result<Self> {
        let mut read = FieldAttributes {
            name: pascal_case(&ident.to_string()),
            member: ident.to_string(),
            doc: documentation(&field.attrs, ident, "field")?,
            default: None,
            range: None,
            max_length: None,
            format: None,
            key: false,
            mandatory: false,
            verbs: None,
            sets: Vec::new(),
            switches: Vec::new(),
            effect: None,
        };
        for attribute in field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("setting"))
        {
            attribute.parse_nested_meta(|meta| read.entry(&meta))?;
        }
        if read.range.is_some() && !is_integer(&field.ty) {
            return Err(Error::new_spanned(&field.ty, "only an integer has a range"));
        }
        read.effect = read.effect.or_else(|| effect.cloned());
        if read.effect.is_none() {
            let message = format!(
                "say where {ident} takes effect: enforced(Service), provisioned = \"group\", label or refused = \"what is missing\""
            );
            return Err(Error::new_spanned(ident, message));
        }
        Ok(read)
    }

    fn entry(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if let Some(effect) = effect(meta)? {
            if self.effect.replace(effect).is_some() {
                return Err(meta.error("a field takes effect in one place"));
            }
            return Ok(());
        }
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "default" => self.default = Some(meta.value()?.parse()?),
            "name" => self.name = meta.value()?.parse::<LitStr>()?.value(),
            "max_length" => self.max_length = Some(meta.value()?.parse()?),
            "range" => self.range = Some(bounds(meta)?),
            "format" => self.format = Some(format(meta)?),
            "key" => self.key = true,
            "mandatory" => self.mandatory = true,
            "verbs" => self.verbs = Some(verbs(meta)?),
            "sets" => self.sets = texts(meta)?,
            "switches" => self.switches = texts(meta)?,
            _ => {
                return Err(meta.error(
                    "not a key of #[setting]; there are default, range, max_length, format, name, key, mandatory, verbs, \
                     sets, switches, enforced, provisioned, label, refused",
                ));
            }
        }
        Ok(())
    }

    /// The default as an expression of the field's type.
    pub(crate) fn default_value(&self, kind: &Type) -> TokenStream {
        let Some(default) = &self.default else {
            return quote!(::std::default::Default::default());
        };
        let value = match default {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => quote!(::std::string::String::from(#text)),
            other => other.to_token_stream(),
        };
        let none = matches!(default, Expr::Path(path) if path.path.is_ident("None"));
        if is_named(kind, "Option") && !none {
            quote!(::std::option::Option::Some(#value))
        } else {
            value
        }
    }

    /// The `Field` expression.
    pub(crate) fn declaration(&self, kind: &Type) -> TokenStream {
        let FieldAttributes {
            name,
            member,
            doc,
            key,
            mandatory,
            sets,
            switches,
            effect,
            ..
        } = self;
        let default = self.default_value(kind);
        let range = match &self.range {
            Some((min, max)) => quote! {
                ::std::option::Option::Some(::plenum_schema::Range { min: (#min) as i128, max: (#max) as i128 })
            },
            None => quote!(::std::option::Option::None),
        };
        let max_length = match &self.max_length {
            Some(length) => quote!(::std::option::Option::Some(#length)),
            None => quote!(::std::option::Option::None),
        };
        let format = self
            .format
            .clone()
            .unwrap_or_else(|| quote!(::plenum_schema::Format::Any));
        let verbs = self.verbs.clone().unwrap_or_else(|| {
            let set = (!key).then(|| quote!(::plenum_schema::Verb::Set));
            quote!(&[::plenum_schema::Verb::New, #set])
        });
        quote! {
            ::plenum_schema::Field {
                name: #name,
                member: #member,
                doc: #doc,
                kind: <#kind as ::plenum_schema::FieldValue>::KIND,
                nullable: <#kind as ::plenum_schema::FieldValue>::NULLABLE,
                key: #key,
                mandatory: #mandatory,
                default: || {
                    let value: #kind = #default;
                    ::plenum_schema::FieldValue::to_json(&value)
                },
                range: #range,
                max_length: #max_length,
                format: #format,
                effect: #effect,
                verbs: #verbs,
                sets: &[#(#sets),*],
                switches: &[#(#switches),*],
            }
        }
    }
}

/// Reads `enforced(Service)` or `enforced(Service, "group/Property")`, `provisioned = "group"`, `label` or `refused = "what is missing"`.
pub(crate) fn effect(meta: &ParseNestedMeta<'_>) -> Result<Option<TokenStream>> {
    let text = |what: &str| {
        let text: LitStr = meta.value()?.parse()?;
        if text.value().trim().is_empty() {
            return Err(Error::new_spanned(&text, format!("say {what}")));
        }
        Ok(text)
    };
    if meta.path.is_ident("label") {
        return Ok(Some(quote!(::plenum_schema::Effect::Label)));
    }
    if meta.path.is_ident("provisioned") {
        let group = text("the provisioning group")?;
        return Ok(Some(quote!(::plenum_schema::Effect::Provisioned(#group))));
    }
    if meta.path.is_ident("refused") {
        let missing = text("what is missing")?;
        return Ok(Some(quote!(::plenum_schema::Effect::Refused(#missing))));
    }
    if meta.path.is_ident("enforced") {
        let inside;
        syn::parenthesized!(inside in meta.input);
        let service: Ident = inside.parse()?;
        let told = if inside.parse::<Option<Token![,]>>()?.is_some() {
            let place: LitStr = inside.parse()?;
            quote!(::std::option::Option::Some(#place))
        } else {
            quote!(::std::option::Option::None)
        };
        return Ok(Some(
            quote!(::plenum_schema::Effect::Enforced(::plenum_schema::Service::#service, #told)),
        ));
    }
    Ok(None)
}

/// `verbs(get, set)` as a slice expression.
pub(crate) fn verbs(meta: &ParseNestedMeta<'_>) -> Result<TokenStream> {
    let inside;
    syn::parenthesized!(inside in meta.input);
    let names = inside.parse_terminated(ParseBuffer::parse::<Ident>, Token![,])?;
    let verbs: Vec<TokenStream> = names.iter().map(verb).collect::<Result<_>>()?;
    Ok(quote!(&[#(#verbs),*]))
}

pub(crate) fn verb(name: &Ident) -> Result<TokenStream> {
    let known = ["get", "new", "set", "remove", "grant"];
    if !known.iter().any(|verb| name == verb) {
        return Err(Error::new_spanned(
            name,
            "not a verb; there are get, new, set, remove, grant",
        ));
    }
    let verb = Ident::new(&pascal_case(&name.to_string()), name.span());
    Ok(quote!(::plenum_schema::Verb::#verb))
}

/// A parenthesized list of texts.
pub(crate) fn texts(meta: &ParseNestedMeta<'_>) -> Result<Vec<LitStr>> {
    let inside;
    syn::parenthesized!(inside in meta.input);
    Ok(inside
        .parse_terminated(ParseBuffer::parse::<LitStr>, Token![,])?
        .into_iter()
        .collect())
}

fn bounds(meta: &ParseNestedMeta<'_>) -> Result<(Expr, Expr)> {
    match meta.value()?.parse::<Expr>()? {
        Expr::Range(syn::ExprRange {
            start: Some(min),
            end: Some(max),
            limits: syn::RangeLimits::Closed(_),
            ..
        }) => Ok((*min, *max)),
        other => Err(Error::new_spanned(other, "a range is smallest..=largest")),
    }
}

fn format(meta: &ParseNestedMeta<'_>) -> Result<TokenStream> {
    let inside;
    syn::parenthesized!(inside in meta.input);
    let name: Ident = inside.parse()?;
    if name == "one_of" {
        let values;
        syn::parenthesized!(values in inside);
        let values = values.parse_terminated(ParseBuffer::parse::<LitStr>, Token![,])?;
        return Ok(quote!(::plenum_schema::Format::OneOf(&[#values])));
    }
    let format = Ident::new(&pascal_case(&name.to_string()), name.span());
    Ok(quote!(::plenum_schema::Format::#format))
}

/// The doc comment as text: lines of a paragraph joined, paragraphs apart by an empty line. Required.
pub(crate) fn documentation(attributes: &[Attribute], ident: &Ident, what: &str) -> Result<String> {
    let mut paragraphs = vec![String::new()];
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
    {
        let Meta::NameValue(meta) = &attribute.meta else {
            continue;
        };
        let Expr::Lit(ExprLit {
            lit: Lit::Str(line), ..
        }) = &meta.value
        else {
            continue;
        };
        match (line.value().trim(), paragraphs.last_mut()) {
            ("", _) => paragraphs.push(String::new()),
            (line, Some(paragraph)) if paragraph.is_empty() => line.clone_into(paragraph),
            (line, Some(paragraph)) => *paragraph = format!("{paragraph} {line}"),
            (_, None) => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    if paragraphs.is_empty() {
        return Err(Error::new_spanned(
            ident,
            format!("the {what} {ident} has no doc comment; it becomes the help"),
        ));
    }
    Ok(paragraphs.join("\n\n"))
}

/// `allow_call_forwarding` → `AllowCallForwarding`.
pub(crate) fn pascal_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_ascii_uppercase().to_string() + letters.as_str()
        })
    };
    name.trim_start_matches("r#").split('_').map(word).collect()
}

/// The last segment of a type's path, e.g. `Option` of `std::option::Option<T>`.
fn is_named(kind: &Type, name: &str) -> bool {
    matches!(kind, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}

fn is_integer(kind: &Type) -> bool {
    let mut kind = kind;
    while let Type::Path(path) = kind
        && let Some(segment) = path.path.segments.last()
        && let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments
        && let Some(syn::GenericArgument::Type(inner)) = arguments.args.first()
    {
        kind = inner;
    }
    ["u16", "u32", "u64", "i32", "i64"]
        .iter()
        .any(|name| is_named(kind, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_become_names_of_parameters() {
        assert_eq!(pascal_case("allow_call_forwarding"), "AllowCallForwarding");
        assert_eq!(pascal_case("max_photo_size_kb"), "MaxPhotoSizeKb");
        assert_eq!(pascal_case("r#type"), "Type");
    }
}
