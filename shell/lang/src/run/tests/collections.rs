//! Members of .NET's less common collections.

use super::prints;

#[test]
fn bit_arrays_combine_and_shift() {
    prints(&[
        (
            "$b = [System.Collections.BitArray]::new(4); $b[1] = $true; $b.Set(3, $true); $b.Count; \"$b\"",
            "4|False True False True",
        ),
        ("[System.Collections.BitArray]::new([byte[]](5)).Get(2)", "True"),
        (
            "$b = [System.Collections.BitArray]::new([bool[]](1, 0, 1)); $b.Not() -join ','",
            "False,True,False",
        ),
        (
            "$b = [System.Collections.BitArray]::new([bool[]](1, 0)); $b.And([System.Collections.BitArray]::new(2, $true)) -join ','",
            "True,False",
        ),
        (
            "$n = [int[]]::new(1); [System.Collections.BitArray]::new([bool[]](1, 0, 1)).CopyTo($n, 0); $n[0]",
            "5",
        ),
        (
            "[System.Collections.BitArray]::new([bool[]](1, 0, 0)).LeftShift(2) -join ','",
            "False,False,True",
        ),
        (
            "try { [System.Collections.BitArray]::new(1).Get(7) } catch { 'out' }",
            "out",
        ),
    ]);
}

#[test]
fn a_priority_queue_gives_the_least_first() {
    let queue = "$q = [System.Collections.Generic.PriorityQueue[string,int]]::new(); $q.Enqueue('b', 2); $q.Enqueue('a', 1); $q.Enqueue('c', 2); ";
    for (script, expected) in [
        ("$q.Count; $q.Peek(); 1..3 | % { $q.Dequeue() }", "3|a|a|b|c"),
        (
            "$x = $null; $p = 0; $q.TryDequeue([ref]$x, [ref]$p); \"$x$p\"",
            "True|a1",
        ),
        (
            "$q.Clear(); try { $q.Dequeue() } catch { $_.Exception.InnerException.Message }",
            "Queue empty.",
        ),
        ("$q.EnqueueRange([string[]]('x', 'y'), 0); $q.Dequeue()", "x"),
        ("$q.UnorderedItems.Count", "3"),
    ] {
        prints(&[(&format!("{queue}{script}"), expected)]);
    }
}

#[test]
fn arrays_become_sets_and_linked_lists() {
    prints(&[
        (
            "[System.Collections.Generic.HashSet[string]]@('a', 'b', 'a') -join ','",
            "a,b",
        ),
        (
            "[System.Collections.Generic.SortedSet[int]]@(3, 1, 2) -join ','",
            "1,2,3",
        ),
        (
            "([System.Collections.Generic.LinkedList[int]]@(3, 1)).First.Value",
            "3",
        ),
    ]);
}

#[test]
fn lists_and_builders_have_their_rarer_members() {
    prints(&[
        (
            "$l = [System.Collections.Generic.List[int]](1, 5, 2); $l.FindLast({ $args[0] -gt 1 }); $l.FindLastIndex({ $args[0] -eq 9 })",
            "2|-1",
        ),
        (
            "$sb = [System.Text.StringBuilder]::new('abc'); $sb[0] = 'X'; \"$sb\"; $sb.Chars(1)",
            "Xbc|b",
        ),
        (
            "[System.Text.StringBuilder]::new('ab').Insert(1, '-', 3).ToString()",
            "a---b",
        ),
        (
            "[System.Text.StringBuilder]::new('abab').Replace('a', 'x', 1, 3).ToString()",
            "abxb",
        ),
        (
            "[System.Collections.Concurrent.ConcurrentQueue[int]]::new().IsEmpty",
            "True",
        ),
    ]);
}

#[test]
fn variables_are_objects() {
    prints(&[
        (
            "$v = [psvariable]::new('a', 5); $v.Name; $v.Value; $v.Value = 6; $v.Value",
            "a|5|6",
        ),
        ("$x = [psobject]::AsPSObject(5); $x", "5"),
    ]);
}
