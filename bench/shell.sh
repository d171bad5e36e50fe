#!/usr/bin/env bash
# The shell's speed, row by row, beside PowerShell's figures on this size of machine: bench/shell.sh [WORD ...]
#
# Needs a release build (`cargo build --release -p plenum-cli`) and ../shared/bench/shell. Both programs run the same file;
# a row is the best of three. Ends with the start, the memory, a pipeline of many items (ITEMS, 100 million by default),
# and, where valgrind is, the instructions of the loop row, which do not depend on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

shell=${PLENUM:-target/release/plenum}
rows=../shared/bench/shell/rows.ps1
theirs=../shared/bench/shell/powershell.txt
items=${ITEMS:-100000000}
for file in "$shell" "$rows" "$theirs"; do
    [ -e "$file" ] || { echo "$file is missing"; exit 1; }
done
ours=$(mktemp)
trap 'rm -f "$ours"' EXIT

echo "== rows: ours, PowerShell's, how many times as fast"
"$shell" -NoProfile -File "$rows" "$@" | tee "$ours" >/dev/null
awk '
    FNR == NR { if (match($0, / +[0-9]+ ms /)) { name = substr($0, 1, RSTART - 1); split(substr($0, RSTART), part, " "); theirs[name] = part[1] } next }
    match($0, / +[0-9]+ ms /) {
        name = substr($0, 1, RSTART - 1); split(substr($0, RSTART), part, " "); ms = part[1] < 1 ? 1 : part[1]
        if (!(name in theirs)) { printf "%-46s %8d ms  PowerShell has no such row\n", name, ms; next }
        times = theirs[name] / ms; sum += log(times); count++
        printf "%-46s %8d ms %8d ms %7.1f times\n", name, ms, theirs[name], times
    }
    END { if (count) printf "%-46s %32.1f times\n", "geometric mean of " count " rows", exp(sum / count) }
' "$theirs" "$ours"

peak() { /usr/bin/env -i PATH="$PATH" HOME="$HOME" bash -c '"$@" >/dev/null & pid=$!; most=0; while [ -r /proc/$pid/status ]; do now=$(awk "/VmHWM/ {print \$2}" /proc/$pid/status 2>/dev/null); [ "${now:-0}" -gt $most ] && most=$now; sleep 0.01; done; echo $most' - "$@"; }
echo "== start: -NoProfile -Command 1, best of ten"
best=999999
for _ in $(seq 10); do
    begin=$(date +%s%N); "$shell" -NoProfile -Command 1 >/dev/null; end=$(date +%s%N)
    took=$(((end - begin) / 100000)); [ "$took" -lt "$best" ] && best=$took
done
echo "$((best / 10)).$((best % 10)) ms"
echo "== a pipeline of $items numbers through Where-Object and two ForEach-Object"
begin=$(date +%s%N)
memory=$(peak "$shell" -NoProfile -Command "\$n = 0; 1..$items | Where-Object { \$_ -gt 0 } | ForEach-Object { \$_ } | ForEach-Object { \$n++ }; \$n")
end=$(date +%s%N)
echo "$(((end - begin) / items / 3)) ns an item and stage, peak $memory kB"
if command -v valgrind >/dev/null; then
    echo "== instructions of 200,000 turns of the loop row"
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$shell" -NoProfile -Command \
        '$s = 0; for ($i = 0; $i -lt 200000; $i++) { $s += $i }; $s' 2>&1 | grep -E 'Collected|refs' || true
fi
