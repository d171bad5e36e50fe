//! What scripts print, run over the engine alone: no cmdlet is registered, the host is memory.

#![allow(
    clippy::disallowed_methods,
    reason = "one test gives the evaluator a thread with a stack of its own"
)]

mod classes;
mod collections;
mod dotnet;
mod failures;
mod powershell;
mod syntax;

use std::sync::Arc;

use crate::engine::{Engine, Origin, Outcome, STACK_BYTES};
use crate::host::{Host, Isolated};
use crate::registry::Registry;
use crate::render::Plain;

/// Runs a script and gives how it ended, its output with `|` for line ends, and its errors.
fn run_limited(script: &str, steps: Option<u64>) -> (Outcome, String, String) {
    let script = script.to_owned();
    let work = move || {
        let host = Arc::new(Isolated::default());
        let mut engine = Engine::new(
            Registry::default(),
            Arc::clone(&host) as Arc<dyn Host>,
            Arc::new(Plain),
        );
        engine.set_step_limit(steps);
        let outcome = engine.run(&script, Origin::Prompt);
        let output = host.take_output().trim_end().replace('\n', "|");
        let errors = host.take_errors();
        (outcome, output, errors)
    };
    let thread = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(work)
        .expect("a thread starts");
    thread.join().expect("the engine does not panic")
}

fn run(script: &str) -> (Outcome, String, String) {
    run_limited(script, None)
}

#[track_caller]
fn prints(cases: &[(&str, &str)]) {
    for (script, expected) in cases {
        let (_, output, errors) = run(script);
        assert_eq!(output, *expected, "{script}\n{errors}");
    }
}

#[test]
fn pipelines_stream_items_through_their_stages() {
    prints(&[
        ("1..3 | ForEach-Object { $_ * 2 }", "2|4|6"),
        (
            "1,2,3 | Where-Object { $_ -gt 1 } | % { \"item $_\" }",
            "item 2|item 3",
        ),
        (
            "function g { begin { 'b' } process { \"p$_\" } end { 'e' } }; 1,2 | g",
            "b|p1|p2|e",
        ),
        ("function f { end { @($input).Count } }; 1,2,3 | f", "3"),
        ("filter double { $_ * 2 }; 1,2 | double", "2|4"),
        ("1..3 | % { if ($_ -eq 2) { return }; $_ }", "1|3"),
        ("$s = 0; 1..4 | % { $s += $_ }; $s", "10"),
    ]);
}

#[test]
fn scopes_are_dynamic_and_assignments_are_local() {
    prints(&[
        ("$x = 'hi'; function f { $x = 'in'; $x }; f; $x", "in|hi"),
        ("$x = 1; function f { $x += 1; $x }; f; $x", "1|1"),
        ("function g { $y }; function f { $y = 5; g }; f", "5"),
        ("$x = 1; & { $script:x = 2 }; $x; . { $x = 3 }; $x", "2|3"),
        ("$x = 5; $c = { $x }.GetNewClosure(); $x = 6; & $c; $x", "5|6"),
        ("[int]$n = 1; $n = '7'; $n + 1", "8"),
        ("$a, $b = 1,2,3; \"$a-$b\"", "1-2 3"),
    ]);
}

#[test]
fn flow_control_leaves_the_loops_it_names() {
    prints(&[
        (
            ":o foreach ($i in 1..3) { foreach ($j in 1..3) { if ($j -eq 2) { continue o }; \"$i$j\" } }",
            "11|21|31",
        ),
        ("foreach ($i in 1..4) { $i; $null = $foreach.MoveNext() }", "1|3"),
        (
            "switch (1..3) { {$_ % 2} { \"odd $_\" } default { \"even $_\" } }",
            "odd 1|even 2|odd 3",
        ),
        ("switch -Wildcard ('abc') { 'a*' { 1 } '*c' { 2 } }", "1|2"),
        ("$i = 0; do { $i++; $i } until ($i -ge 3)", "1|2|3"),
        ("function f { if ($true) { return 'a' } 'b' }; f", "a"),
    ]);
}

