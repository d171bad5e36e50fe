//! What Tab proposes, line by line.

use std::sync::Arc;

use crate::engine::{Engine, Origin};
use crate::host::Isolated;
use crate::registry::Registry;
use crate::render::Plain;

/// An engine over which a text has run.
fn engine(before: &str) -> Engine {
    let mut engine = Engine::new(
        Registry::default(),
        Arc::new(Isolated::default()),
        Arc::new(Plain),
    );
    engine.run(before, Origin::Prompt);
    engine
}

/// The line as the first proposals make it, `|` between them.
fn proposed(before: &str, line: &str) -> String {
    let found = engine(before).complete(line, line.len());
    let made = |text: &str| format!("{}{text}", &line[..found.start]);
    found
        .matches
        .iter()
        .take(4)
        .map(|one| made(&one.text))
        .collect::<Vec<_>>()
        .join("|")
}

#[test]
fn proposals_replace_the_part_that_was_typed() {
    let cases = [
        // Members.
        ("$h = @{ Alpha = 1 }", "$h.Al", "$h.Alpha"),
        ("$h = @{ 'two words' = 1 }", "$h.two", "$h.'two words'"),
        ("$o = [pscustomobject]@{ Name = 'x' }", "$o.Na", "$o.Name"),
        (
            "",
            "$o = [pscustomobject]@{ Title = 1 }; $o.Ti",
            "$o = [pscustomobject]@{ Title = 1 }; $o.Title",
        ),
        ("", "'abc'.Sub", "'abc'.Substring("),
        ("", "\"abc\".Len", "\"abc\".Length"),
        ("", "(1..5).Wh", "(1..5).Where("),
        ("", "[datetime]::Now.AddDa", "[datetime]::Now.AddDays("),
        (
            "",
            "[datetime]::Now.AddDays(1).DayOfW",
            "[datetime]::Now.AddDays(1).DayOfWeek",
        ),
        ("", "param([datetime]$d) $d.Ho", "param([datetime]$d) $d.Hour"),
        (
            "",
            "foreach ($s in 'a', 'b') { $s.ToUp",
            "foreach ($s in 'a', 'b') { $s.ToUpper(|foreach ($s in 'a', 'b') { $s.ToUpperInvariant(",
        ),
        (
            "",
            "'a' | % { $_.ToUp",
            "'a' | % { $_.ToUpper(|'a' | % { $_.ToUpperInvariant(",
        ),
        (
            "",
            "class P { [int]$Age } $p = [P]::new(); $p.A",
            "class P { [int]$Age } $p = [P]::new(); $p.Age",
        ),
        ("", "$x = 'a'; $x?.Len", "$x = 'a'; $x?.Length"),
        // Static members and types.
        ("", "[int]::MaxV", "[int]::MaxValue"),
        ("", "[guid]::n", "[guid]::new(|[guid]::NewGuid("),
        ("", "[datet", "[datetime"),
        ("", "[System.Coll", "[System.Collections"),
        ("", "[System.Text.Enc", "[System.Text.Encoding"),
        ("", "class Widget { } [Wid", "class Widget { } [Widget"),
        ("", "[Cmdlet", "[CmdletBinding"),
        ("", "[Parameter(Mand", "[Parameter(Mandatory"),
        ("", "[Parameter(Mandatory, Pos", "[Parameter(Mandatory, Position"),
        // Variables.
        ("$global:weather = 1", "$weat", "$weather"),
        ("$global:weather = 1", "$global:weat", "$global:weather"),
        ("$weather = 1", "\"it is $weat", "\"it is $weather"),
        ("$weather = 1", "@weat", "@weather"),
        ("${two words} = 1", "$two", "${two words}"),
        ("function Get-It { }", "${function:Get-I", "${function:Get-It}"),
        // Keys.
        ("$h = @{ Alpha = 1 }", "$h['A", "$h['Alpha'"),
        ("", "$t = @{ Red = 1 }; $t['R", "$t = @{ Red = 1 }; $t['Red'"),
        ("function f($First, $Second) { }", "$p = @{ Fi", ""),
        // Words of the grammar.
        ("", "using nam", "using namespace"),
        ("", "using namespace System.Tex", "using namespace System.Text"),
        ("", "switch -Re", "switch -Regex"),
        (
            "",
            ":outer while ($true) { break ou",
            ":outer while ($true) { break outer",
        ),
        ("", "1 -contai", "1 -contains"),
        (
            "",
            "$ErrorActionPreference = Si",
            "$ErrorActionPreference = 'SilentlyContinue'",
        ),
        (
            "",
            "[ValidateSet('red', 'green')]$c = 'r",
            "[ValidateSet('red', 'green')]$c = 'red'",
        ),
        (
            "",
            "[datetime]::Now.DayOfWeek -eq Fr",
            "[datetime]::Now.DayOfWeek -eq 'Friday'",
        ),
        // Comments.
        ("", "<#\n.SYN", "<#\n.SYNOPSIS"),
        ("", "# .SYN", "# .SYNOPSIS"),
        ("", "#requires -Vers", "#requires -Version"),
        ("", "#requires -PSEdition C", "#requires -PSEdition Core"),
        // Functions.
        ("function Get-Weather { }", "Get-Weat", "Get-Weather"),
        ("function Get-BigWeather { }", "Get-BW", "Get-BigWeather"),
        (
            "function f([ValidateSet('in', 'out')]$Way) { }",
            "f -Way o",
            "f -Way out",
        ),
        (
            "function f { [OutputType([timespan])] param() } ",
            "(f).TotalHo",
            "(f).TotalHours",
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .map(|(before, line, expected)| (line, proposed(before, line), expected))
        .filter(|(_, made, expected)| made != *expected)
        .map(|(line, made, expected)| format!("{line} gives {made:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_table_that_is_splatted_takes_the_parameters_as_keys() {
    let mut engine = engine("function f($First, $Second) { }");
    let line = "$p = @{ Fi }; f @p";
    let found = engine.complete(line, "$p = @{ Fi".len());
    let texts: Vec<&str> = found.matches.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["First"]);
    assert_eq!((found.start, found.length), (8, 2));
}

#[test]
fn a_number_sign_finds_lines_of_the_history() {
    let mut engine = engine("");
    engine.run_interactive("'first line'");
    engine.run_interactive("'second line'");
    let texts = |found: crate::complete::Completions| {
        found.matches.into_iter().map(|one| one.text).collect::<Vec<_>>()
    };
    assert_eq!(
        texts(engine.complete("#line", 5)),
        ["'second line'", "'first line'"]
    );
    assert_eq!(texts(engine.complete("#1", 2)), ["'first line'"]);
}
