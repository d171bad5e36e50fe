//! ConvertTo-, ConvertFrom-, Export- and Import-Csv.
//!
//! Every field is quoted unless asked otherwise; `$null` is nothing between the delimiters, an empty text is `""`.
//! What is read is text; fields that a row lacks, and unquoted empty ones, are `$null`.

use std::borrow::Cow;
use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact, Validation};
use plenum_lang::value::{Object, Shape, Value};

use super::csv_reader::Parser;
use super::csv_writer::{Writer, delimiter_of};
use super::output_file::OutputFile;
use super::{encoding, path};
use crate::authoring::{
    ParameterBuilder, Read, SignatureBuilder, cmdlet, current, exists, invalid_argument, parameter, simple,
    stateful, text,
};

fn delimiter() -> ParameterBuilder {
    parameter("Delimiter", "char")
        .position(1)
        .default(",")
        .help("What stands between fields.")
}

fn writing(signature: SignatureBuilder) -> SignatureBuilder {
    signature
        .parameter(delimiter())
        .switch("UseCulture", "Uses the culture's list separator, a comma.")
        .parameter(
            parameter("IncludeTypeInformation", "switch")
                .alias("ITI")
                .help("Begins with a #TYPE line."),
        )
        .parameter(
            parameter("NoTypeInformation", "switch")
                .alias("NTI")
                .help("Does not begin with a #TYPE line; it never does by itself."),
        )
        .parameter(
            parameter("QuoteFields", "string[]")
                .alias("QF")
                .help("Quotes these columns only."),
        )
        .parameter(
            parameter("UseQuotes", "string")
                .alias("UQ")
                .one_of(&["Never", "Always", "AsNeeded"])
                .help("Which fields are quoted."),
        )
        .switch("NoHeader", "Leaves the line with the names out.")
}

fn objects() -> ParameterBuilder {
    parameter("InputObject", "psobject")
        .mandatory()
        .position(0)
        .by_value()
        .by_property_name()
        .help("The objects.")
}

/// ConvertTo-Csv.
pub fn convert_to() -> Arc<dyn Command> {
    let signature = cmdlet("ConvertTo-Csv", super::UTILITY)
        .synopsis("Gives objects as lines of comma-separated values.")
        .parameter(objects());
    stateful::<ConvertToCsv>(writing(signature).example(
        "Get-CsUser | Select-Object SipAddress, LineURI | ConvertTo-Csv",
        "Shows users as CSV.",
    ))
}

/// Export-Csv.
pub fn export() -> Arc<dyn Command> {
    let signature = cmdlet("Export-Csv", super::UTILITY)
        .synopsis("Writes objects to a CSV file.")
        .parameter(
            parameter("InputObject", "psobject")
                .mandatory()
                .by_value()
                .by_property_name()
                .help("The objects."),
        )
        .parameter(
            parameter("Path", "string")
                .position(0)
                .complete(Completion::Path)
                .help("The file."),
        )
        .parameter(
            parameter("LiteralPath", "string")
                .aliases(&["PSPath", "LP"])
                .help("The file, taken as it is."),
        )
        .switch("Append", "Adds rows to the file.")
        .switch(
            "Force",
            "Writes to a read-only file; with -Append, adds rows that lack columns.",
        )
        .parameter(
            parameter("NoClobber", "switch")
                .alias("NoOverwrite")
                .help("Refuses to replace a file."),
        )
        .parameter(encoding::encoding_parameter())
        .should_process(Impact::Medium);
    stateful::<ExportCsv>(
        writing(signature)
            .example(
                "Get-CsUser | Select-Object SipAddress, LineURI | Export-Csv users.csv",
                "Keeps two columns.",
            )
            .alias("epcsv"),
    )
}

#[derive(Default)]
struct ConvertToCsv(Writer);

impl Invocation for ConvertToCsv {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let item = current(arguments);
        // A field may have line ends of its own: the header is a line by itself.
        let first = self.0.columns.is_none();
        let mut lines = Vec::new();
        self.0.add(context, arguments, &item, true, &mut lines)?;
        let lines = String::from_utf8_lossy(&lines);
        let body = lines.strip_suffix('\n').unwrap_or(&lines);
        if !first {
            return context.write(text(body));
        }
        let mut rest = body;
        let heads = usize::from(arguments.switch("IncludeTypeInformation"))
            + usize::from(!arguments.switch("NoHeader"));
        for _ in 0..heads {
            let Some((line, after)) = rest.split_once('\n') else {
                break;
            };
            context.write(text(line))?;
            rest = after;
        }
        context.write(text(rest))
    }
}

