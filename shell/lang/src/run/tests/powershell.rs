//! `[powershell]` where the host has no threads: what is begun runs at once.

use super::prints;

#[test]
fn commands_are_put_together_and_run_in_a_session_of_their_own() {
    prints(&[
        (
            "$x = 1; [powershell]::Create().AddScript('$x; 2').Invoke() -join ','",
            ",2",
        ),
        (
            "[powershell]::Create().AddScript('param($a, $b) \"$a-$b\"').AddArgument(1).AddParameter('b', 2).Invoke()",
            "1-2",
        ),
        (
            "[powershell]::Create().AddScript('1').AddStatement().AddScript('2').Invoke() -join ','",
            "1,2",
        ),
        (
            "[powershell]::Create().AddScript('process { $_ * 2 }').Invoke(@(1, 2)) -join ','",
            "2,4",
        ),
        (
            "$p = [powershell]::Create().AddScript('$y = 5'); $null = $p.Invoke(); $p.Commands.Clear(); $p.AddScript('$y').Invoke()",
            "5",
        ),
        (
            "$p = [powershell]::Create().AddScript('7'); $h = $p.BeginInvoke(); $h.IsCompleted; $p.EndInvoke($h)",
            "True|7",
        ),
    ]);
}

#[test]
fn errors_of_a_pipeline_are_in_its_streams_or_thrown() {
    prints(&[
        (
            "$p = [powershell]::Create().AddScript('1 / 0; 3'); $p.Invoke(); $p.HadErrors; $p.Streams.Error.Count; $p.InvocationStateInfo.State",
            "3|True|1|Completed",
        ),
        (
            "$p = [powershell]::Create().AddScript('throw \"boom\"'); try { $p.Invoke() } catch { $_.Exception.InnerException.Message }; \
             $p.InvocationStateInfo.State; $p.HadErrors",
            "boom|Failed|True",
        ),
        (
            "try { [powershell]::Create().Invoke() } catch { $_.Exception.InnerException.Message }",
            "No commands are specified.",
        ),
        (
            "try { [powershell]::Create('CurrentRunspace') } catch { $_.Exception.Message }",
            "A nested pipeline of the current runspace is not built.",
        ),
    ]);
}

#[test]
fn runspaces_keep_what_they_are_given() {
    prints(&[
        (
            "$r = [runspacefactory]::CreateRunspace(); $r.Open(); $r.SessionStateProxy.SetVariable('z', 7); $p = [powershell]::Create(); \
             $p.Runspace = $r; $p.AddScript('$z').Invoke(); $r.RunspaceStateInfo.State",
            "7|Opened",
        ),
        (
            "$i = [initialsessionstate]::CreateDefault(); \
             $i.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new('g', 42, '')); \
             $i.Commands.Add([System.Management.Automation.Runspaces.SessionStateFunctionEntry]::new('f', '\"f$args\"')); \
             [powershell]::Create($i).AddScript('$g; f 1').Invoke() -join ','",
            "42,f1",
        ),
        (
            "$l = [runspacefactory]::CreateRunspacePool(1, 3); try { $p = [powershell]::Create(); $p.RunspacePool = $l; \
             $null = $p.AddScript('1').BeginInvoke() } catch { 'closed' }; $l.GetMaxRunspaces()",
            "closed|3",
        ),
    ]);
}

#[test]
fn a_lock_is_of_one_thread_and_counts() {
    prints(&[
        (
            "$t = @{}; [Threading.Monitor]::Enter($t.SyncRoot); [Threading.Monitor]::Enter($t); [Threading.Monitor]::Exit($t); \
             [Threading.Monitor]::IsEntered($t); [Threading.Monitor]::Exit($t); [Threading.Monitor]::IsEntered($t)",
            "True|False",
        ),
        (
            "try { [Threading.Monitor]::Exit(@{}) } catch { $_.Exception.InnerException.GetType().Name }",
            "SynchronizationLockException",
        ),
        (
            "$m = [Threading.Mutex]::new($false, 'n'); $m.WaitOne(10); $m.ReleaseMutex(); try { $m.ReleaseMutex() } catch { 'free' }",
            "True|free",
        ),
    ]);
}
