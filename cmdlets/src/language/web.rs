//! Invoke-WebRequest and Invoke-RestMethod: HTTP from scripts.
//!
//! The host does one exchange at a time; redirections, cookies, credentials and what becomes of an answer are decided
//! here. Secrets go out over TLS only, unless the script says otherwise, and to no other host than the one named.

mod exchange;
mod request;
mod response;
mod session;

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use crate::authoring::{ParameterBuilder, Read, SignatureBuilder, cmdlet, parameter, refuse, simple, text};
use exchange::Exchange;
pub use response::view;

/// What is not built.
const REFUSED: &[&str] = &[
    "Certificate",
    "CertificateThumbprint",
    "HttpVersion",
    "OperationTimeoutSeconds",
    "Proxy",
    "ProxyCredential",
    "ProxyUseDefaultCredentials",
    "Resume",
    "SkipHeaderValidation",
    "SslProtocol",
    "TransferEncoding",
    "UnixSocket",
    "UseDefaultCredentials",
];

fn switch(name: &'static str, help: &'static str) -> ParameterBuilder {
    parameter(name, "switch").help(help)
}

/// The parameters that both have.
fn asking(signature: SignatureBuilder) -> SignatureBuilder {
    let methods = &[
        "Default", "Get", "Head", "Post", "Put", "Delete", "Trace", "Options", "Merge", "Patch",
    ];
    signature
        .default_set("StandardMethod")
        .parameter(
            parameter("Uri", "uri")
                .mandatory()
                .position(0)
                .help("The address; http:// unless it says."),
        )
        .parameter(
            parameter("Method", "string")
                .set("StandardMethod")
                .one_of(methods)
                .help("The method; Get by default."),
        )
        .parameter(
            parameter("CustomMethod", "string")
                .alias("CM")
                .mandatory()
                .set("CustomMethod")
                .help("A method that is not in the list."),
        )
        .parameter(
            parameter("Body", "object")
                .by_value()
                .help("The content: a text, bytes, or a table of form fields; of Get the query."),
        )
        .parameter(parameter("Form", "hashtable").help("The fields of a multipart form; files by Get-Item."))
        .parameter(parameter("Headers", "hashtable").help("Headers by name."))
        .parameter(parameter("ContentType", "string").help("What the content is, e.g. application/json."))
        .parameter(parameter("UserAgent", "string").help("What the request says of its sender."))
        .parameter(
            parameter("Authentication", "string")
                .one_of(&["None", "Basic", "Bearer", "OAuth"])
                .help("How -Credential or -Token is sent."),
        )
        .parameter(
            parameter("Credential", "pscredential").help("Name and password, sent when the server asks."),
        )
        .parameter(parameter("Token", "securestring").help("The token of Bearer and OAuth."))
        .parameter(switch(
            "AllowUnencryptedAuthentication",
            "Sends secrets without TLS too.",
        ))
        .parameter(switch(
            "PreserveAuthorizationOnRedirect",
            "Sends the Authorization header to where a redirection leads.",
        ))
        .parameter(
            parameter("WebSession", "object").help("Cookies, headers and credentials of earlier requests."),
        )
        .parameter(
            parameter("SessionVariable", "string")
                .alias("SV")
                .help("The variable that gets a new session, without the dollar sign."),
        )
        .parameter(switch(
            "SkipCertificateCheck",
            "Takes any certificate of the server.",
        ))
        .parameter(
            parameter("TimeoutSec", "int")
                .alias("ConnectionTimeoutSeconds")
                .range(0.0, f64::from(i32::MAX))
                .help("How long an exchange may take; 0 is for ever."),
        )
        .parameter(
            parameter("MaximumRedirection", "int")
                .range(0.0, f64::from(i32::MAX))
                .default("5")
                .help("How many redirections are followed."),
        )
        .parameter(switch(
            "AllowInsecureRedirect",
            "Follows a redirection from https to http.",
        ))
        .parameter(switch(
            "PreserveHttpMethodOnRedirect",
            "Keeps the method at a redirection.",
        ))
        .parameter(
            parameter("MaximumRetryCount", "int")
                .range(0.0, f64::from(i32::MAX))
                .help("How often an answer that says failure is asked for again."),
        )
        .parameter(
            parameter("RetryIntervalSec", "int")
                .range(1.0, f64::from(i32::MAX))
                .default("5")
                .help("How long it waits before that."),
        )
        .parameter(
            parameter("InFile", "string")
                .complete(Completion::Path)
                .help("The file that is the content."),
        )
        .parameter(
            parameter("OutFile", "string")
                .complete(Completion::Path)
                .help("The file that the answer's content goes to."),
        )
        .parameter(switch("PassThru", "With -OutFile, gives the answer too."))
        .parameter(switch(
            "SkipHttpErrorCheck",
            "Takes an answer that says failure as any other.",
        ))
        .parameter(switch(
            "DisableKeepAlive",
            "Asks the server to close the connection.",
        ))
        .parameter(switch("NoProxy", "Uses no proxy of the environment."))
        .parameters(REFUSED.iter().map(|&name| {
            let of = match name {
                "Resume"
                | "SkipHeaderValidation"
                | "UseDefaultCredentials"
                | "ProxyUseDefaultCredentials" => "switch",
                _ => "object",
            };
            parameter(name, of).help("Not built yet.")
        }))
}

