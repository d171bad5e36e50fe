//! What errors carry: the exceptions inside, what a typed `catch` gets, how conversions and calls fail.

use super::prints;

#[test]
fn a_typed_catch_gets_the_exception_inside() {
    prints(&[
        (
            "try { [int]::Parse('x') } catch [FormatException] { $_.Exception.GetType().Name; $_.FullyQualifiedErrorId; \"$_\" }",
            "FormatException|FormatException|The input string 'x' was not in a correct format.",
        ),
        (
            "try { [int]::Parse('x') } catch { $_.Exception.GetType().Name; $_.Exception.InnerException.GetType().Name }",
            "MethodInvocationException|FormatException",
        ),
        (
            "try { $z = 0; 1/$z } catch { $_.Exception.GetType().Name; $_.Exception.InnerException.GetType().Name }",
            "RuntimeException|DivideByZeroException",
        ),
    ]);
}

#[test]
fn casts_and_typed_variables_fail_in_their_own_ways() {
    prints(&[
        (
            "try { [int]'abc' } catch { \"$($_.CategoryInfo)\"; $_.Exception.InnerException.GetType().Name }",
            "InvalidArgument: (:) [], RuntimeException|PSInvalidCastException",
        ),
        (
            "[int]$n = 1; try { $n = 'abc' } catch { \"$($_.CategoryInfo)\"; $_.FullyQualifiedErrorId }",
            "MetadataError: (:) [], ArgumentTransformationMetadataException|RuntimeException",
        ),
        ("[int]$n = 1; [string]$n = 'abc'; $n", "abc"),
        (
            "try { [timespan]'1:00' -lt 'x' } catch { $_.Exception.Message }",
            "Could not compare \"01:00:00\" to \"x\". Error: \"Cannot convert value \"x\" to type \"System.TimeSpan\". Error: \"String 'x' was not recognized as a valid TimeSpan.\"\"",
        ),
    ]);
}

#[test]
fn calls_that_do_not_fit_say_what_was_called() {
    prints(&[
        (
            "try { [string]::new() } catch { $_.Exception.Message }",
            "Cannot find an overload for \"new\" and the argument count: \"0\".",
        ),
        (
            "$n = ''; try { & $n } catch { $_.FullyQualifiedErrorId }",
            "BadExpression",
        ),
        (
            "$d = [System.Collections.Generic.Dictionary[string,int]]::new(); try { $d.Add('x', 'y') } catch { $_.FullyQualifiedErrorId }",
            "MethodArgumentConversionInvalidCastArgument",
        ),
        (
            "try { ([ordered]@{ a = 1 }).Add('a', 2) } catch { $_.Exception.InnerException.Message }",
            "Item has already been added. Key in dictionary: 'a'  Key being added: 'a'",
        ),
    ]);
}

#[test]
fn a_pattern_that_would_take_all_memory_is_an_error() {
    prints(&[
        (
            "try { 1 -match (1..100000) } catch { $_.Exception.Message.Substring(0, 30) }",
            "The pattern takes 588894 bytes",
        ),
        ("1 -match (1..1000)", "False"),
    ]);
}

#[test]
fn parameters_that_are_references_want_one() {
    prints(&[(
        "function r([ref]$x) { $x.Value += 1 }; $n = 1; r ([ref]$n); $n; try { r 5 } catch { $_.Exception.Message }",
        "2|Cannot process argument transformation on parameter 'x'. Reference type is expected in argument.",
    )]);
}

#[test]
fn loops_show_where_they_stand() {
    prints(&[
        (
            "switch (1,2,3) { 2 { $switch.MoveNext(); $switch.Current } default { \"d$_\" } }",
            "d1|True|3",
        ),
        ("$a = 1,2,3; foreach ($x in $a) { $a[2] = 9; $x }", "1|2|9"),
        (
            "{ $n }.InvokeWithContext($null, [psvariable]::new('n', 9)); { f }.InvokeWithContext(@{ f = { 'F' } }, $null)",
            "9|F",
        ),
    ]);
}

#[test]
fn binding_errors_show_the_argument_that_they_are_about() {
    let script = |call: &str| {
        format!(
            "function f {{ [CmdletBinding()] param([int]$a, $b) }}; try {{ {call} }} catch {{ $_.InvocationInfo.OffsetInLine; $_.InvocationInfo.PositionMessage -replace '(?s).*[^~]' }}"
        )
    };
    let start = script("").find("try { ").expect("the call has a place") + "try { ".len();
    for (call, at, marked) in [
        ("f -zz 1", 2, "~~~"),
        ("f -a x", 5, "~"),
        ("f 1 2 3", 0, "~~~~~~~"),
        ("f -b 1 -b 2", 7, "~~"),
        ("f -a", 2, "~~"),
    ] {
        prints(&[(&script(call), &format!("{}|{marked}", start + at + 1))]);
    }
}

#[test]
fn what_is_piped_in_is_an_enumerator() {
    prints(&[
        (
            "1,2 | & { $input.MoveNext(); $input.Current; $input.Reset(); \"$input\" }",
            "True|1|1 2",
        ),
        ("function f { process { \"$input|$_\" } }; 5,6 | f", "5|5|6|6"),
        ("function f { @($input).Count }; f; 1,2 | f", "0|2"),
    ]);
}
