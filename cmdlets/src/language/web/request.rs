//! What goes out: the address, the content and the headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::value::{Value, reveal};
use url::Url;

use super::pairs;
use super::session::Session;
use crate::authoring::{Read, invalid_argument, items, text, to_int, to_text};
use crate::language::path;

/// What a request says of its sender by itself.
const USER_AGENT: &str = concat!("Mozilla/5.0 (Linux; en-US) Plenum/", env!("CARGO_PKG_VERSION"));

/// The content of a request.
pub struct Content {
    pub bytes: Vec<u8>,
    /// What it is, where the script does not say.
    pub media_type: Option<String>,
}

/// An address; one without a scheme is of http.
pub fn uri(given: &str) -> Result<Url> {
    let parsed = match given.contains("://") {
        true => Url::parse(given),
        false => Url::parse(&format!("http://{given}")),
    };
    match parsed {
        Ok(uri) if matches!(uri.scheme(), "http" | "https") => Ok(uri),
        Ok(uri) => {
            let message = format!("The '{}' scheme is not supported.", uri.scheme());
            Err(invalid_argument("InvalidUri", text(given), message)
                .exception("System.NotSupportedException")
                .into())
        }
        Err(error) => Err(
            invalid_argument("InvalidUri", text(given), format!("Invalid URI: {error}."))
                .exception("System.UriFormatException")
                .into(),
        ),
    }
}

/// The content that -Body, -Form or -InFile give; a table that goes with GET becomes the query.
pub fn content(
    context: &mut dyn Context,
    arguments: &Arguments,
    method: &str,
    uri: &mut Url,
) -> Result<Option<Content>> {
    let given: Vec<&str> = ["Body", "Form", "InFile"]
        .into_iter()
        .filter(|name| arguments.has(name))
        .collect();
    if let [first, second, ..] = given[..] {
        let message = format!(
            "The cmdlet cannot run because the following conflicting parameters are specified: {first} and {second}. \
             Specify either {first} or {second}, then retry."
        );
        return Err(conflict(&format!("WebCmdlet{first}ConflictException"), message).into());
    }
    if let Some(file) = arguments.text("InFile") {
        let whole = path::full(context, &file);
        let bytes = context.host().read_file(&whole);
        let bytes = bytes.map_err(|error| path::failed(&whole, &error, "FileOpenFailure"))?;
        return Ok(Some(Content {
            bytes,
            media_type: None,
        }));
    }
    if let Some(form) = arguments.get("Form") {
        return multipart(context, form).map(Some);
    }
    let Some(body) = arguments
        .get("Body")
        .filter(|body| !matches!(body, Value::Null | Value::Nothing))
    else {
        return Ok(None);
    };
    if matches!(body.base(), Value::Hashtable(_)) {
        let mut fields = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs(body) {
            fields.append_pair(&name, &to_text(&value));
        }
        let fields = fields.finish();
        if method == "GET" {
            let query = uri
                .query()
                .map_or_else(|| fields.clone(), |known| format!("{known}&{fields}"));
            uri.set_query(Some(&query));
            return Ok(None);
        }
        let media_type = Some("application/x-www-form-urlencoded".to_owned());
        return Ok(Some(Content {
            bytes: fields.into_bytes(),
            media_type,
        }));
    }
    let media_type = (method == "POST").then(|| "application/x-www-form-urlencoded".to_owned());
    Ok(Some(Content {
        bytes: body_bytes(context, arguments, body)?,
        media_type,
    }))
}

/// A text in the content type's character set, UTF-8 by default; bytes as they are.
fn body_bytes(context: &mut dyn Context, arguments: &Arguments, body: &Value) -> Result<Vec<u8>> {
    if inspect::type_name(body) == "System.Byte[]" {
        let bytes = items(body);
        return Ok(bytes
            .iter()
            .filter_map(to_int)
            .filter_map(|byte| u8::try_from(byte).ok())
            .collect());
    }
    let content = match inspect::type_name(body).as_str() {
        "System.Xml.XmlDocument" => {
            inspect::property_in(context, body, "OuterXml")?.map_or_else(String::new, |xml| to_text(&xml))
        }
        _ => to_text(body),
    };
    let charset = arguments.text("ContentType").and_then(|of| charset(&of));
    crate::language::encoding::encode(&content, charset.as_deref())
}

