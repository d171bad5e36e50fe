//! PowerShell's own options (about_Pwsh), from one table: what is read, what is refused and why, and what `-Help` shows.
//!
//! Options may be shortened to the prefix that PowerShell accepts, begin with `-`, `--` or `/`, and have no regard to
//! case. What belongs to remoting, to Windows or to .NET's configuration is refused, so that nothing is silently lost.

use std::path::PathBuf;

use super::Refused;

/// What the shell runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Script {
    /// The prompt, or standard input when that is not a terminal.
    #[default]
    Prompt,
    /// Standard input as one script (`-Command -`).
    Input,
    /// `-Command`, or the decoded text of `-EncodedCommand`; with `-CommandWithArgs` the values of `$args`.
    Command(String, Vec<String>),
    /// `-File`, with the arguments for the script.
    File(PathBuf, Vec<String>),
}

/// What standard input is for a command that looks at `$input`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// Lines.
    #[default]
    Text,
    /// Objects as CLIXML.
    Xml,
    /// Nothing that is waited for.
    None,
}

/// PowerShell's own options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellOptions {
    /// What to run.
    pub script: Script,
    /// `-NoProfile`.
    pub no_profile: bool,
    /// `-NonInteractive`.
    pub non_interactive: bool,
    /// `-NoLogo`.
    pub no_logo: bool,
    /// `-NoExit`.
    pub no_exit: bool,
    /// `-EncodedArguments`: values of `$args` as CLIXML.
    pub arguments: Option<String>,
    /// `-InputFormat`: what is piped in.
    pub input: Input,
    /// `-OutputFormat XML`: objects go out as CLIXML.
    pub clixml_output: bool,
    /// `-WorkingDirectory`.
    pub working_directory: Option<PathBuf>,
    /// `-State`, ours: the state folder.
    pub state: Option<PathBuf>,
}

/// An option.
struct Known {
    /// In full.
    name: &'static str,
    /// The shortest beginning that is taken.
    shortest: &'static str,
    /// Other spellings, whole.
    aliases: &'static [&'static str],
    /// What stands after it, for `-Help`; nothing for a switch.
    value: &'static str,
    /// What it does, or why it is refused.
    help: &'static str,
    meaning: Meaning,
}

#[derive(Clone, Copy)]
enum Meaning {
    Switch(fn(&mut ShellOptions)),
    Value(fn(&mut ShellOptions, String) -> Result<(), String>),
    /// Takes everything after it.
    Rest(fn(&mut ShellOptions, Vec<String>)),
    Help,
    Version,
    Refused,
}

const fn known(
    name: &'static str,
    shortest: &'static str,
    aliases: &'static [&'static str],
    value: &'static str,
    help: &'static str,
    meaning: Meaning,
) -> Known {
    Known {
        name,
        shortest,
        aliases,
        value,
        help,
        meaning,
    }
}

