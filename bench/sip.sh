#!/usr/bin/env bash
# CPU per SIP operation, Kamailio and Plenum alternating on this machine: `../shared/bench/siplab.py ratio`.
#
#   bench/sip.sh                        R1, M1, C1 over UDP, and memory per binding
#   ROWS=R1,R2 TRANSPORTS=udp,tcp RUNS=8 USERS=100000 bench/sip.sh
#
# Makes a deployment of bench/lab.yaml with the product's own cmdlets, starts its server, measures, stops it.
# Needs Debian's kamailio, kamailio-sqlite-modules, kamailio-presence-modules, sip-tester, and ../shared.
set -euo pipefail
cd "$(dirname "$0")/.."
lab=../shared/bench/siplab.py
[ -f "$lab" ] || { echo "$lab is missing: this benchmark drives it"; exit 1; }
rows=${ROWS:-R1,M1,C1} transports=${TRANSPORTS:-udp} runs=${RUNS:-3} users=${USERS:-1000}

cargo build --release -p plenum-cli
plenum=$PWD/target/release/plenum
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; wait 2>/dev/null || true; rm -rf "$work"' EXIT
export PLENUM_STATE=$work/state SIPLAB_RUN=$work/siplab SIPLAB_RESULTS=$work/results

echo "Making a deployment with $users users of lab.test ..."
"$plenum" up bench/lab.yaml </dev/null
{
    echo 'Name,SamAccountName,UserPrincipalName,Password'
    seq -f '%06.0f' 0 $((users - 1)) | awk '{print "u"$1",u"$1",u"$1"@lab.test,pw"$1}'
} >"$work/users.csv"
"$plenum" directory import "$work/users.csv"
"$plenum" -NoProfile -NonInteractive -Command \
    'Get-CsAdUser | Enable-CsUser -RegistrarPool sut.lab.test -SipAddressType UserPrincipalName'

"$plenum" server run --unauthenticated-domain open.lab.test 2>"$work/server.log" &
server=$!
for _ in $(seq 200); do "$plenum" -NoProfile -Command 'Get-CsWindowsService | Out-Null' 2>/dev/null && break; sleep 0.1; done

python3 "$lab" ratio --preload --runs "$runs" --sut-pid "$server" --sut-port 25060 --sut-tls-port 25061 \
    --only "$rows" --transports "$transports"
