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