const KNOWN: &[Known] = &[
    known(
        "Command",
        "c",
        &[],
        "TEXT … | -",
        "Runs a text; - is standard input, and from within a shell { … } a script block with -Args.",
        Meaning::Rest(|options, rest| {
            options.script = match rest.as_slice() {
                [only] if only == "-" => Script::Input,
                all => Script::Command(all.join(" "), Vec::new()),
            };
        }),
    ),
    known(
        "CommandWithArgs",
        "commandwithargs",
        &["cwa"],
        "TEXT ARG …",
        "Runs a text with the values that follow in $args.",
        Meaning::Rest(|options, mut rest| {
            let values = rest.split_off(1);
            options.script = Script::Command(rest.concat(), values);
        }),
    ),
    known(
        "EncodedCommand",
        "e",
        &["ec"],
        "BASE64",
        "Runs a text given as base64 of UTF-16LE.",
        Meaning::Value(|options, value| {
            options.script = Script::Command(decode("EncodedCommand", &value)?, Vec::new());
            Ok(())
        }),
    ),
    known(
        "EncodedArguments",
        "encodeda",
        &["ea"],
        "BASE64",
        "Values of $args for a text, given as base64 of UTF-16LE of CLIXML.",
        Meaning::Value(|options, value| {
            options.arguments = Some(decode("EncodedArguments", &value)?);
            Ok(())
        }),
    ),
    known(
        "ExecutionPolicy",
        "ex",
        &["ep"],
        "NAME",
        "Taken for scripts that pass it: there is no policy but the \
        rights of whoever starts the shell.",
        Meaning::Value(|_, _| Ok(())),
    ),
    known(
        "File",
        "f",
        &[],
        "FILE ARG …",
        "Runs a script with arguments; - is standard input.",
        Meaning::Rest(|options, mut rest| {
            let arguments = rest.split_off(1);
            let file = rest.concat();
            options.script = if file == "-" {
                Script::Input
            } else {
                Script::File(file.into(), arguments)
            };
        }),
    ),
    known("Help", "h", &["?"], "", "Shows this.", Meaning::Help),
    known(
        "InputFormat",
        "inp",
        &["if"],
        "Text|XML|None",
        "What standard input is for a command: lines or CLIXML's objects in $input, or nothing that is waited for.",
        Meaning::Value(|options, value| {
            options.input = match value.to_ascii_lowercase().as_str() {
                "text" => Input::Text,
                "xml" => Input::Xml,
                "none" => Input::None,
                _ => {
                    return Err(format!(
                        "plenum: -InputFormat is Text, XML or None, not '{value}'.\n"
                    ));
                }
            };
            Ok(())
        }),
    ),
    known(
        "Interactive",
        "i",
        &[],
        "",
        "Questions may be asked; undoes -NonInteractive.",
        Meaning::Switch(|options| {
            options.non_interactive = false;
        }),
    ),
    known(
        "Login",
        "l",
        &[],
        "",
        "Reads the login files of /bin/sh first; only as the first option.",
        Meaning::Switch(|_| {}),
    ),
    known(
        "NoExit",
        "noe",
        &[],
        "",
        "Opens the prompt after the text or the file.",
        Meaning::Switch(|options| {
            options.no_exit = true;
        }),
    ),
    known(
        "NoLogo",
        "nol",
        &[],
        "",
        "No greeting.",
        Meaning::Switch(|options| options.no_logo = true),
    ),
    known(
        "NonInteractive",
        "noni",
        &[],
        "",
        "Whatever would ask fails instead.",
        Meaning::Switch(|options| {
            options.non_interactive = true;
        }),
    ),
    known(
        "NoProfile",
        "nop",
        &[],
        "",
        "Runs no profile.",
        Meaning::Switch(|options| options.no_profile = true),
    ),
    known(
        "OutputFormat",
        "o",
        &["of"],
        "Text|XML",
        "How objects go out: as a person reads them, or as CLIXML.",
        Meaning::Value(|options, value| {
            options.clixml_output = match value.to_ascii_lowercase().as_str() {
                "text" => false,
                "xml" => true,
                _ => return Err(format!("plenum: -OutputFormat is Text or XML, not '{value}'.\n")),
            };
            Ok(())
        }),
    ),
    known(
        "State",
        "st",
        &[],
        "FOLDER",
        "Where the deployment is; $PLENUM_STATE says it too.",
        Meaning::Value(|options, value| {
            options.state = Some(value.into());
            Ok(())
        }),
    ),
    known("Version", "v", &[], "", "Shows the version.", Meaning::Version),
    known(
        "WorkingDirectory",
        "wo",
        &["wd"],
        "FOLDER",
        "Where the shell begins.",
        Meaning::Value(|options, value| {
            options.working_directory = Some(value.into());
            Ok(())
        }),
    ),
    known(
        "ConfigurationFile",
        "configurationf",
        &[],
        "FILE",
        "there are no session configurations; a profile says \
        what a session has.",
        Meaning::Refused,
    ),
    known(
        "ConfigurationName",
        "config",
        &[],
        "NAME",
        "there are no remoting endpoints; ssh runs the shell on \
        another machine.",
        Meaning::Refused,
    ),
    known(
        "CustomPipeName",
        "cus",
        &[],
        "NAME",
        "there is no debugger to connect.",
        Meaning::Refused,
    ),
    known(
        "MTA",
        "mta",
        &[],
        "",
        "apartments are Windows' own.",
        Meaning::Refused,
    ),
    known(
        "STA",
        "sta",
        &[],
        "",
        "apartments are Windows' own.",
        Meaning::Refused,
    ),
    known(
        "SettingsFile",
        "settings",
        &[],
        "FILE",
        "there is no powershell.config.json; a profile says what a session \
        has.",
        Meaning::Refused,
    ),
    known(
        "SSHServerMode",
        "sshs",
        &["s"],
        "",
        "there is no remoting over ssh; ssh can run the shell itself.",
        Meaning::Refused,
    ),
    known(
        "WindowStyle",
        "w",
        &[],
        "STYLE",
        "there is no window; nohup and systemd start what runs unseen.",
        Meaning::Refused,
    ),
];

