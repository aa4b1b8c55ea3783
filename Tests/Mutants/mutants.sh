#!/bin/sh
# Changes constants one at a time and says which of the changes no test noticed.
#
#     mutants.sh COUNT SEED
#
# It works on a copy of the tree in .build/mutants, which is kept so that the next run builds less. A change counts as noticed
# when the copy does not compile, when a test fails, or when the tests do not come to an end. What is on the list in
# allowed.txt may go unnoticed, each for the reason given there.
set -u

count=${1:-20}
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
home="$root/.build/mutants"
tree="$home/tree"
log="$home/log"
areas='Sources/Packets Sources/Simulation Sources/Protocols Sources/Devices'
near='PacketsTests|SimulationTests|ProtocolsTests|DevicesTests'
# What takes instructions or seconds is another thing in a debug build.
never='WorkloadsTests|GraphvizLayoutTests|LabTests|DamagedFrameTests|DamagedScenarioTests|HostileBytesTests'

parts='Package.swift Package.resolved Makefile README.md LICENSE Sources Tests Scenarios Documentation Benchmarks Output'
mkdir -p "$tree"
# Files that are the same are left alone, so that they are not built again.
(cd "$tree" && find $parts -type f 2>/dev/null) | while IFS= read -r file; do
  [ -e "$root/$file" ] || rm -f "$tree/$file"
done
(cd "$root" && find $parts -type f ! -path 'Output/latest/*' ! -path '*/build/*' 2>/dev/null) |
  while IFS= read -r file; do
    cmp -s "$root/$file" "$tree/$file" && continue
    mkdir -p "$(dirname "$tree/$file")" && cp "$root/$file" "$tree/$file"
  done
cd "$tree" || exit 2

limit=$(command -v timeout >/dev/null 2>&1 && echo 'timeout 900')
build() { swift build --build-tests --scratch-path "$home/build" >"$log" 2>&1; }
# Tests that do not end are stopped; what they were told to do, they did not do.
tests() { $limit swift test --skip-build --scratch-path "$home/build" "$@" >"$log" 2>&1; }

echo "Building the tests ..." >&2
build || { tail -n 20 "$log" >&2; echo "The tree does not build." >&2; exit 2; }
tests --filter "$near" --skip "$never" || { tail -n 20 "$log" >&2; echo "Its tests do not hold." >&2; exit 2; }

find $areas -name '*.swift' | sort | xargs awk -f "$here/constants.awk" >"$home/constants"
# Drawn without putting back, by the generator of Park and Miller: the same sample on every machine.
awk -v count="$count" -v seed="$seed" '
  { line[NR] = $0 }
  END {
    state = (seed * 48271 + 11) % 2147483647
    for (drawn = 0; drawn < count && drawn < NR; drawn++) {
      state = (state * 16807) % 2147483647
      place = drawn + 1 + state % (NR - drawn)
      chosen = line[place]; line[place] = line[drawn + 1]; line[drawn + 1] = chosen
      print chosen
    }
  }' "$home/constants" >"$home/sample"

# The next number up: both sides of every boundary are to be tested.
changed() {
  case $1 in
    0x*) printf '%s' "$1" | awk '{
      digits = "0123456789abcdef"; last = tolower(substr($0, length($0)))
      print substr($0, 1, length($0) - 1) substr(digits, index(digits, last) % 16 + 1, 1) }' ;;
    *.*) printf '%s1' "$1" ;;
    *) printf '%s' "$1" | awk '{ gsub(/_/, ""); printf "%d", $0 + 1 }' ;;
  esac
}

isAllowed() { # file, code
  awk -F ' \\| ' -v file="$1" -v code="$2" '
    function trim(text) { gsub(/^ +| +$/, "", text); return text }
    /^#/ { next }
    $1 == file && trim($2) == trim(code) { found = 1 }
    END { exit !found }' "$here/allowed.txt"
}

: >"$home/survivors"
number=0
while IFS= read -r site; do
  number=$((number + 1))
  file=${site%%:*}; rest=${site#*:}
  line=${rest%%:*}; rest=${rest#*:}
  column=${rest%%:*}; rest=${rest#*:}
  length=${rest%%:*}; rest=${rest#*:}
  value=${rest%%:*}; code=${rest#*:}
  other=$(changed "$value")
  place="$file:$line: $value becomes $other"
  if isAllowed "$file" "$code"; then echo "$number. $place: allowed"; continue; fi
  cp -p "$file" "$home/original"
  awk -v line="$line" -v column="$column" -v length_="$length" -v other="$other" '
    NR == line { $0 = substr($0, 1, column - 1) other substr($0, column + length_) }
    { print }' "$home/original" >"$file"
  if ! build; then
    echo "$number. $place: does not compile"
  elif ! tests --filter "$near" --skip "$never"; then
    echo "$number. $place: noticed"
  elif ! tests --skip "$never|$near"; then
    echo "$number. $place: noticed by the tests of scenarios"
  else
    echo "$number. $place: NOT NOTICED:$code"
    echo "$place:$code" >>"$home/survivors"
  fi
  cp "$home/original" "$file"
done <"$home/sample"

survivors=$(wc -l <"$home/survivors")
echo "$((number - survivors)) of $number changes were noticed; there are $(wc -l <"$home/constants") constants."
[ "$survivors" -eq 0 ]