#[test]
fn errors_are_caught_by_type_and_others_end_their_statement_only() {
    prints(&[
        (
            "try { throw 'boom' } catch { \"caught $_\" } finally { 'fin' }",
            "caught boom|fin",
        ),
        (
            "try { [int]::Parse('x') } catch [System.FormatException] { 'format' }",
            "format",
        ),
        (
            "function f { trap { \"t:$_\"; continue } 1; throw 'bad'; 2 }; f",
            "1|t:bad|2",
        ),
        ("1/0; 'next'", "next"),
        (
            "try { try { throw 'x' } catch { throw } } catch { \"again $_\" }",
            "again x",
        ),
        (
            "function f { [CmdletBinding()] param([int]$a) $a }; try { f -a x } catch { $_.FullyQualifiedErrorId }",
            "ParameterArgumentTransformationError,f",
        ),
        (
            "function f { param([Parameter(Mandatory)]$a) $a }; try { f } catch { $_.FullyQualifiedErrorId }",
            "MissingMandatoryParameter,f",
        ),
        (
            "function f { [CmdletBinding()] param() 'ok' }; try { f 1 } catch { $_.FullyQualifiedErrorId }",
            "PositionalParameterNotFound,f",
        ),
    ]);
}

#[test]
fn parameters_bind_by_name_position_alias_and_property() {
    prints(&[
        (
            "function f($a,$b=5) { \"a=$a b=$b\" }; f 1; f -b 2 -a 9",
            "a=1 b=5|a=9 b=2",
        ),
        (
            "function f { param([Alias('CN')]$ComputerName) $ComputerName }; f -cn y",
            "y",
        ),
        (
            "function f { param([switch]$s) $s.IsPresent }; f -s; f -s:$false",
            "True|False",
        ),
        (
            "$p = @{a=1;b=2}; function f($a,$b) { \"$a-$b\" }; f @p; $q = 3,4; f @q",
            "1-2|3-4",
        ),
        (
            "function f { param([Parameter(ValueFromPipelineByPropertyName)]$n) process { \"n=$n\" } }; [pscustomobject]@{n=1} | f",
            "n=1",
        ),
        ("function f([string]$s) { $s }; f 007", "007"),
        ("function f { $args.Count }; f 1 2 -x 3", "4"),
        (
            "$z = 1; function f([ref]$r) { $r.Value = 9 }; f ([ref]$z); $z",
            "9",
        ),
    ]);
}

#[test]
fn classes_and_enums_have_members_constructors_and_bases() {
    prints(&[
        ("enum E { A; B = 5; C }; [E]::B; [int][E]::C", "B|6"),
        (
            "class P { [string]$N; P([string]$n) { $this.N = $n; 'noise' } [string] Hi([string]$g) { 'junk'; return \"$g $($this.N)\" } }; ([P]::new('bob')).Hi('hello')",
            "hello bob",
        ),
        (
            "class A { [int]$v = 1; [int] G() { return $this.v } }; class B : A { B() : base() { $this.v = 7 } }; ([B]::new()).G()",
            "7",
        ),
    ]);
}

#[test]
fn the_exit_code_is_that_of_exit_or_of_the_last_statement() {
    for (script, code) in [
        ("exit 3", 3),
        ("1", 0),
        ("No-Such", 1),
        ("throw 'x'", 1),
        ("No-Such; 1", 0),
        ("1 +", 1),
    ] {
        assert_eq!(run(script).0.exit_code, code, "{script}");
    }
}

#[test]
fn errors_show_their_place_when_they_are_not_on_the_first_line() {
    let (_, _, errors) = run("$a = 1\nthrow 'x'");
    assert_eq!(
        errors,
        "Exception: \nLine |\n   2 |  throw 'x'\n     |  ~~~~~~~~~\n     | x\n"
    );
    let (_, _, errors) = run("[int]'x'");
    assert!(
        errors.starts_with("InvalidArgument: Cannot convert value \"x\""),
        "{errors}"
    );
}

#[test]
fn deep_recursion_ends_in_an_error() {
    let (_, output, errors) = run("function f { f }; f; 'alive'");
    assert_eq!(output, "alive");
    assert!(errors.contains("call depth overflow"), "{errors}");
}

#[test]
fn a_step_limit_ends_an_endless_loop() {
    let (outcome, ..) = run_limited("while ($true) { }", Some(10_000));
    assert!(outcome.stopped);
}

#[test]
fn a_step_limit_ends_calls_that_double() {
    let (outcome, ..) = run_limited("function f { f 1; f 2 }; f", Some(5_000));
    assert!(outcome.stopped);
}