/// Invoke-WebRequest.
pub fn request() -> Arc<dyn Command> {
    let signature = cmdlet("Invoke-WebRequest", super::UTILITY)
        .synopsis("Asks a server over HTTP and gives its answer.")
        .description("The answer has the status, the headers and the content as text.")
        .output("Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject");
    simple(
        asking(signature)
            .parameter(switch(
                "UseBasicParsing",
                "Taken for scripts that pass it: there is no other parsing.",
            ))
            .example(
                "(Invoke-WebRequest http://127.0.0.1:8080/health).StatusCode",
                "Shows how a health check answers.",
            )
            .alias("iwr"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            refuse(arguments, REFUSED)?;
            let _ = arguments.switch("UseBasicParsing");
            let mut exchange = Exchange::begin(context, arguments)?;
            let answer = exchange.perform(context)?;
            if response::saved(context, arguments, &answer)? {
                return Ok(());
            }
            context.write(response::object(&answer))
        },
    )
}

/// Invoke-RestMethod.
pub fn rest() -> Arc<dyn Command> {
    let signature = cmdlet("Invoke-RestMethod", super::UTILITY)
        .synopsis("Asks a service over HTTP and gives what it answers as objects.")
        .description("JSON and XML become objects, entries of feeds come one by one, anything else is text.");
    simple(
        asking(signature)
            .parameter(
                parameter("StatusCodeVariable", "string").help("The variable that gets the status."),
            )
            .parameter(
                parameter("ResponseHeadersVariable", "string")
                    .alias("RHV")
                    .help("The variable that gets the answer's headers."),
            )
            .parameter(
                parameter("FollowRelLink", "switch")
                    .alias("FL")
                    .help("Follows the links to next pages."),
            )
            .parameter(
                parameter("MaximumFollowRelLink", "int")
                    .alias("ML")
                    .range(1.0, f64::from(i32::MAX))
                    .help("How many of them."),
            )
            .example(
                "Invoke-RestMethod https://api.contoso.example/users -Headers @{ Accept = 'application/json' }",
                "Reads users from a service.",
            )
            .alias("irm"),
        invoke_rest,
    )
}

fn invoke_rest(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(arguments, REFUSED)?;
    let mut exchange = Exchange::begin(context, arguments)?;
    let mut pages = match arguments.switch("FollowRelLink") {
        true => arguments.int("MaximumFollowRelLink").unwrap_or(i64::MAX),
        false => 0,
    };
    loop {
        let answer = exchange.perform(context)?;
        if let Some(name) = arguments.text("StatusCodeVariable") {
            context.set_variable(&name, Value::Int(i32::from(answer.status)))?;
        }
        if let Some(name) = arguments.text("ResponseHeadersVariable") {
            context.set_variable(&name, answer.headers_value())?;
        }
        if !response::saved(context, arguments, &answer)? {
            response::write_objects(context, &answer)?;
        }
        let next = answer.links().into_iter().find(|(rel, _)| rel == "next");
        let Some((_, next)) = next.filter(|_| pages > 0) else {
            return Ok(());
        };
        pages -= 1;
        context.verbose(&format!("Following rel link {next}"))?;
        exchange.continue_at(next);
    }
}

/// The name and value pairs of a table, as texts; several values of a name each by itself.
fn pairs(table: &Value) -> Vec<(String, Value)> {
    match table.base() {
        Value::Hashtable(table) => {
            let pairs = table.pairs().into_iter();
            pairs
                .map(|(name, value)| (crate::authoring::to_text(&name), value))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A table of lists of texts by name, as headers are.
fn header_table(headers: &[(String, String)]) -> Value {
    let mut table: Vec<(String, Vec<Value>)> = Vec::new();
    for (name, value) in headers {
        match table
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            Some((_, values)) => values.push(text(value)),
            None => table.push((title(name), vec![text(value)])),
        }
    }
    table.sort_by(|left, right| left.0.cmp(&right.0));
    let entries = table.into_iter().map(|(name, values)| {
        let values = crate::authoring::array(values);
        let texts = plenum_lang::inspect::converted(&values, "string[]").unwrap_or(values);
        (text(name), texts)
    });
    plenum_lang::inspect::hashtable(true, entries)
}

/// A header's name as it is usually written: `content-type` is `Content-Type`.
fn title(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect::<String>()
        })
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
