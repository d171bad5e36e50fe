module completions {

  # An open unified-communications server that is run from its own management shell
  export extern plenum [
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Creates or updates a deployment from a topology file, starts its servers and opens the shell
  export extern "plenum up" [
    --store: string           # Keep the published state in this PostgreSQL database instead of SQLite; only for a new deployment. The password is read from PGPASSWORD or the password file, never from here
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
    file: path                # The topology file (YAML)
  ]

  # Runs a server process of the deployment
  export extern "plenum server" [
    --help(-h)                # Print help
  ]

  # Runs the services of one computer of the topology until it is told to stop
  export extern "plenum server run" [
    --computer: string        # Which computer (FQDN); may be left out when the topology has one
    --until-input-ends        # Stop in order when standard input ends, so that the server never outlives the program that started it
    --unauthenticated-domain: string # A SIP domain whose users need not prove who they are; for benchmarks
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum server help" [
  ]

  # Runs the services of one computer of the topology until it is told to stop
  export extern "plenum server help run" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum server help help" [
  ]

  # Reads, checks and changes the topology
  export extern "plenum topology" [
    --help(-h)                # Print help
  ]

  def "nu-complete plenum topology validate format" [] {
    [ "text" "json" "github" ]
  }

  # Checks topology files and reports every problem with its place
  export extern "plenum topology validate" [
    --format: string@"nu-complete plenum topology validate format" # How findings are printed
    --help(-h)                # Print help (see more with '--help')
    ...files: path            # The files
  ]

  def "nu-complete plenum topology plan format" [] {
    [ "text" "json" "markdown" ]
  }

  # Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error
  export extern "plenum topology plan" [
    --format: string@"nu-complete plenum topology plan format" # How the plan is printed
    --out: path               # Save the plan, so that exactly it can be applied later
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help (see more with '--help')
    file: path                # The topology file
  ]

  # Makes the deployment what a topology file or a saved plan says, whole or not at all
  export extern "plenum topology apply" [
    --message(-m): string     # Why, for the history
    --yes(-y)                 # Do not ask
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
    file: path                # The topology file or the saved plan
  ]

  # Prints the published topology
  export extern "plenum topology show" [
    --revision: string        # The revision [default: the newest]
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
  ]

  def "nu-complete plenum topology export format" [] {
    [ "yaml" "json" "xml" ]
  }

  # Writes the published topology as a document
  export extern "plenum topology export" [
    --format: string@"nu-complete plenum topology export format" # Which kind of document
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help (see more with '--help')
    file?: path               # The file [default: standard output]
  ]

  # Turns a Topology Builder file or a published Topology document into a topology file
  export extern "plenum topology import" [
    --output(-o): path        # The topology file to write [default: standard output]
    --help(-h)                # Print help
    file: path                # The vendor's document
  ]

  # Lists revisions: who changed what, when and why
  export extern "plenum topology history" [
    --limit: string           # At most this many
    --json                    # For programs
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
  ]

  # Applies the topology of an older revision
  export extern "plenum topology rollback" [
    --message(-m): string     # Why, for the history
    --yes(-y)                 # Do not ask
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
    revision: string          # The revision to go back to
  ]

  # Compares a file with what is published, and what is published with what runs. Exit codes as of plan
  export extern "plenum topology drift" [
    --json                    # For programs
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
    file?: path               # The topology file; without it only what runs is compared
  ]

  # Prints the JSON Schema of topology files, for editors
  export extern "plenum topology schema" [
    --help(-h)                # Print help
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum topology help" [
  ]

  # Checks topology files and reports every problem with its place
  export extern "plenum topology help validate" [
  ]

  # Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error
  export extern "plenum topology help plan" [
  ]

  # Makes the deployment what a topology file or a saved plan says, whole or not at all
  export extern "plenum topology help apply" [
  ]

  # Prints the published topology
  export extern "plenum topology help show" [
  ]

  # Writes the published topology as a document
  export extern "plenum topology help export" [
  ]

  # Turns a Topology Builder file or a published Topology document into a topology file
  export extern "plenum topology help import" [
  ]

  # Lists revisions: who changed what, when and why
  export extern "plenum topology help history" [
  ]

  # Applies the topology of an older revision
  export extern "plenum topology help rollback" [
  ]

  # Compares a file with what is published, and what is published with what runs. Exit codes as of plan
  export extern "plenum topology help drift" [
  ]

  # Prints the JSON Schema of topology files, for editors
  export extern "plenum topology help schema" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum topology help help" [
  ]

  # Brings users in: from a file into the embedded directory, or from an LDAP directory
  export extern "plenum directory" [
    --help(-h)                # Print help
  ]

  # Imports users from a CSV or LDIF file, whole or not at all
  export extern "plenum directory import" [
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
    file: path                # The file; `.ldif` is read as LDIF (RFC 2849), everything else as CSV
  ]

  # Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there
  export extern "plenum directory attach" [
    --base: string            # Where accounts are looked for, such as DC=contoso,DC=example
    --bind-dn: string         # The account to bind as. It reads accounts and writes their msRTCSIP- attributes
    --password-file: path     # The file with its password, on the first line. The state folder keeps a private copy
    --start-tls               # Put an ldap:// connection under TLS first
    --authorities: path       # The PEM file of the authorities to trust [default: the system's]
    --filter: string          # Which entries are accounts, an LDAP filter [default: users and contacts]
    --replace                 # Remove accounts of the embedded directory that the LDAP directory does not have
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
    url: string               # The directory: ldaps://dc01.contoso.example, or ldap:// with --start-tls
  ]

  # Compares the accounts with the LDAP directory now, as servers do every minute
  export extern "plenum directory synchronize" [
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
  ]

  # Leaves the LDAP directory; the accounts stay as they are
  export extern "plenum directory detach" [
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum directory help" [
  ]

  # Imports users from a CSV or LDIF file, whole or not at all
  export extern "plenum directory help import" [
  ]

  # Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there
  export extern "plenum directory help attach" [
  ]

  # Compares the accounts with the LDAP directory now, as servers do every minute
  export extern "plenum directory help synchronize" [
  ]

  # Leaves the LDAP directory; the accounts stay as they are
  export extern "plenum directory help detach" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum directory help help" [
  ]

  # Looks after the published state at rest
  export extern "plenum store" [
    --help(-h)                # Print help
  ]

  # Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine
  export extern "plenum store verify" [
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum store help" [
  ]

  # Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine
  export extern "plenum store help verify" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum store help help" [
  ]

  def "nu-complete plenum check format" [] {
    [ "text" "json" "github" ]
  }

  # Reads scripts without running them and reports what is wrong in them
  export extern "plenum check" [
    --format: string@"nu-complete plenum check format" # How findings are printed
    --help(-h)                # Print help (see more with '--help')
    ...files: path            # The scripts
  ]

  # Opens the management shell
  export extern "plenum shell" [
    --state: path             # The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum]
    --help(-h)                # Print help
    ...options: string        # PowerShell's options, as without a subcommand: -Command, -File, -NoProfile …
  ]

  def "nu-complete plenum completions shell" [] {
    [ "bash" "zsh" "fish" "powershell" "nushell" ]
  }

  # Prints the completions of a shell for this program
  export extern "plenum completions" [
    --help(-h)                # Print help
    shell: string@"nu-complete plenum completions shell" # Which shell
  ]

  # Writes the manual pages into a folder
  export extern "plenum man" [
    --help(-h)                # Print help
    folder: path              # The folder; it is made when it is missing
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum help" [
  ]

  # Creates or updates a deployment from a topology file, starts its servers and opens the shell
  export extern "plenum help up" [
  ]

  # Runs a server process of the deployment
  export extern "plenum help server" [
  ]

  # Runs the services of one computer of the topology until it is told to stop
  export extern "plenum help server run" [
  ]

  # Reads, checks and changes the topology
  export extern "plenum help topology" [
  ]

  # Checks topology files and reports every problem with its place
  export extern "plenum help topology validate" [
  ]

  # Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error
  export extern "plenum help topology plan" [
  ]

  # Makes the deployment what a topology file or a saved plan says, whole or not at all
  export extern "plenum help topology apply" [
  ]

  # Prints the published topology
  export extern "plenum help topology show" [
  ]

  # Writes the published topology as a document
  export extern "plenum help topology export" [
  ]

  # Turns a Topology Builder file or a published Topology document into a topology file
  export extern "plenum help topology import" [
  ]

  # Lists revisions: who changed what, when and why
  export extern "plenum help topology history" [
  ]

  # Applies the topology of an older revision
  export extern "plenum help topology rollback" [
  ]

  # Compares a file with what is published, and what is published with what runs. Exit codes as of plan
  export extern "plenum help topology drift" [
  ]

  # Prints the JSON Schema of topology files, for editors
  export extern "plenum help topology schema" [
  ]

  # Brings users in: from a file into the embedded directory, or from an LDAP directory
  export extern "plenum help directory" [
  ]

  # Imports users from a CSV or LDIF file, whole or not at all
  export extern "plenum help directory import" [
  ]

  # Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there
  export extern "plenum help directory attach" [
  ]

  # Compares the accounts with the LDAP directory now, as servers do every minute
  export extern "plenum help directory synchronize" [
  ]

  # Leaves the LDAP directory; the accounts stay as they are
  export extern "plenum help directory detach" [
  ]

  # Looks after the published state at rest
  export extern "plenum help store" [
  ]

  # Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine
  export extern "plenum help store verify" [
  ]

  # Reads scripts without running them and reports what is wrong in them
  export extern "plenum help check" [
  ]

  # Opens the management shell
  export extern "plenum help shell" [
  ]

  # Prints the completions of a shell for this program
  export extern "plenum help completions" [
  ]

  # Writes the manual pages into a folder
  export extern "plenum help man" [
  ]

  # Print this message or the help of the given subcommand(s)
  export extern "plenum help help" [
  ]

}

export use completions *
