//! What the parser accepts, and which errors it names.

use crate::ast::{Script, Source};

fn parse(text: &str) -> Script {
    super::parse(&Source::new(None, text))
}

#[test]
fn valid_scripts_have_no_errors() {
    let scripts = [
        "1+2",
        "Get-Date -Year 2024 | Select-Object Day,Month",
        "$x = if ($a) { 1 } else { 2 }",
        "\"a $($x.Count) b\"",
        "function f($a, [int]$b = 2) { $a + $b }; f 1 2",
        "@{ a = 1; 'b' = 2\n c = if ($x) { 1 } }",
        "[int]$n = '5'; $n++",
        "switch -Regex ('x') { '^a' { 1 } default { 2 } }",
        "try { 1 } catch [System.Exception] { 2 } finally { 3 }",
        ":outer foreach ($i in 1..3) { break outer }",
        "Get-X a.b@c.com -Y:$false 2>&1 | Out-Null",
        "$a ? $b : $c",
        "do { $i++ } until ($i -gt 3)",
        "for ($i=0; $i -lt 3; $i++) { $i }",
        "@'\na\n'@",
        "@\"\n$x\n\"@",
        "$x.Where{ $_ }",
        "class P { [string]$Name; P([string]$n) { $this.Name = $n } [int] M() { return 1 } }",
        "enum E { A; B = 5 }",
        "& { param($p) $p } 5",
        ". ./x.ps1",
        "a && b || c",
        "Get-X |\n  Sort-Object",
        "Get-X\n  | Sort-Object",
        "$h.a.b[0].C('x', 2)",
        "[math]::Round(1.5)",
        "[System.Collections.Generic.List[string]]::new()",
        "${a b} = 1",
        "-join 'a','b'",
        "1,2,3 -contains 2",
        "$_.Name -like 'a*' -and -not $x",
        "Write-Output if for",
        "foreach ($i in $x)\n\n{ $i }",
        "$null = $x ?? 5",
        "${x}?.Length",
        "f @args @p",
        "if ($true) { return 'a' } 'b'",
        "$x[1..3]",
        "1..5 | % { $_ }",
    ];
    for script in scripts {
        let parsed = parse(script);
        assert!(parsed.errors.is_empty(), "{script}: {:?}", parsed.errors);
    }
}

#[test]
fn errors_have_the_ids_of_powershell() {
    let cases = [
        ("1 | | 2", "EmptyPipeElement"),
        ("1 | 2", "ExpressionsMustBeFirstInPipeline"),
        ("@{a=1;A=2}", "DuplicateKeyInHashLiteral"),
        ("1 2", "UnexpectedToken"),
        ("}", "UnexpectedToken"),
        ("\"a $x: b\"", "InvalidVariableReferenceWithDrive"),
        ("if ($true)", "MissingStatementBlock"),
        ("try { 1 }", "MissingCatchOrFinally"),
        ("{ 1", "MissingEndCurlyBrace"),
        ("(1", "MissingEndParenthesisInExpression"),
        ("'a", "TerminatorExpectedAtEndOfString"),
        ("1 +", "ExpectedValueExpression"),
        ("'abc'\n.ToUpper()", "ExpectedExpression"),
        ("1.ToString()", "ExpectedExpression"),
        ("foreach ($i in 1..3) { $i } | Measure-Object", "EmptyPipeElement"),
        ("1 = 2", "InvalidLeftHandSide"),
        ("Get-X a,", "MissingArgument"),
    ];
    for (script, id) in cases {
        let parsed = parse(script);
        assert_eq!(
            parsed.errors.first().map(|error| error.id),
            Some(id),
            "{script}: {:?}",
            parsed.errors
        );
    }
}

#[test]
fn errors_say_what_is_missing_and_where() {
    // Script, id, the text before the place that is pointed to, message.
    let cases = [
        (
            "-not",
            "MissingExpressionAfterOperator",
            "-not",
            "Missing expression after unary operator '-not'.",
        ),
        (
            "$x ? 1 :",
            "ExpectedValueExpression",
            "$x ? 1 :",
            "You must provide a value expression following the ':' operator.",
        ),
        (
            "if (1) {} elseif",
            "MissingOpenParenthesisInIfStatement",
            "if (1) {} elseif",
            "Missing '(' after 'elseif' in if statement.",
        ),
        (
            "&",
            "MissingExpression",
            "&",
            "Missing expression after '&' in pipeline element.",
        ),
        (
            "&& a",
            "UnexpectedToken",
            "",
            "Unexpected token '&&' in expression or statement.",
        ),
        (
            "a > b > c",
            "StreamAlreadyRedirected",
            "a > b ",
            "The output stream for this command is already redirected.",
        ),
        (
            "a 2>&1 2> c",
            "StreamAlreadyRedirected",
            "a 2>&1 ",
            "The error stream for this command is already redirected.",
        ),
        (
            "[Foo()]",
            "UnexpectedAttribute",
            "",
            "Unexpected attribute 'Foo'.",
        ),
        (
            "try { 1 }",
            "MissingCatchOrFinally",
            "try { 1 }",
            "The Try statement is missing its Catch or Finally block.",
        ),
        (
            "@'\na\n '@",
            "WhitespaceBeforeHereStringFooter",
            "@'\na\n ",
            "White space is not allowed before the string terminator.",
        ),
        (
            "param($a $b)",
            "MissingEndParenthesisInFunctionParameterList",
            "param($a",
            "Missing ')' in function parameter list.",
        ),
        (
            "Get-X -Name:",
            "ParameterRequiresArgument",
            "Get-X -Name:",
            "Parameter -Name: requires an argument.",
        ),
        (
            "class A { [int] }",
            "IncompleteMemberDefinition",
            "class A { [int]",
            "Missing a property name or method definition.",
        ),
    ];
    for (script, id, before, message) in cases {
        let parsed = parse(script);
        let first = parsed.errors.first().expect("the script is wrong");
        assert_eq!((first.id, first.message.as_str()), (id, message), "{script}");
        assert_eq!(first.span.start as usize, before.len(), "{script}");
    }
}

