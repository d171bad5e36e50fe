
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'plenum' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'plenum'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'plenum' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Creates or updates a deployment from a topology file, starts its servers and opens the shell')
            [CompletionResult]::new('server', 'server', [CompletionResultType]::ParameterValue, 'Runs a server process of the deployment')
            [CompletionResult]::new('topology', 'topology', [CompletionResultType]::ParameterValue, 'Reads, checks and changes the topology')
            [CompletionResult]::new('directory', 'directory', [CompletionResultType]::ParameterValue, 'Brings users in: from a file into the embedded directory, or from an LDAP directory')
            [CompletionResult]::new('store', 'store', [CompletionResultType]::ParameterValue, 'Looks after the published state at rest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Reads scripts without running them and reports what is wrong in them')
            [CompletionResult]::new('shell', 'shell', [CompletionResultType]::ParameterValue, 'Opens the management shell')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints the completions of a shell for this program')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Writes the manual pages into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;up' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Keep the published state in this PostgreSQL database instead of SQLite; only for a new deployment. The password is read from PGPASSWORD or the password file, never from here')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;server' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Runs the services of one computer of the topology until it is told to stop')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;server;run' {
            [CompletionResult]::new('--computer', '--computer', [CompletionResultType]::ParameterName, 'Which computer (FQDN); may be left out when the topology has one')
            [CompletionResult]::new('--unauthenticated-domain', '--unauthenticated-domain', [CompletionResultType]::ParameterName, 'A SIP domain whose users need not prove who they are; for benchmarks')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('--until-input-ends', '--until-input-ends', [CompletionResultType]::ParameterName, 'Stop in order when standard input ends, so that the server never outlives the program that started it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;server;help' {
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Runs the services of one computer of the topology until it is told to stop')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;server;help;run' {
            break
        }
        'plenum;server;help;help' {
            break
        }
        'plenum;topology' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Checks topology files and reports every problem with its place')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Makes the deployment what a topology file or a saved plan says, whole or not at all')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Prints the published topology')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Writes the published topology as a document')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Turns a Topology Builder file or a published Topology document into a topology file')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Lists revisions: who changed what, when and why')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Applies the topology of an older revision')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Compares a file with what is published, and what is published with what runs. Exit codes as of plan')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Prints the JSON Schema of topology files, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;topology;validate' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How findings are printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'plenum;topology;plan' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the plan is printed')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Save the plan, so that exactly it can be applied later')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'plenum;topology;apply' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why, for the history')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Why, for the history')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;topology;show' {
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'The revision [default: the newest]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;topology;export' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Which kind of document')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'plenum;topology;import' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The topology file to write [default: standard output]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The topology file to write [default: standard output]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;topology;history' {
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'For programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;topology;rollback' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Why, for the history')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Why, for the history')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;topology;drift' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'For programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;topology;schema' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;topology;help' {
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Checks topology files and reports every problem with its place')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Makes the deployment what a topology file or a saved plan says, whole or not at all')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Prints the published topology')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Writes the published topology as a document')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Turns a Topology Builder file or a published Topology document into a topology file')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Lists revisions: who changed what, when and why')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Applies the topology of an older revision')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Compares a file with what is published, and what is published with what runs. Exit codes as of plan')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Prints the JSON Schema of topology files, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;topology;help;validate' {
            break
        }
        'plenum;topology;help;plan' {
            break
        }
        'plenum;topology;help;apply' {
            break
        }
        'plenum;topology;help;show' {
            break
        }
        'plenum;topology;help;export' {
            break
        }
        'plenum;topology;help;import' {
            break
        }
        'plenum;topology;help;history' {
            break
        }
        'plenum;topology;help;rollback' {
            break
        }
        'plenum;topology;help;drift' {
            break
        }
        'plenum;topology;help;schema' {
            break
        }
        'plenum;topology;help;help' {
            break
        }
        'plenum;directory' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Imports users from a CSV or LDIF file, whole or not at all')
            [CompletionResult]::new('attach', 'attach', [CompletionResultType]::ParameterValue, 'Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there')
            [CompletionResult]::new('synchronize', 'synchronize', [CompletionResultType]::ParameterValue, 'Compares the accounts with the LDAP directory now, as servers do every minute')
            [CompletionResult]::new('detach', 'detach', [CompletionResultType]::ParameterValue, 'Leaves the LDAP directory; the accounts stay as they are')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;directory;import' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;directory;attach' {
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'Where accounts are looked for, such as DC=contoso,DC=example')
            [CompletionResult]::new('--bind-dn', '--bind-dn', [CompletionResultType]::ParameterName, 'The account to bind as. It reads accounts and writes their msRTCSIP- attributes')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'The file with its password, on the first line. The state folder keeps a private copy')
            [CompletionResult]::new('--authorities', '--authorities', [CompletionResultType]::ParameterName, 'The PEM file of the authorities to trust [default: the system''s]')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Which entries are accounts, an LDAP filter [default: users and contacts]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('--start-tls', '--start-tls', [CompletionResultType]::ParameterName, 'Put an ldap:// connection under TLS first')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Remove accounts of the embedded directory that the LDAP directory does not have')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;directory;synchronize' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;directory;detach' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;directory;help' {
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Imports users from a CSV or LDIF file, whole or not at all')
            [CompletionResult]::new('attach', 'attach', [CompletionResultType]::ParameterValue, 'Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there')
            [CompletionResult]::new('synchronize', 'synchronize', [CompletionResultType]::ParameterValue, 'Compares the accounts with the LDAP directory now, as servers do every minute')
            [CompletionResult]::new('detach', 'detach', [CompletionResultType]::ParameterValue, 'Leaves the LDAP directory; the accounts stay as they are')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;directory;help;import' {
            break
        }
        'plenum;directory;help;attach' {
            break
        }
        'plenum;directory;help;synchronize' {
            break
        }
        'plenum;directory;help;detach' {
            break
        }
        'plenum;directory;help;help' {
            break
        }
        'plenum;store' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;store;verify' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;store;help' {
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;store;help;verify' {
            break
        }
        'plenum;store;help;help' {
            break
        }
        'plenum;check' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How findings are printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'plenum;shell' {
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'plenum;help' {
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Creates or updates a deployment from a topology file, starts its servers and opens the shell')
            [CompletionResult]::new('server', 'server', [CompletionResultType]::ParameterValue, 'Runs a server process of the deployment')
            [CompletionResult]::new('topology', 'topology', [CompletionResultType]::ParameterValue, 'Reads, checks and changes the topology')
            [CompletionResult]::new('directory', 'directory', [CompletionResultType]::ParameterValue, 'Brings users in: from a file into the embedded directory, or from an LDAP directory')
            [CompletionResult]::new('store', 'store', [CompletionResultType]::ParameterValue, 'Looks after the published state at rest')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Reads scripts without running them and reports what is wrong in them')
            [CompletionResult]::new('shell', 'shell', [CompletionResultType]::ParameterValue, 'Opens the management shell')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints the completions of a shell for this program')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Writes the manual pages into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'plenum;help;up' {
            break
        }
        'plenum;help;server' {
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Runs the services of one computer of the topology until it is told to stop')
            break
        }
        'plenum;help;server;run' {
            break
        }
        'plenum;help;topology' {
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Checks topology files and reports every problem with its place')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Makes the deployment what a topology file or a saved plan says, whole or not at all')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Prints the published topology')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Writes the published topology as a document')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Turns a Topology Builder file or a published Topology document into a topology file')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Lists revisions: who changed what, when and why')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Applies the topology of an older revision')
            [CompletionResult]::new('drift', 'drift', [CompletionResultType]::ParameterValue, 'Compares a file with what is published, and what is published with what runs. Exit codes as of plan')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Prints the JSON Schema of topology files, for editors')
            break
        }
        'plenum;help;topology;validate' {
            break
        }
        'plenum;help;topology;plan' {
            break
        }
        'plenum;help;topology;apply' {
            break
        }
        'plenum;help;topology;show' {
            break
        }
        'plenum;help;topology;export' {
            break
        }
        'plenum;help;topology;import' {
            break
        }
        'plenum;help;topology;history' {
            break
        }
        'plenum;help;topology;rollback' {
            break
        }
        'plenum;help;topology;drift' {
            break
        }
        'plenum;help;topology;schema' {
            break
        }
        'plenum;help;directory' {
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Imports users from a CSV or LDIF file, whole or not at all')
            [CompletionResult]::new('attach', 'attach', [CompletionResultType]::ParameterValue, 'Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there')
            [CompletionResult]::new('synchronize', 'synchronize', [CompletionResultType]::ParameterValue, 'Compares the accounts with the LDAP directory now, as servers do every minute')
            [CompletionResult]::new('detach', 'detach', [CompletionResultType]::ParameterValue, 'Leaves the LDAP directory; the accounts stay as they are')
            break
        }
        'plenum;help;directory;import' {
            break
        }
        'plenum;help;directory;attach' {
            break
        }
        'plenum;help;directory;synchronize' {
            break
        }
        'plenum;help;directory;detach' {
            break
        }
        'plenum;help;store' {
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine')
            break
        }
        'plenum;help;store;verify' {
            break
        }
        'plenum;help;check' {
            break
        }
        'plenum;help;shell' {
            break
        }
        'plenum;help;completions' {
            break
        }
        'plenum;help;man' {
            break
        }
        'plenum;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