/// The character set that a content type names.
pub fn charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// A multipart form (RFC 7578): texts and files.
fn multipart(context: &mut dyn Context, form: &Value) -> Result<Content> {
    let boundary = format!("{:016x}{:016x}", context.host().random(), context.host().random());
    let quoted = |name: &str| name.replace(['\r', '\n'], " ").replace('"', "%22");
    let mut bytes = Vec::new();
    for (name, value) in pairs(form) {
        for item in items(&value) {
            bytes.extend_from_slice(
                format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
                    quoted(&name)
                )
                .as_bytes(),
            );
            if inspect::type_name(&item) == "System.IO.FileInfo" {
                let whole = inspect::property_in(context, &item, "FullName")?
                    .map_or_else(String::new, |path| to_text(&path));
                let content = context.host().read_file(&whole);
                let content = content.map_err(|error| path::failed(&whole, &error, "FileOpenFailure"))?;
                let head = format!(
                    "; filename=\"{}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
                    quoted(path::leaf(&whole))
                );
                bytes.extend_from_slice(head.as_bytes());
                bytes.extend_from_slice(&content);
            } else {
                bytes.extend_from_slice(b"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
                bytes.extend_from_slice(to_text(&item).as_bytes());
            }
            bytes.extend_from_slice(b"\r\n");
        }
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let media_type = Some(format!("multipart/form-data; boundary=\"{boundary}\""));
    Ok(Content { bytes, media_type })
}

/// The headers: the session's, the script's above them.
pub fn headers(arguments: &Arguments, session: &Session, content: Option<&Content>) -> Vec<(String, String)> {
    let mut headers = session.headers.clone();
    let mut set = |name: &str, value: String| {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.to_owned(), value));
    };
    let agent = arguments.text("UserAgent").or_else(|| session.user_agent.clone());
    set("User-Agent", agent.unwrap_or_else(|| USER_AGENT.to_owned()));
    for (name, value) in arguments.get("Headers").map(pairs).unwrap_or_default() {
        set(&name, to_text(&value));
    }
    let media_type = arguments
        .text("ContentType")
        .or_else(|| content.and_then(|content| content.media_type.clone()));
    if let Some(media_type) = media_type {
        set("Content-Type", media_type);
    }
    if arguments.switch("DisableKeepAlive") {
        set("Connection", "close".to_owned());
    }
    headers
}

fn conflict(id: &str, message: impl Into<String>) -> ErrorRecord {
    ErrorRecord::new(id, Category::InvalidArgument, message)
        .exception("System.Management.Automation.ValidationMetadataException")
}

/// The `Authorization` to send at once, and the one for a server that asks.
pub fn authorization(
    arguments: &Arguments,
    session: &Session,
    uri: &Url,
) -> Result<(Option<String>, Option<String>)> {
    let scheme = arguments
        .text("Authentication")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let own = arguments.get("Credential").and_then(basic);
    let token = arguments.get("Token").and_then(reveal);
    let at_once = match scheme.as_str() {
        "basic" => Some(own.clone().ok_or_else(|| {
            conflict(
                "WebCmdletAuthenticationCredentialNotSuppliedException",
                "The cmdlet cannot run because the following parameter is not specified: Credential. The supplied \
                 Authentication type requires a Credential. Specify Credential, then retry.",
            )
        })?),
        "bearer" | "oauth" => Some(token.map(|token| format!("Bearer {token}")).ok_or_else(|| {
            conflict(
                "WebCmdletAuthenticationTokenNotSuppliedException",
                "The cmdlet cannot run because the following parameter is not specified: Token. The supplied \
                 Authentication type requires a Token. Specify Token, then retry.",
            )
        })?),
        _ if token.is_some() => {
            return Err(conflict(
                "WebCmdletTokenWithoutAuthenticationException",
                "-Token is sent with -Authentication Bearer or OAuth only.",
            )
            .into());
        }
        _ => None,
    };
    let on_demand = own.or_else(|| session.credentials.as_ref().and_then(basic));
    let open = arguments.switch("AllowUnencryptedAuthentication");
    let secret = at_once.is_some() || on_demand.is_some();
    if secret && uri.scheme() == "http" && !open {
        return Err(conflict(
            "WebCmdletAllowUnencryptedAuthenticationRequiredException",
            "The cmdlet cannot protect plain text secrets sent over unencrypted connections. To suppress this warning \
             and send plain text secrets over unencrypted networks, reissue the command specifying the \
             AllowUnencryptedAuthentication parameter.",
        )
        .into());
    }
    Ok((at_once, on_demand))
}

/// A credential as Basic sends it.
fn basic(credential: &Value) -> Option<String> {
    let user = credential.property("UserName").map(|user| to_text(&user))?;
    let password = credential.property("Password").as_ref().and_then(reveal)?;
    Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}