#[test]
fn a_bracket_of_the_wrong_kind_ends_what_it_stands_in() {
    let ids = |script: &str| -> Vec<(&'static str, u32)> {
        parse(script)
            .errors
            .iter()
            .map(|error| (error.id, error.span.start))
            .collect()
    };
    let (brace, token) = ("MissingEndCurlyBrace", "UnexpectedToken");
    assert_eq!(ids("if (1) { 1 ) }"), [(brace, 7), (token, 11), (token, 13)]);
    assert_eq!(
        ids("function f { param($a $b) }"),
        [
            (brace, 11),
            ("MissingEndParenthesisInFunctionParameterList", 21),
            (token, 24),
            (token, 26)
        ]
    );
    assert_eq!(ids("( { 1 )"), [(brace, 2)]);
    assert_eq!(ids("{ $( 1 }"), [("MissingEndParenthesisInSubexpression", 7)]);
}

#[test]
fn hostile_nesting_ends_in_an_error() {
    for text in [
        "(".repeat(100_000),
        "{".repeat(100_000),
        "@(".repeat(100_000),
        "$a[".repeat(50_000),
        "\"$(".repeat(50_000),
    ] {
        assert!(!parse(&text).errors.is_empty());
    }
}

#[test]
fn types_keep_to_their_rules() {
    for (text, id, at) in [
        ("class foo { [int] }", "IncompleteMemberDefinition", 17),
        ("class foo {} class foo {}", "MemberAlreadyDefined", 13),
        ("class foo { $x; $x; }", "MemberAlreadyDefined", 16),
        ("class foo { [int][string]$x; }", "TooManyTypes", 17),
        (
            "class C { F(){} F($o){} [int] F($o) {return 1} }",
            "MemberAlreadyDefined",
            24,
        ),
        (
            "class C { static C($x) {} }",
            "StaticConstructorCantHaveParameters",
            19,
        ),
        (
            "class C { static f() { $this.x } }",
            "NonStaticMemberAccessInStaticMember",
            23,
        ),
        ("class C { $p; f() { $p } }", "VariableNotLocal", 20),
        ("class C { static static $z }", "DuplicateQualifier", 17),
        ("1; using namespace System", "UsingMustBeAtStartOfScript", 3),
        ("enum E { X; x }", "MemberAlreadyDefined", 12),
        ("enum E { a = $x }", "EnumeratorValueMustBeConstant", 13),
        ("enum E { a = [E]::a }", "CycleInEnumInitializers", 0),
        ("enum E : string { a }", "InvalidUnderlyingType", 9),
    ] {
        let script = parse(text);
        let found: Vec<(&str, u32)> = script
            .errors
            .iter()
            .map(|error| (error.id, error.span.start))
            .collect();
        assert_eq!(found, [(id, at)], "{text}");
    }
    for text in [
        "class C { f($a) { $b = $a; foreach ($i in 1..2) { $i + $b }; $null = 1, 2 | ForEach-Object { $c = $_; $c } } }",
        "class C { f() { $script:n = 1; $env:PATH; $Matches; $x, $y = 1, 2; \"$x $y\"; g -OutVariable z; $z } }",
        "class C { f() { } f([int]$a) { } f([string]$a) { } C() { } static C() { } }",
        "enum E { a = 1; b = 2 -shl 3; c = [int]::MaxValue }",
    ] {
        let script = parse(text);
        assert!(
            script.errors.is_empty(),
            "{text}: {:?}",
            script.errors.first().map(|error| error.id)
        );
    }
}

#[test]
fn what_a_keyword_lacks_is_named() {
    for (text, id, at) in [
        ("while (1)", "MissingLoopStatement", 9),
        ("if (1) {} else", "MissingStatementBlockAfterElse", 14),
        ("try", "MissingTryStatementBlock", 3),
        ("try {} catch", "MissingCatchHandlerBlock", 12),
        ("trap", "MissingTrapStatement", 4),
        ("if (", "IfStatementMissingCondition", 4),
        ("foreach ($a in", "MissingForeachExpression", 14),
        (
            "switch (1) { default {} default {} }",
            "MultipleSwitchDefaultClauses",
            24,
        ),
        ("$a.", "MissingPropertyName", 3),
        ("| a", "EmptyPipeElement", 0),
        ("a &&", "EmptyPipelineChainElement", 4),
    ] {
        let found: Vec<(&str, u32)> = parse(text)
            .errors
            .iter()
            .map(|error| (error.id, error.span.start))
            .collect();
        assert_eq!(found.first(), Some(&(id, at)), "{text}");
    }
}