#[derive(Default)]
struct ExportCsv {
    writer: Writer,
    /// `None` where nothing may be written.
    file: Option<OutputFile>,
    content: Vec<u8>,
    appends: bool,
}

/// How much text is gathered before it goes to the file.
const GATHERED: usize = 256 << 10;

impl ExportCsv {
    /// The columns that the file has already, when rows are added to it.
    fn continue_columns(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        whole: &str,
    ) -> Result<()> {
        let bytes = context
            .host()
            .read_file(whole)
            .map_err(|error| path::failed(whole, &error, "FileOpenFailure"))?;
        let known = encoding::decode(&bytes, arguments.text("Encoding").as_deref())?;
        if let Some(header) = Parser::new(&known, delimiter_of(arguments)).header() {
            self.appends = true;
            self.writer.columns = Some(header.into_iter().flatten().map(Cow::into_owned).collect());
        }
        Ok(())
    }

    /// Hands what has been gathered to the file.
    fn flush(&mut self, context: &mut dyn Context) -> Result<()> {
        if let Some(file) = &mut self.file {
            file.utf8(context, &self.content)?;
        }
        self.content.clear();
        Ok(())
    }
}

impl Invocation for ExportCsv {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let file = file_of(arguments)?;
        let whole = path::full(context, &file);
        let is_there = context.host().file_status(&whole).is_some();
        let append = arguments.switch("Append");
        if is_there && arguments.switch("NoClobber") && !append {
            let message = format!("The file '{whole}' already exists.");
            return Err(exists("NoClobber", text(whole), message)
                .exception("System.IO.IOException")
                .into());
        }
        if is_there && append {
            self.continue_columns(context, arguments, &whole)?;
        }
        if context.should_process(&file, Some("Export-Csv"))?
            && path::may_change(context, arguments, &whole, false)?
        {
            self.file = Some(OutputFile::open(
                context,
                whole,
                arguments.text("Encoding"),
                append,
            )?);
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let item = current(arguments);
        if self.appends && !arguments.switch("Force") {
            self.writer.check_columns(context, arguments, &item)?;
        }
        self.writer
            .add(context, arguments, &item, !self.appends, &mut self.content)?;
        if self.content.len() < GATHERED {
            return Ok(());
        }
        self.flush(context)
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        self.flush(context)?;
        self.file.take().map_or(Ok(()), |file| file.close(context))
    }
}

fn file_of(arguments: &Arguments) -> Result<String> {
    arguments
        .text("Path")
        .or(arguments.text("LiteralPath"))
        .ok_or_else(|| {
            invalid_argument(
                "CannotSpecifyPathAndLiteralPath",
                Value::Null,
                "You must specify either the -Path or -LiteralPath parameters.",
            )
            .into()
        })
}

