#!/bin/sh
# Instructions and heap allocations of each operation of budgets.rs, by the difference of two runs under valgrind.
# Needs valgrind. From the repository: server-core/sip/examples/budgets.sh
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')}
cargo build --quiet --release -p plenum-sip --example budgets
program=$target/release/examples/budgets

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 |
        sed -n 's/.*Collected : //p'
}
allocations() {
    valgrind --tool=memcheck --leak-check=no "$program" "$1" "$2" 2>&1 |
        sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' | tr -d ,
}

printf '%-18s %12s %12s\n' operation instructions allocations
for operation in $("$program" list); do
    case $operation in hostile-*) runs=10 ;; *) runs=1000 ;; esac
    few=$(instructions "$operation" 1)
    many=$(instructions "$operation" $((runs + 1)))
    few_allocations=$(allocations "$operation" 1)
    many_allocations=$(allocations "$operation" $((runs + 1)))
    printf '%-18s %12d %12d\n' "$operation" $(((many - few) / runs)) $(((many_allocations - few_allocations) / runs))
done
