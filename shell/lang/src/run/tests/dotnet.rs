//! What scripts do with .NET: classes over its collections and interfaces, reflection, its collection types.

use super::prints;

#[test]
fn classes_over_collections_are_those_collections() {
    prints(&[
        (
            "class L : System.Collections.Generic.List[int] { [string]$Name; L([string]$n) { $this.Name = $n } [int] Twice() { return $this.Count * 2 } }; \
             $l = [L]::new('a'); $l.Add(3); $l.Add(4); \"$($l.Count) $($l.Twice()) $($l.Name) $($l[1])\"; $l | ForEach-Object { $_ * 2 }; $l -is [L]",
            "2 4 a 4|6|8|True",
        ),
        (
            "class D : System.Collections.Generic.Dictionary[string,int] { D() : base([StringComparer]::OrdinalIgnoreCase) { } }; \
             $d = [D]::new(); $d.Add('A', 1); $d['a']; $d.GetType().Name",
            "1|D",
        ),
        (
            "class H : hashtable { [void] Add([object]$k, [object]$v) { ([hashtable]$this).Add(\"x$k\", $v) } }; $h = [H]::new(); $h.Add('a', 1); $h.Keys",
            "xa",
        ),
        (
            "class M { [Collections.ArrayList]$l = @(); [Collections.ArrayList] Get() { return $this.l } [object] One() { return @(1) } }; \
             $m = [M]::new(); [void]$m.Get().Add(1); $m.l.Count; $m.One().GetType().Name",
            "1|Object[]",
        ),
    ]);
}

#[test]
fn interfaces_are_asked_for_and_used() {
    for (class, id) in [
        ("class A : IComparable { }", "TypeCreationError"),
        (
            "class A : IDisposable { [void] Close() { } }",
            "TypeCreationError",
        ),
        (
            "class A : System.Collections.Generic.IComparer[int] { [int] Compare([string]$a, [string]$b) { return 0 } }",
            "TypeCreationError",
        ),
        ("class A : System.String { }", "SealedBaseClass"),
        (
            "class A : IDisposable, int { [void] Dispose() { } }",
            "InterfaceNameExpected",
        ),
        ("class A : NoSuchThing { }", "TypeNotFound"),
    ] {
        prints(&[(
            &format!(
                "try {{ [scriptblock]::Create('{class}') }} catch {{ $_.Exception.InnerException.Errors[0].ErrorId }}"
            ),
            id,
        )]);
    }
    prints(&[
        (
            "class A : IComparable { [int]$N; A([int]$n) { $this.N = $n } [int] CompareTo([object]$o) { return $this.N.CompareTo($o.N) } }; \
             [A]::new(3) -gt [A]::new(2); [A]::new(1) -is [IComparable]; [A].GetInterfaces().Name",
            "True|True|IComparable",
        ),
        (
            "class E : System.Collections.IEnumerable { [System.Collections.IEnumerator] GetEnumerator() { return @(1, 2).GetEnumerator() } }; \
             foreach ($x in [E]::new()) { \"i$x\" }; [E]::new() | ForEach-Object { \"p$_\" }",
            "i1|i2|p1|p2",
        ),
        (
            "class B : System.Collections.Generic.IComparer[int] { [int] Compare([int]$a, [int]$b) { return $b - $a } }; \
             $l = [System.Collections.Generic.List[int]](1, 3, 2); $l.Sort([B]::new()); $l -join ','",
            "3,2,1",
        ),
        (
            "class V { [int]$X; V([int]$x) { $this.X = $x } static [V] op_Addition([V]$a, [V]$b) { return [V]::new($a.X + $b.X) } }; \
             ([V]::new(1) + [V]::new(2)).X",
            "3",
        ),
    ]);
}

#[test]
fn types_tell_their_members() {
    prints(&[
        (
            "class B { [string]$Name; [int] Twice([int]$n) { return $n * 2 } static [int]$Count }; class D : B { D([int]$a) { } }; \
             [D].GetProperties().Name -join ','; [D].GetMethod('Twice').ReturnType.Name; [D].GetConstructors()[0].GetParameters()[0].ParameterType.Name; \
             [B].GetMethod('Twice').Invoke([D]::new(1), @(4)); [D].IsSubclassOf([B])",
            "Name,Count|Int32|Int32|8|True",
        ),
        ("[int].GetMethod('Parse', [type[]]@([string])).Name", "Parse"),
        (
            "[string].Assembly.GetName().Name; [string].IsSealed",
            "System.Private.CoreLib|True",
        ),
        (
            "[type]::GetType('System.Int32').Name; [Activator]::CreateInstance([version], '1.2').ToString()",
            "Int32|1.2",
        ),
    ]);
}

