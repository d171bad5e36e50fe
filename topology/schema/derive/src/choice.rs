//! `#[derive(Choice)]`: an enum without data becomes a set of names, in JSON the name as text.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result, Variant};

use crate::field::documentation;

pub(crate) fn choice(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(
            &input.ident,
            "a choice is an enum without data",
        ));
    };
    let ident = &input.ident;
    let type_name = ident.to_string();
    let mut names = Vec::new();
    let mut docs = Vec::new();
    let mut variants = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a value of a choice carries no data"));
        }
        names.push(name(variant)?);
        docs.push(documentation(&variant.attrs, &variant.ident, "value")?);
        variants.push(&variant.ident);
    }
    Ok(quote! {
        impl ::plenum_schema::FieldValue for #ident {
            const KIND: ::plenum_schema::Kind = ::plenum_schema::Kind::Choice(&::plenum_schema::field::Choice {
                type_name: #type_name,
                values: &[#((#names, #docs)),*],
            });

            fn from_json(value: &::plenum_schema::private::Value) -> ::std::option::Option<Self> {
                match value.as_str()? {
                    #(#names => ::std::option::Option::Some(#ident::#variants),)*
                    _ => ::std::option::Option::None,
                }
            }

            fn to_json(&self) -> ::plenum_schema::private::Value {
                let name = match self {
                    #(#ident::#variants => #names,)*
                };
                ::plenum_schema::private::Value::from(name)
            }
        }
    })
}

fn name(variant: &Variant) -> Result<String> {
    match variant
        .attrs
        .iter()
        .find(|attribute| attribute.path().is_ident("choice"))
    {
        Some(attribute) => attribute.parse_args::<LitStr>().map(|text| text.value()),
        None => Ok(variant.ident.to_string()),
    }
}