fn find(text: &str) -> Option<&'static Known> {
    let name = text
        .strip_prefix("--")
        .or_else(|| text.strip_prefix(['-', '/']))?
        .to_ascii_lowercase();
    let whole = KNOWN
        .iter()
        .find(|option| option.name.eq_ignore_ascii_case(&name) || option.aliases.contains(&name.as_str()));
    whole.or_else(|| {
        KNOWN.iter().find(|option| {
            name.starts_with(option.shortest) && option.name.to_ascii_lowercase().starts_with(&name)
        })
    })
}

/// Reads PowerShell's options.
pub fn options(arguments: &[String]) -> Result<ShellOptions, Refused> {
    let mut options = ShellOptions::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(option) = find(argument) else {
            if argument.starts_with('-') && argument.len() > 1 {
                return Err(Refused::Shell(format!(
                    "plenum: '{argument}' is not an option of the shell. `plenum -Help` lists them, `plenum --help` the \
                     subcommands.\n"
                )));
            }
            options.script = Script::File(argument.into(), rest.cloned().collect());
            return Ok(options);
        };
        let wanting = || {
            Refused::Shell(format!(
                "plenum: -{} needs {} after it.\n",
                option.name, option.value
            ))
        };
        match option.meaning {
            Meaning::Switch(set) => set(&mut options),
            Meaning::Value(set) => {
                let value = rest.next().cloned().ok_or_else(wanting)?;
                set(&mut options, value).map_err(Refused::Shell)?;
            }
            Meaning::Rest(set) => {
                let rest: Vec<String> = rest.cloned().collect();
                if rest.is_empty() {
                    return Err(wanting());
                }
                set(&mut options, rest);
                return Ok(options);
            }
            Meaning::Help => return Err(Refused::Asked(help())),
            Meaning::Version => {
                return Err(Refused::Asked(format!("Plenum {}\n", env!("CARGO_PKG_VERSION"))));
            }
            Meaning::Refused => {
                return Err(Refused::Shell(format!(
                    "plenum: -{} is not built (NotBuilt): {}\n",
                    option.name, option.help
                )));
            }
        }
    }
    Ok(options)
}

/// Whether the shell begins as a login shell: PowerShell looks at the first option alone.
pub fn is_login(arguments: &[String]) -> bool {
    arguments
        .first()
        .and_then(|first| find(first))
        .is_some_and(|option| option.name == "Login")
}

fn help() -> String {
    let mut text = "Usage: plenum [OPTION …] [[-File] FILE [ARG …]]\n       plenum [OPTION …] -Command TEXT\n\nOptions of \
                    the shell, which may be shortened and have no regard to case; `plenum --help` shows the \
                    subcommands.\n\n"
        .to_owned();
    for option in KNOWN
        .iter()
        .filter(|option| !matches!(option.meaning, Meaning::Refused))
    {
        let left = format!("-{} {}", option.name, option.value);
        text.push_str(&format!("  {left:<30} {}\n", option.help));
    }
    text
}