#[test]
fn collections_of_dotnet_have_their_members() {
    prints(&[
        (
            "$l = [System.Collections.Generic.LinkedList[int]]::new(); [void]$l.AddLast(1); [void]$l.AddFirst(0); $n = $l.Find(1); [void]$l.AddBefore($n, 9); \
             $l -join ','; $n.Previous.Value; $l.RemoveLast(); $l.Count",
            "0,9,1|9|2",
        ),
        (
            "$s = [System.Collections.SortedList]::new(); $s.Add('b', 2); $s.Add('a', 1); $s.Keys -join ','; $s.GetByIndex(0); $s.IndexOfKey('b')",
            "a,b|1|1",
        ),
        (
            "$n = [System.Collections.Specialized.NameValueCollection]::new(); $n.Add('a', '1'); $n.Add('A', '2'); $n['b'] = '3'; $n['a']; $n.AllKeys -join ','",
            "1,2|a,b",
        ),
        (
            "$u = [UriBuilder]::new('http://contoso.example/a'); $u.Port = 8080; $u.Query = 'q=1'; $u.Uri.AbsoluteUri",
            "http://contoso.example:8080/a?q=1",
        ),
        (
            "[StringComparer]::OrdinalIgnoreCase.Equals('a', 'A'); [StringComparer]::Ordinal.Compare('a', 'B') -gt 0",
            "True|True",
        ),
        (
            "$s = [System.Collections.Generic.SortedSet[int]]::new([int[]](5, 1, 3)); $s.GetViewBetween(2, 5) -join ','; $s.RemoveWhere({ $args[0] -gt 4 })",
            "3,5|1",
        ),
        (
            "[Tuple]::Create(1, 'a') -eq [Tuple]::Create(1, 'a'); [ValueTuple[int,int]]::new(3, 4).Item2; \"$([Tuple]::Create(1, 'a'))\"",
            "True|4|(1, a)",
        ),
        (
            "$l = [Lazy[int]]::new([Func[int]] { 42 }); $l.IsValueCreated; $l.Value; $l.IsValueCreated",
            "False|42|True",
        ),
        (
            "$d = [System.Collections.Concurrent.ConcurrentDictionary[string,int]]::new(); $d.GetOrAdd('a', 5); $d.AddOrUpdate('a', 1, { $args[1] + 1 })",
            "5|6",
        ),
    ]);
}

#[test]
fn calls_of_one_shape_convert_and_check_each_argument() {
    prints(&[
        (
            "function f { [CmdletBinding()] param([Parameter(Mandatory)][int]$A, [ValidateRange(0, 9)][int]$B = 1, [switch]$S) \"$A $B $S\" }; \
             foreach ($x in 1, '2', 'no', 4) { try { f -A $x -B $x -S } catch { $_.FullyQualifiedErrorId } }; \
             foreach ($x in 5, 50) { try { f $x $x } catch { $_.FullyQualifiedErrorId } }",
            "1 1 True|2 2 True|ParameterArgumentTransformationError,f|4 4 True|5 5 False|ParameterArgumentValidationError,f",
        ),
        (
            "function g { [CmdletBinding(DefaultParameterSetName = 'N')] param([Parameter(ParameterSetName = 'N', Position = 0)][int]$N, \
             [Parameter(ParameterSetName = 'T', Position = 0)][string]$T) $PSCmdlet.ParameterSetName }; foreach ($x in 1, 'a', 2) { g $x }",
            "N|T|N",
        ),
        (
            "function h2 { [CmdletBinding()] param($A) \"a$A\" }; foreach ($i in 1, 2) { h2 -A $i; function h2 { [CmdletBinding()] param($B, $A) \"b$A\" } }",
            "a1|b2",
        ),
    ]);
}

#[test]
fn a_method_without_parentheses_is_an_object() {
    prints(&[
        (
            "('abc'.Substring).Invoke(1); ('a'.Substring).OverloadDefinitions.Count; \"$('a'.Substring)\"; [Math]::Max.Invoke(3, 4)",
            "bc|2|string Substring(int startIndex), string Substring(int startIndex, int length)|4",
        ),
        (
            "class A { [int] F([int]$x) { return $x * 2 } [string] F([string]$x) { return \"s$x\" } static [int] S() { return 3 } }; \
             $m = [A]::new().F; $m.Invoke(4); $m.Invoke('b'); $m.OverloadDefinitions; [A]::S.OverloadDefinitions; [A]::S.Invoke()",
            "8|sb|int F(int x)|string F(string x)|static int S()|3",
        ),
        (
            "$o = [pscustomobject]@{ a = 1 }; $o.psobject.Members.Add([psscriptmethod]::new('G', { param($x) \"g$x\" })); $o.G.Invoke(5); $o.G.GetType().Name; $null -eq $o.H",
            "g5|PSScriptMethod|True",
        ),
    ]);
}

