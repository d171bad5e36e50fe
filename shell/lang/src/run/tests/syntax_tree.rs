//! The tree of a script as scripts ask it.

use super::prints;

#[test]
fn a_tree_is_searched_for_its_commands() {
    prints(&[
        (
            "$t = [System.Management.Automation.Language.Parser]::ParseInput('function f($a) { Get-X -Y $a | g }; & { h }', [ref]$null, [ref]$null); \
             $is = { $args[0] -is [System.Management.Automation.Language.CommandAst] }; \
             foreach ($c in $t.FindAll($is, $true)) { \"$($c.GetCommandName()):$c\" }; @($t.FindAll($is, $false)).Count; $t.Find($is, $true).Extent.StartOffset",
            "Get-X:Get-X -Y $a|g:g|:& { h }|h:h|1|17",
        ),
        (
            "$t = { param($a, [int]$b = 3) $y = 1 + 2; if ($x) { 'v' } }.Ast; foreach ($p in $t.ParamBlock.Parameters) { \
             \"$($p.Name.VariablePath.UserPath) $($p.StaticType.Name) $($p.DefaultValue)\" }; $s = $t.EndBlock.Statements; \
             $s[0].Right.PipelineElements[0].Expression.Operator; $s[1].Clauses[0].Item1.Extent.Text; $s[1].Parent.BlockKind; $s[0].GetType().Name",
            "a Object |b Int32 3|Plus|$x|End|AssignmentStatementAst",
        ),
    ]);
}

#[test]
fn a_function_sees_its_invocation_whichever_way_it_asks() {
    prints(&[(
        "function f { [CmdletBinding()] param($x) $PSCmdlet.MyInvocation.BoundParameters['x']; $MyInvocation.BoundParameters.Count; \
         $PSCmdlet.MyInvocation.MyCommand.Name; $MyInvocation.BoundParameters.GetType().Name }; f 3",
        "3|1|f|PSBoundParametersDictionary",
    )]);
}
