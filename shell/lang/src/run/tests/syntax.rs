//! The syntax tree as scripts see it.

use super::prints;

const TEXT: &str = "$ast = [System.Management.Automation.Language.Parser]::ParseInput(
    'function f($a, $b = 2) { if ($a -gt $b) { g -Name x | h @more } else { $script:y += \"v $a\" } }; f 1; $t = @{ k = { i } }',
    [ref]$null, [ref]$null)
$language = 'System.Management.Automation.Language'
function every($class, [bool]$nested = $true) { $ast.FindAll({ $args[0] -is \"$language.$class\" }, $nested) }
";

#[test]
fn a_tree_is_searched_from_the_top_to_the_bottom() {
    let cases = [
        ("every CommandAst | % { $_.GetCommandName() }", "g|h|f|i"),
        ("every CommandAst $false | % { $_.GetCommandName() }", "f"),
        (
            "every VariableExpressionAst | % { \"$($_.VariablePath):$($_.Splatted)\" }",
            "a:False|b:False|a:False|b:False|more:True|script:y:False|a:False|t:False",
        ),
        (
            "every BinaryExpressionAst | % { \"$($_.Left) $($_.Operator) $($_.Right)\" }",
            "$a Igt $b",
        ),
        (
            "$ast.Find({ $args[0] -is \"$language.IfStatementAst\" }, $true).Clauses[0].Item1.ToString()",
            "$a -gt $b",
        ),
    ];
    for (script, expected) in cases {
        prints(&[(&format!("{TEXT}{script}"), expected)]);
    }
}

#[test]
fn nodes_know_their_place_and_their_parts() {
    let cases = [
        (
            "$ast.GetType().FullName",
            "System.Management.Automation.Language.ScriptBlockAst",
        ),
        (
            "$f = $ast.EndBlock.Statements[0]; $f.Name, $f.Parameters.Count, $f.Parameters[1].DefaultValue.Value, \
             ($null -eq $f.Body.ParamBlock), $f.Parent.Parent.GetType().Name, $f.Extent.EndColumnNumber",
            "f|2|2|True|ScriptBlockAst|95",
        ),
        (
            "$h = $ast.EndBlock.Statements[2].Right.Expression; $h.KeyValuePairs[0].Item1.Value, $h.KeyValuePairs[0].Item2.ToString()",
            "k|{ i }",
        ),
        (
            "$c = $ast.EndBlock.Statements[1].PipelineElements[0]; $c.CommandElements[1].Value, $c.Parent.Equals($ast.EndBlock.Statements[1])",
            "1|True",
        ),
        (
            "{ param($q) $q }.Ast.ParamBlock.Parameters[0].Name.Extent.Text",
            "$q",
        ),
    ];
    for (script, expected) in cases {
        prints(&[(&format!("{TEXT}{script}"), expected)]);
    }
}

const USING: &str = "using namespace System.Management.Automation.Language\n";

#[test]
fn a_class_visits_nodes_and_says_how_to_go_on() {
    prints(&[
        (
            &format!(
                "{USING}class V : AstVisitor {{ [string[]]$Names; [AstVisitAction] VisitCommand([CommandAst]$c) {{ $this.Names += $c.GetCommandName(); \
                 return [AstVisitAction]::Continue }} [AstVisitAction] VisitFunctionDefinition([FunctionDefinitionAst]$f) {{ return 'SkipChildren' }} }}; \
                 $v = [V]::new(); {{ a; b | c; function q {{ hidden }} }}.Ast.Visit($v); $v.Names -join ','"
            ),
            "a,b,c",
        ),
        (
            &format!(
                "{USING}class W : ICustomAstVisitor {{ [object] VisitScriptBlock([ScriptBlockAst]$s) {{ return $s.EndBlock.Visit($this) }} \
                 [object] VisitNamedBlock([NamedBlockAst]$b) {{ return $b.Statements.Count }} }}; {{ 1; 2 }}.Ast.Visit([W]::new())"
            ),
            "2",
        ),
    ]);
}

#[test]
fn a_value_is_read_from_the_tree_only_where_it_is_constant() {
    let expression = ".Ast.EndBlock.Statements[0].PipelineElements[0].Expression.SafeGetValue()";
    prints(&[
        (
            &format!("$h = {{ @{{ a = 1; b = 'x', 'y' }} }}{expression}; $h.a; $h.b -join ','"),
            "1|x,y",
        ),
        (
            &format!("try {{ {{ 1, $x }}{expression} }} catch {{ 'dynamic' }}"),
            "dynamic",
        ),
        (&format!("{{ $true }}{expression}"), "True"),
    ]);
}

#[test]
fn tokens_have_kinds_and_flags() {
    let parse = "$t = $null; $null = [System.Management.Automation.Language.Parser]::ParseInput";
    prints(&[
        (
            &format!(
                "{parse}('get-item -Path:x \"a $b\"', [ref]$t, [ref]$null); $t.Kind -join ','; $t[1].ParameterName; $t[0].TokenFlags"
            ),
            "Generic,Parameter,Identifier,StringExpandable,EndOfInput|Path|CommandName",
        ),
        (
            &format!(
                "{parse}(':l foreach ($i in 1..3) {{ break l }}', [ref]$t, [ref]$null); $t.Kind -join ','"
            ),
            "Label,Foreach,LParen,Variable,In,Number,DotDot,Number,RParen,LCurly,Break,Identifier,RCurly,EndOfInput",
        ),
        (
            &format!("{parse}('1 -ceq 2', [ref]$t, [ref]$null); $t[1].Kind; $t[1].Kind.value__"),
            "Ceq|76",
        ),
        (
            "([System.Management.Automation.PSParser]::Tokenize('a -b $c # d', [ref]$null)).Type -join ','",
            "Command,CommandParameter,Variable,Comment",
        ),
        (
            "{ 1 -eq 2 }.Ast.EndBlock.Statements[0].PipelineElements[0].Expression.Operator.GetType().Name",
            "TokenKind",
        ),
    ]);
}