#[test]
fn a_generic_method_takes_its_types_in_brackets() {
    prints(&[(
        "[Array]::Empty[int]().GetType().Name; [Linq.Enumerable]::Cast[int](@('1', 2)) -join ','; \
         [Linq.Enumerable]::OfType[string](@(1, 'a')); [enum]::Parse[DayOfWeek]('Monday'); $a = @{ b = 1, (2, 3) }; $a.b[0]",
        "Int32[]|1,2|a|Monday|1",
    )]);
}

#[test]
fn a_function_sees_its_invocation_whichever_way_it_asks() {
    prints(&[(
        "function f { [CmdletBinding()] param($x) $PSCmdlet.MyInvocation.BoundParameters['x']; $MyInvocation.BoundParameters.Count; \
         $PSCmdlet.MyInvocation.MyCommand.Name; $MyInvocation.BoundParameters.GetType().Name }; f 3",
        "3|1|f|PSBoundParametersDictionary",
    )]);
}

#[test]
fn arrays_are_searched_with_script_blocks() {
    prints(&[
        (
            "[array]::Find(@(1, 2, 3), [Predicate[object]]{ $args[0] -gt 1 })",
            "2",
        ),
        (
            "[array]::FindLast([int[]](1, 2, 3), [Predicate[int]]{ param($n) $n -lt 3 })",
            "2",
        ),
        (
            "[array]::FindAll([int[]](1, 2, 3), [Predicate[int]]{ $args[0] -ne 2 }) -join ','",
            "1,3",
        ),
        (
            "[array]::FindAll([int[]](1, 2), [Predicate[int]]{ $true }).GetType().Name",
            "Int32[]",
        ),
        (
            "[array]::FindIndex(@('a', 'b'), [Predicate[object]]{ $args[0] -eq 'b' })",
            "1",
        ),
        (
            "[array]::FindLastIndex(@('b', 'b'), [Predicate[object]]{ $args[0] -eq 'c' })",
            "-1",
        ),
        (
            "[array]::TrueForAll(@(1, 2), [Predicate[object]]{ $args[0] -gt 0 })",
            "True",
        ),
        (
            "[array]::ConvertAll(@(1, 2), [Converter[object,object]]{ $args[0] * 2 }) -join ','",
            "2,4",
        ),
    ]);
}

#[test]
fn static_methods_work_in_the_type_they_are_called_on() {
    prints(&[
        (
            "[decimal]::Round(2.5).GetType().Name; [int]::Clamp(5, 1, 3); [int]::IsEvenInteger(4)",
            "Decimal|3|True",
        ),
        (
            "'Hello'.ToCharArray(1, 2) -join '.'; [string]::Join('-', [string[]]('a', 'b', 'c'), 1, 2)",
            "e.l|b-c",
        ),
        (
            "\"$([datetimeoffset]'2024-01-02T03:04:05+02:00')\"; ([datetime]'2024-02-29').ToString([cultureinfo]::InvariantCulture)",
            "01/02/2024 03:04:05 +02:00|02/29/2024 00:00:00",
        ),
        (
            "$h = [System.Collections.Generic.HashSet[int]](1, 2); $h.UnionWith([int[]](2, 3)); $h.Count",
            "3",
        ),
        (
            "$l = [System.Collections.Generic.List[int]](3, 1); $l.ForEach({ $args[0] }); $a = [System.Collections.ArrayList](3, 1); $a.ForEach({ $_ * 2 })",
            "6|2",
        ),
        (
            "[System.Management.Automation.LanguagePrimitives]::ConvertTo('5', [int]) + 1; ([uri]'http://1.2.3.4/').HostNameType",
            "6|IPv4",
        ),
    ]);
}

#[test]
fn reflection_looks_where_it_is_told() {
    prints(&[
        (
            "[string].GetMethod('Trim', [type[]]@()).Name; [string].GetProperty('Length', [System.Reflection.BindingFlags]'Public,Instance').Name",
            "Trim|Length",
        ),
        (
            "class C { static [int] S() { return 1 } [int] I() { return 2 } }; [C].GetMethods([System.Reflection.BindingFlags]'Public,Static').Name",
            "S",
        ),
        (
            "$null -eq [scriptblock].GetProperty('SessionStateInternal', [System.Reflection.BindingFlags]'NonPublic,Instance')",
            "True",
        ),
    ]);
}