/// Decodes an option's base64 of UTF-16LE.
fn decode(option: &str, encoded: &str) -> Result<String, String> {
    use base64::Engine;
    let wrong = |what: &str| format!("plenum: -{option} is not {what}; encode the text's UTF-16LE bytes.\n");
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(encoded.trim())
        .map_err(|_| wrong("valid base64"))?;
    if bytes.len() % 2 != 0 {
        return Err(wrong("UTF-16LE"));
    }
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units).map_err(|_| wrong("UTF-16LE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<ShellOptions, Refused> {
        let arguments: Vec<String> = line.iter().map(|&text| text.to_owned()).collect();
        options(&arguments)
    }

    fn taken(line: &[&str]) -> ShellOptions {
        read(line).expect("a valid command line")
    }

    #[test]
    fn powershell_options_may_be_shortened_and_are_not_case_sensitive() {
        let read = taken(&["-nop", "/NonI", "--wd", "/usr", "-c", "Get-Date;", "1"]);
        assert!(read.no_profile && read.non_interactive);
        assert_eq!(read.working_directory, Some("/usr".into()));
        assert_eq!(read.script, Script::Command("Get-Date; 1".to_owned(), Vec::new()));
    }

    #[test]
    fn everything_after_the_script_file_belongs_to_the_script() {
        let read = taken(&["-NoProfile", "a.ps1", "-NoLogo", "x"]);
        assert_eq!(
            read.script,
            Script::File("a.ps1".into(), vec!["-NoLogo".to_owned(), "x".to_owned()])
        );
        assert!(!read.no_logo);
        assert_eq!(
            taken(&["/opt/a.ps1"]).script,
            Script::File("/opt/a.ps1".into(), Vec::new())
        );
    }

    #[test]
    fn an_encoded_command_is_utf16_in_base64() {
        assert_eq!(
            taken(&["-EncodedCommand", "MQArADEA"]).script,
            Script::Command("1+1".to_owned(), Vec::new())
        );
        assert!(read(&["-e", "MQA=x"]).is_err());
    }

    #[test]
    fn encoded_arguments_stand_beside_a_command() {
        let read = taken(&["-ea", "YQA=", "-ec", "MQA="]);
        assert_eq!(read.arguments.as_deref(), Some("a"));
        assert_eq!(read.script, Script::Command("1".to_owned(), Vec::new()));
    }

    #[test]
    fn a_command_with_arguments_keeps_them_apart() {
        assert_eq!(
            taken(&["-cwa", "$args", "a", "b c"]).script,
            Script::Command("$args".to_owned(), vec!["a".to_owned(), "b c".to_owned()])
        );
    }

    #[test]
    fn help_and_version_are_answers_and_what_is_not_built_is_refused() {
        for (asked, text) in [("-?", "-WorkingDirectory"), ("/?", "-Command"), ("-v", "Plenum ")] {
            assert!(matches!(read(&[asked]), Err(Refused::Asked(answer)) if answer.contains(text)));
        }
        for refused in ["-ConfigurationName", "-SettingsFile", "-WindowStyle", "-STA"] {
            assert!(matches!(read(&[refused, "x"]), Err(Refused::Shell(why)) if why.contains("NotBuilt")));
        }
        assert!(matches!(read(&["-of", "YAML"]), Err(Refused::Shell(_))));
        assert!(matches!(read(&["-Bogus"]), Err(Refused::Shell(_))));
    }

    #[test]
    fn only_the_first_option_makes_a_login_shell() {
        let is = |line: &[&str]| is_login(&line.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        assert!(is(&["-l", "-c", "1"]) && is(&["-Login"]));
        assert!(!is(&["-c", "1", "-l"]) && !is(&[]));
    }
}