/// ConvertFrom-Csv.
pub fn convert_from() -> Arc<dyn Command> {
    stateful::<ConvertFromCsv>(
        cmdlet("ConvertFrom-Csv", super::UTILITY)
            .synopsis("Makes objects of lines of comma-separated values.")
            .parameter(
                parameter("InputObject", "psobject[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .validate(Validation::AllowEmptyString)
                    .help("The lines."),
            )
            .parameter(delimiter())
            .switch("UseCulture", "Uses the culture's list separator, a comma.")
            .parameter(
                parameter("Header", "string[]").help("The columns' names; the first line is data then."),
            )
            .example("'Name,Pool','Ken,pool1' | ConvertFrom-Csv", "Makes one object."),
    )
}

#[derive(Default)]
struct ConvertFromCsv {
    content: String,
}

impl Invocation for ConvertFromCsv {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        for line in arguments.values("InputObject") {
            self.content.push_str(&inspect::text(&line));
            self.content.push('\n');
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        read(context, arguments, &self.content)
    }
}

/// Import-Csv.
pub fn import() -> Arc<dyn Command> {
    simple(
        cmdlet("Import-Csv", super::UTILITY)
            .synopsis("Makes objects of the rows of a CSV file.")
            .description("Values are texts. The first line names the columns unless -Header does.")
            .parameter(
                parameter("Path", "string[]")
                    .position(0)
                    .by_value()
                    .complete(Completion::Path)
                    .help("The files."),
            )
            .parameter(
                parameter("LiteralPath", "string[]")
                    .aliases(&["PSPath", "LP"])
                    .by_property_name()
                    .help("The files, taken as they are."),
            )
            .parameter(delimiter())
            .switch("UseCulture", "Uses the culture's list separator, a comma.")
            .parameter(
                parameter("Header", "string[]").help("The columns' names; the first line is data then."),
            )
            .parameter(encoding::encoding_parameter())
            .example(
                "Import-Csv users.csv | ForEach-Object { Enable-CsUser $_.Name -RegistrarPool $_.Pool }",
                "Enables the users of a file.",
            )
            .alias("ipcsv"),
        import_csv,
    )
}

fn import_csv(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let literal = arguments.has("LiteralPath");
    let names = arguments.list(if literal { "LiteralPath" } else { "Path" });
    for name in names {
        let files = if literal {
            vec![path::full(context, &name)]
        } else {
            path::expand(context, &name)
        };
        for file in files {
            let bytes = match context.host().read_file(&file) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let message = if error.kind() == std::io::ErrorKind::NotFound {
                        format!("Could not find file '{file}'.")
                    } else {
                        format!("{error}: '{file}'")
                    };
                    let record = ErrorRecord::new("FileOpenFailure", Category::OpenError, message)
                        .exception("System.IO.FileNotFoundException");
                    context.error(record.about(text(file)))?;
                    continue;
                }
            };
            let content = encoding::decode(&bytes, arguments.text("Encoding").as_deref())?;
            read(context, arguments, &content)?;
        }
    }
    Ok(())
}

fn read(context: &mut dyn Context, arguments: &Arguments, content: &str) -> Result<()> {
    let mut parser = Parser::new(content, delimiter_of(arguments));
    let type_name = parser.type_line();
    let mut names: Vec<String> = arguments.list("Header");
    if names.is_empty() {
        let Some(header) = parser.header() else {
            return Ok(());
        };
        names = name_columns(context, header)?;
    }
    let csv_type = type_name.map(|name| format!("CSV:{name}"));
    let type_names: &[&str] = match &csv_type {
        Some(name) => &[name.as_str(), "System.Object"],
        None => &["System.Management.Automation.PSCustomObject", "System.Object"],
    };
    let shape = Shape::of(type_names, names.iter().map(String::as_str));
    while let Some(row) = parser.row() {
        context.check_stop()?;
        let slots = row.into_iter().take(names.len());
        let slots = slots.map(|field| field.map_or(Value::Null, Value::str)).collect();
        let item = Value::Object(Arc::new(Object::new(Arc::clone(&shape), slots)));
        context.write(item)?;
    }
    Ok(())
}

/// Empty headers become H1, H2 …, with one warning.
fn name_columns(context: &mut dyn Context, header: Vec<Option<Cow<'_, str>>>) -> Result<Vec<String>> {
    let mut unnamed = 0;
    let names: Vec<String> = header
        .into_iter()
        .map(|name| {
            name.filter(|name| !name.is_empty())
                .map(Cow::into_owned)
                .unwrap_or_else(|| {
                    unnamed += 1;
                    format!("H{unnamed}")
                })
        })
        .collect();
    if unnamed > 0 {
        context.warning("One or more headers were not specified. Default names starting with \"H\" have been used in place of any missing headers.")?;
    }
    let repeated = names
        .iter()
        .enumerate()
        .find(|(at, name)| names[..*at].iter().any(|one| one.eq_ignore_ascii_case(name)));
    if let Some((_, name)) = repeated {
        let message = format!("The member \"{name}\" is already present.");
        let id = "AlreadyPresentPSMemberInfoInternalCollectionAdd";
        let record = ErrorRecord::new(id, Category::NotSpecified, message);
        return Err(record
            .exception("System.Management.Automation.ExtendedTypeSystemException")
            .into());
    }
    Ok(names)
}
