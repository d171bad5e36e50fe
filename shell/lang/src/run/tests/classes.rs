//! Classes of scripts where .NET's collections and base classes ask them.

use super::prints;

const POINT: &str = "class P { [int]$X; P([int]$x) { $this.X = $x } [bool] Equals([object]$o) { return $o.X -eq $this.X } \
    [int] GetHashCode() { return $this.X } }; $a = [P]::new(1); $b = [P]::new(1); $c = [P]::new(2); ";

fn over_points(cases: &[(&str, &str)]) {
    for (script, expected) in cases {
        prints(&[(&format!("{POINT}{script}"), expected)]);
    }
}

#[test]
fn keys_are_those_that_a_class_calls_equal() {
    over_points(&[
        (
            "$h = @{}; $h[$a] = 'x'; $h[$b]; $h.ContainsKey($b); $h.ContainsKey($c)",
            "x|True|False",
        ),
        (
            "$h = @{}; $h[$a] = 1; $h[$b] = 2; $h.Count; $h.Remove($b); $h.Count",
            "1|0",
        ),
        (
            "$d = [System.Collections.Generic.Dictionary[P,int]]::new(); $d.Add($a, 1); try { $d.Add($b, 2) } catch { 'twice' }",
            "twice",
        ),
        (
            "$s = [System.Collections.Generic.HashSet[P]]::new(); $s.Add($a); $s.Add($b); $s.Contains($b); $s.Add($c); $s.Count",
            "True|False|True|True|2",
        ),
        (
            "[object]::Equals($a, $b); [object]::ReferenceEquals($a, $b)",
            "True|False",
        ),
        (
            "try { @{ $a = 1; $b = 2 } } catch { $_.FullyQualifiedErrorId }",
            "DuplicateKeyInHashLiteral",
        ),
    ]);
}

#[test]
fn a_class_without_a_hash_of_its_own_is_found_by_reference() {
    prints(&[(
        "class Q { [int]$X = 1; [bool] Equals([object]$o) { return $true } }; $h = @{}; $h[[Q]::new()] = 1; \
         $h.ContainsKey([Q]::new()); [Q]::new() -eq [Q]::new()",
        "False|True",
    )]);
}

#[test]
fn changes_of_a_collection_pass_through_its_virtual_methods() {
    let class = "class C : System.Collections.ObjectModel.Collection[string] { \
        [void] InsertItem([int]$i, [string]$s) { ([System.Collections.ObjectModel.Collection[string]]$this).InsertItem($i, $s.ToUpper()) } \
        [void] SetItem([int]$i, [string]$s) { ([System.Collections.ObjectModel.Collection[string]]$this).SetItem($i, \"set $s\") } \
        [void] RemoveItem([int]$i) { $script:removed = $i; ([System.Collections.ObjectModel.Collection[string]]$this).RemoveItem($i) } \
        [void] ClearItems() { $script:cleared = $true; ([System.Collections.ObjectModel.Collection[string]]$this).ClearItems() } }; \
        $c = [C]::new(); $c.Add('a'); $c.Insert(0, 'b'); ";
    for (script, expected) in [
        ("$c -join ','", "B,A"),
        ("$c[1] = 'z'; $c -join ','", "B,set z"),
        (
            "$c.Remove('A'); $c.Remove('none'); $removed; $c.Count",
            "True|False|1|1",
        ),
        ("$c.RemoveAt(0); $removed; $c -join ','", "0|A"),
        ("$c.Clear(); $cleared; $c.Count", "True|0"),
    ] {
        prints(&[(&format!("{class}{script}"), expected)]);
    }
}
