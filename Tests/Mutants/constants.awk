# Lists the numbers in Swift files that decide how something behaves: `file:line:column:length:number:line of code`.
#
# Numbers in comments, in texts and in names do not count, nor do those of which the compiler knows the right value.

function mask(line,    out, place, char, inText) {
  # Texts and comments become blanks of the same length.
  out = ""; inText = 0
  for (place = 1; place <= length(line); place++) {
    char = substr(line, place, 1)
    if (inText) {
      if (char == "\\") { out = out "  "; place++; continue }
      if (char == "\"") inText = 0
      out = out " "
      continue
    }
    if (char == "\"") { inText = 1; out = out " "; continue }
    if (substr(line, place, 2) == "//") break
    out = out char
  }
  return out
}

FNR == 1 { inLongText = 0 }
/"""/ { inLongText = !inLongText; next }
inLongText { next }
{
  code = mask($0)
  # A constant, a default, a time, a range, or a row of a table.
  isConstant = code ~ /(static|private) let / || code ~ /(let|var) [A-Za-z]+(: [A-Za-z0-9.]+)? = / \
    || code ~ /\.(seconds|milliseconds|microseconds|nanoseconds|minutes|hours)\(/ \
    || code ~ /[0-9]\.\.[.<]/ || code ~ /^ *case [0-9.,x ]+: / || code ~ /: [A-Za-z0-9]+ = [0-9]/
  if (!isConstant || code ~ /precondition|rawValue: UInt|import /) next
  rest = code; start = 0
  while (match(rest, /[A-Za-z0-9_.]*[0-9][A-Za-z0-9_]*/)) {
    word = substr(rest, RSTART, RLENGTH)
    column = start + RSTART
    start += RSTART + RLENGTH - 1
    rest = substr(rest, RSTART + RLENGTH)
    # `.pi2`, `UInt8`, `$0`, and `0...9` whose first point belongs to the range.
    sub(/\.+$/, "", word)
    before = column > 1 ? substr(code, column - 1, 1) : " "
    if (word ~ /^\.+[0-9]/) { column += match(word, /[0-9]/) - 1; sub(/^\.+/, "", word) }
    if (before == "$" || word !~ /^([0-9][0-9_]*(\.[0-9]+)?|0x[0-9A-Fa-f_]+)$/) continue
    # Nothing and one are mostly beginnings; where they are constants of their own, they count.
    if ((word == "0" || word == "1") && code !~ /static let/) continue
    print FILENAME ":" FNR ":" column ":" length(word) ":" word ":" $0
  }
}
