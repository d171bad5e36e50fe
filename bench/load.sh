#!/usr/bin/env bash
# The load that Microsoft planned for a pool of twelve front ends, against one server on this machine.
#
#   bench/load.sh                               80,000 users, ten minutes
#   USERS=10000 SCALE=0.125 DURATION=60 bench/load.sh
#   SCALE=2 bench/load.sh                       how far it goes
#
# Makes a deployment of bench/lab.yaml with the product's own cmdlets, starts its server, and drives it with
# server-core/examples/load, which says what it sends.
set -euo pipefail
cd "$(dirname "$0")/.."
users=${USERS:-80000} scale=${SCALE:-1} seconds=${DURATION:-600}

cargo build --release -p plenum-cli -p plenum-server-core --bin plenum --example load
plenum=$PWD/target/release/plenum
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; wait 2>/dev/null || true; rm -rf "$work"' EXIT
export PLENUM_STATE=$work/state

echo "Making a deployment with $users users of lab.test ..."
"$plenum" up bench/lab.yaml </dev/null
{
    echo 'Name,SamAccountName,UserPrincipalName,Password'
    seq -f '%06.0f' 0 $((users - 1)) | awk '{print "u"$1",u"$1",u"$1"@lab.test,pw"$1}'
} >"$work/users.csv"
time "$plenum" directory import "$work/users.csv"
# A registrar takes 12,000 users unless it is told to take the whole pool's.
"$plenum" -NoProfile -NonInteractive -Command 'Set-CsRegistrarConfiguration -Identity Global -MaxUserCount 100000'
time "$plenum" -NoProfile -NonInteractive -Command \
    'Get-CsAdUser -ResultSize Unlimited | Enable-CsUser -RegistrarPool sut.lab.test -SipAddressType UserPrincipalName'

"$plenum" server run 2>"$work/server.log" &
server=$!
for _ in $(seq 200); do "$plenum" -NoProfile -Command 'Get-CsWindowsService | Out-Null' 2>/dev/null && break; sleep 0.1; done

target/release/examples/load --server 127.0.0.1:25060 --pid "$server" --users "$users" --scale "$scale" --seconds "$seconds" "$@"