#[test]
fn incomplete_lines_are_told_from_wrong_ones() {
    for (text, incomplete) in [
        ("if (1) {", true),
        ("'abc", true),
        ("1 +", true),
        ("@'\nx", true),
        ("1 2", false),
        ("Get-X", false),
        ("}", false),
        ("a |", true),
    ] {
        assert_eq!(Engine::is_incomplete(text), incomplete, "{text}");
    }
}

#[test]
fn numbers_in_slots_keep_the_rules_of_the_general_way() {
    prints(&[
        (
            "& { $x = 2147483647; $x++; $x.GetType().Name; $x }",
            "Double|2147483648",
        ),
        ("& { $x = 2147483640; $x += 10; $x.GetType().Name }", "Double"),
        ("& { $x = -2147483648; $x--; $x.GetType().Name }", "Double"),
        ("& { [int]$x = 1; $x += 1; $x += '2'; $x }", "4"),
        ("& { $x = 7; $x /= 2; $x }", "3.5"),
        ("& { $x = 'a'; $x += 1; $x }", "a1"),
        ("& { $x = 1.5; $x += 1; $x }", "2.5"),
        ("& { $x += 1; $x }", "1"),
        ("$x = 5; & { $x += 1; $x }; $x", "1|5"),
        (
            "& { $n = 0; for ($i = 0; $i -lt 3; $i++) { $n += $i * 2 }; $n }",
            "6",
        ),
    ]);
}

#[test]
fn a_division_by_zero_in_a_loop_is_still_an_error() {
    let (_, output, errors) = run("& { $x = 1; $zero = 0; $x %= $zero; 'after' }");
    assert_eq!(output, "after");
    assert!(errors.contains("divide by zero"), "{errors}");
}

#[test]
fn arrays_have_more_than_one_dimension() {
    prints(&[
        (
            "$a = [int[,]]::new(2, 3); $a[1, 2] = 5; $a[1, 2]; $a[-1, -1]; $a.Rank; $a.GetLength(1); $a.Length",
            "5|5|2|3|6",
        ),
        (
            "[int[,]]::new(1, 2).GetType().FullName; [int[,]].Name",
            "System.Int32[,]|Int32[,]",
        ),
        (
            "$a = [string[,]]::new(2, 2); $a[0, 1] = 7; foreach ($i in $a) { \"<$i>\" }",
            "<>|<7>|<>|<>",
        ),
        (
            "$a = [int[,]]::new(2, 2); try { $a[1] } catch { $_.FullyQualifiedErrorId }",
            "NeedMultidimensionalIndex",
        ),
        (
            "$a = [int[,]]::new(2, 2); try { $a[2, 0] = 1 } catch { $_.Exception.GetType().Name }",
            "IndexOutOfRangeException",
        ),
    ]);
}

#[test]
fn a_dynamicparam_block_gives_parameters_that_depend_on_others() {
    let function = "function f { [CmdletBinding()] param($a) dynamicparam { \
        $d = [System.Management.Automation.RuntimeDefinedParameterDictionary]::new(); \
        $l = [System.Collections.ObjectModel.Collection[System.Attribute]]::new(); \
        $l.Add([Parameter]@{ Mandatory = $true }); $l.Add([ValidateRange]::new(1, 5)); \
        if ($a -eq 1) { $d.Add('Dyn', [System.Management.Automation.RuntimeDefinedParameter]::new('Dyn', [int], $l)) }; $d } \
        end { \"a=$a dyn=$($PSBoundParameters['Dyn'])\" } }; ";
    for (call, expected) in [
        ("f -a 1 -Dyn 3", "a=1 dyn=3"),
        ("f 2", "a=2 dyn="),
        (
            "try { f -a 1 -Dyn 9 } catch { $_.FullyQualifiedErrorId }",
            "ParameterArgumentValidationError,f",
        ),
        (
            "try { f -a 2 -Dyn 3 } catch { $_.FullyQualifiedErrorId }",
            "NamedParameterNotFound,f",
        ),
        (
            "try { f -a 1 } catch { $_.FullyQualifiedErrorId }",
            "MissingMandatoryParameter,f",
        ),
    ] {
        prints(&[(&format!("{function}{call}"), expected)]);
    }
}

