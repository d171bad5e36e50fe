# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_plenum_global_optspecs
    string join \n h/help V/version
end

function __fish_plenum_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_plenum_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_plenum_using_subcommand
    set -l cmd (__fish_plenum_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c plenum -n "__fish_plenum_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plenum -n "__fish_plenum_needs_command" -s V -l version -d 'Print version'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "up" -d 'Creates or updates a deployment from a topology file, starts its servers and opens the shell'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "server" -d 'Runs a server process of the deployment'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "topology" -d 'Reads, checks and changes the topology'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "directory" -d 'Brings users in: from a file into the embedded directory, or from an LDAP directory'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "store" -d 'Looks after the published state at rest'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "check" -d 'Reads scripts without running them and reports what is wrong in them'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "shell" -d 'Opens the management shell'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "completions" -d 'Prints the completions of a shell for this program'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "man" -d 'Writes the manual pages into a folder'
complete -c plenum -n "__fish_plenum_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand up" -l store -d 'Keep the published state in this PostgreSQL database instead of SQLite; only for a new deployment. The password is read from PGPASSWORD or the password file, never from here' -r
complete -c plenum -n "__fish_plenum_using_subcommand up" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand up" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand server; and not __fish_seen_subcommand_from run help" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand server; and not __fish_seen_subcommand_from run help" -f -a "run" -d 'Runs the services of one computer of the topology until it is told to stop'
complete -c plenum -n "__fish_plenum_using_subcommand server; and not __fish_seen_subcommand_from run help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand server; and __fish_seen_subcommand_from run" -l computer -d 'Which computer (FQDN); may be left out when the topology has one' -r
complete -c plenum -n "__fish_plenum_using_subcommand server; and __fish_seen_subcommand_from run" -l unauthenticated-domain -d 'A SIP domain whose users need not prove who they are; for benchmarks' -r
complete -c plenum -n "__fish_plenum_using_subcommand server; and __fish_seen_subcommand_from run" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand server; and __fish_seen_subcommand_from run" -l until-input-ends -d 'Stop in order when standard input ends, so that the server never outlives the program that started it'
complete -c plenum -n "__fish_plenum_using_subcommand server; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand server; and __fish_seen_subcommand_from help" -f -a "run" -d 'Runs the services of one computer of the topology until it is told to stop'
complete -c plenum -n "__fish_plenum_using_subcommand server; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "validate" -d 'Checks topology files and reports every problem with its place'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "plan" -d 'Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "apply" -d 'Makes the deployment what a topology file or a saved plan says, whole or not at all'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "show" -d 'Prints the published topology'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "export" -d 'Writes the published topology as a document'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "import" -d 'Turns a Topology Builder file or a published Topology document into a topology file'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "history" -d 'Lists revisions: who changed what, when and why'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "rollback" -d 'Applies the topology of an older revision'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "drift" -d 'Compares a file with what is published, and what is published with what runs. Exit codes as of plan'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "schema" -d 'Prints the JSON Schema of topology files, for editors'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and not __fish_seen_subcommand_from validate plan apply show export import history rollback drift schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from validate" -l format -d 'How findings are printed' -r -f -a "text\t'For people'
json\t'For programs'
github\t'As annotations of GitHub Actions'"
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from plan" -l format -d 'How the plan is printed' -r -f -a "text\t'For people, coloured on a terminal'
json\t'For programs'
markdown\t'For a pull request'"
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from plan" -l out -d 'Save the plan, so that exactly it can be applied later' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from plan" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from apply" -s m -l message -d 'Why, for the history' -r
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from apply" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Do not ask'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from show" -l revision -d 'The revision [default: the newest]' -r
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from show" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from export" -l format -d 'Which kind of document' -r -f -a "yaml\t'Plenum\'s topology document'
json\t'The same as JSON'
xml\t'The vendor\'s published topology document'"
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from export" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from import" -s o -l output -d 'The topology file to write [default: standard output]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from history" -l limit -d 'At most this many' -r
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from history" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from history" -l json -d 'For programs'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from rollback" -s m -l message -d 'Why, for the history' -r
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from rollback" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from rollback" -s y -l yes -d 'Do not ask'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from rollback" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from drift" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from drift" -l json -d 'For programs'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from drift" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Checks topology files and reports every problem with its place'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "plan" -d 'Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Makes the deployment what a topology file or a saved plan says, whole or not at all'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "show" -d 'Prints the published topology'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "export" -d 'Writes the published topology as a document'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "import" -d 'Turns a Topology Builder file or a published Topology document into a topology file'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "history" -d 'Lists revisions: who changed what, when and why'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "rollback" -d 'Applies the topology of an older revision'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "drift" -d 'Compares a file with what is published, and what is published with what runs. Exit codes as of plan'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Prints the JSON Schema of topology files, for editors'
complete -c plenum -n "__fish_plenum_using_subcommand topology; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and not __fish_seen_subcommand_from import attach synchronize detach help" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and not __fish_seen_subcommand_from import attach synchronize detach help" -f -a "import" -d 'Imports users from a CSV or LDIF file, whole or not at all'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and not __fish_seen_subcommand_from import attach synchronize detach help" -f -a "attach" -d 'Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and not __fish_seen_subcommand_from import attach synchronize detach help" -f -a "synchronize" -d 'Compares the accounts with the LDAP directory now, as servers do every minute'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and not __fish_seen_subcommand_from import attach synchronize detach help" -f -a "detach" -d 'Leaves the LDAP directory; the accounts stay as they are'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and not __fish_seen_subcommand_from import attach synchronize detach help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from import" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l base -d 'Where accounts are looked for, such as DC=contoso,DC=example' -r
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l bind-dn -d 'The account to bind as. It reads accounts and writes their msRTCSIP- attributes' -r
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l password-file -d 'The file with its password, on the first line. The state folder keeps a private copy' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l authorities -d 'The PEM file of the authorities to trust [default: the system\'s]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l filter -d 'Which entries are accounts, an LDAP filter [default: users and contacts]' -r
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l start-tls -d 'Put an ldap:// connection under TLS first'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -l replace -d 'Remove accounts of the embedded directory that the LDAP directory does not have'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from synchronize" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from synchronize" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from detach" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from help" -f -a "import" -d 'Imports users from a CSV or LDIF file, whole or not at all'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from help" -f -a "synchronize" -d 'Compares the accounts with the LDAP directory now, as servers do every minute'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Leaves the LDAP directory; the accounts stay as they are'
complete -c plenum -n "__fish_plenum_using_subcommand directory; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand store; and not __fish_seen_subcommand_from verify help" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand store; and not __fish_seen_subcommand_from verify help" -f -a "verify" -d 'Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine'
complete -c plenum -n "__fish_plenum_using_subcommand store; and not __fish_seen_subcommand_from verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand store; and __fish_seen_subcommand_from verify" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand store; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand store; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine'
complete -c plenum -n "__fish_plenum_using_subcommand store; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand check" -l format -d 'How findings are printed' -r -f -a "text\t'For people'
json\t'For programs'
github\t'As annotations of GitHub Actions'"
complete -c plenum -n "__fish_plenum_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c plenum -n "__fish_plenum_using_subcommand shell" -l state -d 'The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]' -r -F
complete -c plenum -n "__fish_plenum_using_subcommand shell" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand completions" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand man" -s h -l help -d 'Print help'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "up" -d 'Creates or updates a deployment from a topology file, starts its servers and opens the shell'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "server" -d 'Runs a server process of the deployment'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "topology" -d 'Reads, checks and changes the topology'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "directory" -d 'Brings users in: from a file into the embedded directory, or from an LDAP directory'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "store" -d 'Looks after the published state at rest'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "check" -d 'Reads scripts without running them and reports what is wrong in them'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "shell" -d 'Opens the management shell'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "completions" -d 'Prints the completions of a shell for this program'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "man" -d 'Writes the manual pages into a folder'
complete -c plenum -n "__fish_plenum_using_subcommand help; and not __fish_seen_subcommand_from up server topology directory store check shell completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from server" -f -a "run" -d 'Runs the services of one computer of the topology until it is told to stop'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "validate" -d 'Checks topology files and reports every problem with its place'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "plan" -d 'Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "apply" -d 'Makes the deployment what a topology file or a saved plan says, whole or not at all'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "show" -d 'Prints the published topology'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "export" -d 'Writes the published topology as a document'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "import" -d 'Turns a Topology Builder file or a published Topology document into a topology file'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "history" -d 'Lists revisions: who changed what, when and why'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "rollback" -d 'Applies the topology of an older revision'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "drift" -d 'Compares a file with what is published, and what is published with what runs. Exit codes as of plan'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from topology" -f -a "schema" -d 'Prints the JSON Schema of topology files, for editors'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from directory" -f -a "import" -d 'Imports users from a CSV or LDIF file, whole or not at all'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from directory" -f -a "attach" -d 'Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from directory" -f -a "synchronize" -d 'Compares the accounts with the LDAP directory now, as servers do every minute'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from directory" -f -a "detach" -d 'Leaves the LDAP directory; the accounts stay as they are'
complete -c plenum -n "__fish_plenum_using_subcommand help; and __fish_seen_subcommand_from store" -f -a "verify" -d 'Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine'
