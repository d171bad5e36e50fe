#!/usr/bin/env bash
# CPU per SIP operation, Kamailio and Plenum alternating on this machine (`../shared/bench/siplab.py ratio`), and the
# memory of a registered binding. Rows and rates are those of ../shared/bench/README.md.
#
#   bench/sip.sh                                            M1 and C1 over UDP
#   ROWS=N1,R1,R2,M1,C1 TRANSPORTS=udp,tcp,tls RUNS=8 bench/sip.sh
#   ROWS=P1 bench/sip.sh                                    its presentities are enabled while it waits
#   ROWS=R1db bench/sip.sh                                  not together with R1: the same names in another domain
#   PLENUM=path/to/plenum bench/sip.sh                      a binary that is built already
#
# Makes a deployment of bench/lab.yaml with the product's own cmdlets, starts its server, measures, stops it. The rows
# with REGISTER (N1, R1, R2, R1db) use 100,000 accounts a domain, which take minutes to make. On a machine with other work
# only the ratios of alternating runs mean something. Installs Debian's packages that are missing, as root.
# The table goes to bench/results/sip.md, and to standard output.
set -euo pipefail
cd "$(dirname "$0")/.."
lab=$(cd ../shared/bench && pwd) || { echo "../shared/bench is missing: this benchmark drives its siplab.py"; exit 1; }
rows=,${ROWS:-M1,C1}, transports=${TRANSPORTS:-udp} runs=${RUNS:-4} seconds=${RUN_SECONDS:-4}
has() { case $rows in *,$1,*) true ;; *) false ;; esac; }

packages=(kamailio kamailio-sqlite-modules kamailio-presence-modules kamailio-tls-modules sip-tester stunnel4)
dpkg -s "${packages[@]}" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -qy "${packages[@]}"
[ -n "${PLENUM:-}" ] || { cargo build --release -p plenum-cli && PLENUM=${CARGO_TARGET_DIR:-target}/release/plenum; }
plenum=$(realpath "$PLENUM")

work=$(mktemp -d)
server= lab_process=
stop() {
    for process in $lab_process $server; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
export PLENUM_STATE=$work/state SIPLAB_RUN=$work/siplab SIPLAB_RESULTS=$work/results

# One account a line of standard input: account name, SIP address, password. All are enabled for SIP.
enable() {
    awk 'BEGIN { print "Name,SamAccountName,UserPrincipalName,Password" } { print $1","$1","$2","$3 }' >"$work/users.csv"
    "$plenum" directory import "$work/users.csv"
    "$plenum" -NoProfile -NonInteractive -Command \
        'Get-CsAdUser -Filter "Enabled -ne $true" | Enable-CsUser -RegistrarPool sut.lab.test -SipAddressType UserPrincipalName'
}

accounts() {
    echo 'alice alice@open.lab.test x'
    seq -f '%04.0f' 0 999 | awk '{ print "b"$1, "b"$1"@open.lab.test", "x" }'
    seq 0 9 | awk '{ print "w"$1, "w"$1"@open.lab.test", "x" }'
    if has N1 || has R2; then
        seq -f '%06.0f' 0 99999 | awk '{ print "o"$1, "u"$1"@open.lab.test", "x" }'
    fi
    local domain=
    if has R1db; then domain=db.lab.test; elif has R1; then domain=lab.test; fi
    [ -z "$domain" ] || seq -f '%06.0f' 0 99999 | awk -v domain="$domain" '{ print "u"$1, "u"$1"@"domain, "pw"$1 }'
}

echo "Making the deployment ..."
"$plenum" up bench/lab.yaml </dev/null
# A registrar takes 12,000 users unless it is told to take more.
"$plenum" -NoProfile -NonInteractive -Command 'Set-CsRegistrarConfiguration -Identity Global -MaxUserCount 100000'
accounts | enable
"$plenum" server run --unauthenticated-domain open.lab.test 2>"$work/server.log" &
server=$!
for _ in $(seq 300); do
    grep -q 'server started' "$work/server.log" && break
    kill -0 "$server" || { cat "$work/server.log"; exit 1; }
    sleep 0.1
done

# The bytes that 100,000 bindings of 100,000 users take, the users' own records included.
if has N1; then
    python3 - "$lab" "$server" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import siplab
siplab.prepare()
figures = siplab.measure_memory(siplab.Server("plenum", "127.0.0.1", 25060, 25061, int(sys.argv[2])), 3000)
print(f"N1: {figures['bytes_per_binding_pss']:.0f} bytes a binding, {figures['ok']} bindings, {figures['cpu_s_for_100k']:.1f} s of CPU")
PYTHON
fi

rest=$(echo "$rows" | sed 's/,N1,/,/; s/^,//; s/,$//')
[ -n "$rest" ] || exit 0

# P1 names its presentities after the process: siplab.py waits for a line until they exist.
mkfifo "$work/go"
bash -c 'read -r _; exec python3 "$@"' siplab "$lab/siplab.py" ratio --runs "$runs" --secs "$seconds" \
    --sut-pid "$server" --sut-port 25060 --sut-tls-port 25061 --only "$rest" \
    --transports "$transports" ${PRELOAD:+--preload} <"$work/go" &
lab_process=$!
exec 3>"$work/go"
if has P1; then
    turns=$((2 * runs * 8))
    for turn in $(seq -f '%03.0f' 1 "$turns"); do
        seq -f "p${lab_process}${turn}x%04.0f" 0 99
    done | awk '{ print $1, $1"@open.lab.test", "x" }' | enable
fi
echo go >&3
exec 3>&-
wait "$lab_process"
lab_process=

python3 - "$work/results/ratio.json" "$(nproc)" <<'PYTHON' | tee bench/results/sip.md
import json, sys
table = json.load(open(sys.argv[1]))
print(f"# CPU per SIP operation, Kamailio divided by Plenum\n\n{table['when']}, {sys.argv[2]} cores, other work beside it. "
      "Median of alternating pairs; µs per operation.\n")
print("| row | ratio | lowest and highest pair | Kamailio | Plenum | p99 ms, both | failed, both |\n|---|---|---|---|---|---|---|")
for row in table["rows"]:
    pairs = row["ratios"]
    print(f"| {row['scenario']} {row['transport']} | {row['ratio']:.2f} | {min(pairs):.2f}, {max(pairs):.2f} of {len(pairs)} | "
          f"{row['A_cpu'] * 100:.1f} | {row['B_cpu'] * 100:.1f} | {row['A_p99']:.1f}, {row['B_p99']:.1f} | "
          f"{row['failed'][0]}, {row['failed'][1]} |")
PYTHON