#[test]
fn methods_are_chosen_by_the_types_of_their_arguments() {
    prints(&[
        (
            "class A { [string] M([int]$x) { return 'int' } [string] M([string]$x) { return 'text' } }; $a = [A]::new(); $a.M(1); $a.M('x')",
            "int|text",
        ),
        (
            "[B]::new(4).X; class B : A { B([int]$x) : base($x) {} } class A { [int]$X; A([int]$x) { $this.X = $x } }",
            "4",
        ),
        (
            "class A { [string] M() { return 'a' } } class B : A { [string] M() { return 'b' + ([A]$this).M() } }; [B]::new().M()",
            "ba",
        ),
        (
            "class E : Exception { E([string]$m) : base($m) {} }; try { throw [E]::new('boo') } catch [E] { $_.Exception.Message }",
            "boo",
        ),
        (
            "class N : IComparable { [int]$V; [int] CompareTo([object]$o) { return $this.V - $o.V } }; [N]@{ V = 1 } -lt [N]@{ V = 2 }",
            "True",
        ),
        (
            "class R { [ValidateRange(1, 5)][int]$V = 2 }; $r = [R]::new(); try { $r.V = 9 } catch { $_.FullyQualifiedErrorId }; $r.V",
            "ExceptionWhenSetting|2",
        ),
        (
            "using namespace System.Collections.Generic\n[List[int]]::new().GetType().Name",
            "List`1",
        ),
    ]);
}

#[test]
fn a_steppable_pipeline_gives_its_output_step_by_step() {
    prints(&[
        (
            "$p = { ForEach-Object { $_ * 2 } | Where-Object { $_ -gt 2 } }.GetSteppablePipeline(); $p.Begin($true); 'a'; $p.Process(1); $p.Process(2); 'b'; $p.End()",
            "a|4|b",
        ),
        (
            "function f { process { $_ + 1 } }; $p = { f }.GetSteppablePipeline(); $p.Begin($true); $p.Process(1); 'a'; $p.End()",
            "a|2",
        ),
        (
            "try { { 1; 2 }.GetSteppablePipeline() } catch { $_.Exception.GetType().Name }",
            "PSInvalidOperationException",
        ),
    ]);
}

#[test]
fn streams_hashes_and_readers_work_on_bytes_and_lines() {
    prints(&[
        (
            "$s = [IO.MemoryStream]::new([byte[]](72, 105)); [IO.StreamReader]::new($s).ReadToEnd()",
            "Hi",
        ),
        (
            "$r = [IO.StringReader]::new(\"a`r`nb\"); $r.ReadLine(); $r.ReadLine(); $null -eq $r.ReadLine()",
            "a|b|True",
        ),
        (
            "$b = [Text.Encoding]::UTF8.GetBytes('abc'); [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($b)).Substring(0, 8)",
            "BA7816BF",
        ),
        (
            "$b = [Text.Encoding]::UTF8.GetBytes('abc'); [Convert]::ToHexString([Security.Cryptography.MD5]::Create().ComputeHash($b))",
            "900150983CD24FB0D6963F7D28E17F72",
        ),
        (
            "[Linq.Enumerable]::Where([int[]](1, 2, 3), [Func[int, bool]] { $args[0] -gt 1 }) -join ','",
            "2,3",
        ),
    ]);
}

#[test]
fn classes_can_be_attributes_of_parameters() {
    let classes = "using namespace System.Management.Automation\n\
        class Small : ValidateArgumentsAttribute { [void] Validate([object]$a, [EngineIntrinsics]$e) { if ($a -gt 3) { throw 'too large' } } } \
        class Twice : ArgumentTransformationAttribute { [object] Transform([EngineIntrinsics]$e, [object]$d) { return $d * 2 } } \
        class Names : IValidateSetValuesGenerator { [string[]] GetValidValues() { return 'a', 'b' } }; ";
    for (script, expected) in [
        (
            "function f { param([Small()]$x) $x }; f 2; try { f 5 } catch { $_.Exception.Message }",
            "2|Cannot validate argument on parameter 'x'. too large",
        ),
        ("function f { param([Twice()]$x) $x }; f 4", "8"),
        (
            "function f { param([ValidateSet([Names])]$x) $x }; f B; try { f c } catch { $_.FullyQualifiedErrorId }",
            "B|ParameterArgumentValidationError,f",
        ),
    ] {
        prints(&[(&format!("{classes}{script}"), expected)]);
    }
}
