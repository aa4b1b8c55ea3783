#!/bin/sh
# Changes constants one at a time and says which of the changes no test noticed.
#
#     mutants.sh COUNT SEED
#
# It works on a copy of the tree in .build/mutants, which is kept so that the next run builds less. There every constant of
# the sample becomes a choice between what it is and the next number up, made by a variable of the environment when the tests
# run; so all of them are built at once. A change counts as noticed when a test fails, or when the tests do not come to an
# end. What is on the list in allowed.txt may go unnoticed, each for the reason given there.
set -u

count=${1:-20}
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
home="$root/.build/mutants"
tree="$home/tree"
log="$home/log"
areas='Packets Simulation Protocols Devices'
near='PacketsTests|SimulationTests|ProtocolsTests|DevicesTests'
# Those of cost count the instructions of another program, which is not built here.
never='WorkloadsTests|GraphvizLayoutTests'
flavour='-c release --disable-testable-imports'

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

sources=$(for area in $areas; do printf 'Sources/%s ' "$area"; done)
find $sources -name '*.swift' | sort | xargs awk -f "$here/constants.awk" >"$home/constants"

isAllowed() { # file, code
  awk -F ' \\| ' -v file="$1" -v code="$2" '
    function trim(text) { gsub(/^ +| +$/, "", text); return text }
    /^#/ { next }
    $1 == file && trim($2) == trim(code) { found = 1 }
    END { exit !found }' "$here/allowed.txt"
}

# Twice as many as are wanted, since some cannot be chosen when the tests run, such as the raw values of an enum. Drawn
# without putting back, by the generator of Park and Miller: the same sample on every machine.
awk -v count="$((count * 2))" -v seed="$seed" '
  { line[NR] = $0 }
  END {
    state = (seed * 48271 + 11) % 2147483647
    for (drawn = 0; drawn < count && drawn < NR; drawn++) {
      state = (state * 16807) % 2147483647
      place = drawn + 1 + state % (NR - drawn)
      chosen = line[place]; line[place] = line[drawn + 1]; line[drawn + 1] = chosen
      print chosen
    }
  }' "$home/constants" | while IFS= read -r site; do
  file=${site%%:*}; rest=${site#*:}
  code=$(printf '%s' "$rest" | cut -d: -f5-)
  if isAllowed "$file" "$code"; then continue; fi
  printf '%s\n' "$site"
done | awk '{ print NR ":" $0 }' >"$home/sample"

# Writes the choices into the tree: `300` becomes `(mutantInUse == 7 ? 301 : 300)`.
choose() {
  cut -d: -f2 "$home/sample" | sort -u | while IFS= read -r file; do
    awk -v file="$file" '
      # The next number up: both sides of every boundary are to be tested.
      function changed(value,    digits) {
        if (value ~ /^0x/) {
          digits = "0123456789abcdef"
          return substr(value, 1, length(value) - 1) \
            substr(digits, index(digits, tolower(substr(value, length(value)))) % 16 + 1, 1)
        }
        if (value ~ /\./) return value "1"
        gsub(/_/, "", value)
        return sprintf("%d", value + 1)
      }
      FNR == NR {
        split($0, part, ":")
        if (part[2] == file) { n++; id[n] = part[1]; row[n] = part[3]; column[n] = part[4]; long[n] = part[5]; value[n] = part[6] }
        next
      }
      {
        # From the end of the line to its beginning, so that places stay what they are.
        while (1) {
          best = 0
          for (i = 1; i <= n; i++) if (row[i] == FNR && !(i in done) && (!best || column[i] + 0 > column[best] + 0)) best = i
          if (!best) break
          done[best] = 1
          $0 = substr($0, 1, column[best] - 1) "(mutantInUse == " id[best] " ? " changed(value[best]) " : " value[best] ")" \
            substr($0, column[best] + long[best])
        }
        print
      }' "$home/active" "$root/$file" >"$home/changed"
    cmp -s "$home/changed" "$file" || cp "$home/changed" "$file"
  done
}

for area in $areas; do
  file="Sources/$area/MutantInUse.swift"
  printf '%s\n' '#if canImport(Glibc)' 'import Glibc' '#else' 'import Darwin' '#endif' \
    '@usableFromInline let mutantInUse = getenv("HOPLAB_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0' >"$home/changed"
  cmp -s "$home/changed" "$file" || cp "$home/changed" "$file"
done

cp "$home/sample" "$home/active"
echo "Building the tests with $(wc -l <"$home/active") choices ..." >&2
# `swift build` cannot build what `swift test` needs in this flavour; so it is told to test nothing.
while choose && ! swift test $flavour --scratch-path "$home/build" --filter NothingAtAll >"$log" 2>&1; do
  # What cannot be a choice there is left as it is.
  grep -E '^/.*\.swift:[0-9]+:[0-9]+: error:' "$log" | sed -e "s|^$tree/||" | cut -d: -f1,2 | sort -u >"$home/wrong"
  awk -F: 'FNR == NR { wrong[$1 ":" $2] = 1; next } !(($2 ":" $3) in wrong)' "$home/wrong" "$home/active" >"$home/left"
  if cmp -s "$home/left" "$home/active"; then
    grep -E 'error:' "$log" | head -n 20 >&2
    echo "The tree does not build." >&2
    exit 2
  fi
  mv "$home/left" "$home/active"
  echo "Some cannot be chosen; again with $(wc -l <"$home/active") ..." >&2
done

limit=3600
tests() { # number, what to run
  number=$1; shift
  HOPLAB_MUTANT=$number timeout "$limit" \
    swift test --skip-build $flavour --scratch-path "$home/build" "$@" >"$log" 2>&1
}
begun=$(date +%s)
tests 0 --skip "$never" || { tail -n 20 "$log" >&2; echo "The tests do not hold as it is." >&2; exit 2; }
# Tests that do not end are stopped; what they were told to do, they did not do.
limit=$((($(date +%s) - begun) * 2 + 60))

: >"$home/survivors"
tried=0
while IFS= read -r site; do
  [ "$tried" -lt "$count" ] || break
  tried=$((tried + 1))
  number=${site%%:*}; rest=${site#*:}
  place=$(printf '%s' "$rest" | cut -d: -f1,2)
  value=$(printf '%s' "$rest" | cut -d: -f5)
  code=$(printf '%s' "$rest" | cut -d: -f6- | sed -e 's/^ *//')
  if ! tests "$number" --filter "$near" --skip "$never"; then
    echo "$tried. $place: $value + 1 was noticed: $code"
  elif ! tests "$number" --skip "$never|$near"; then
    echo "$tried. $place: $value + 1 was noticed by the tests of scenarios: $code"
  else
    echo "$tried. $place: $value + 1 was NOT NOTICED: $code"
    echo "$place: $value: $code" >>"$home/survivors"
  fi
done <"$home/active"

survivors=$(wc -l <"$home/survivors")
echo "$((tried - survivors)) of $tried changes were noticed; there are $(wc -l <"$home/constants") constants."
[ "$survivors" -eq 0 ]
