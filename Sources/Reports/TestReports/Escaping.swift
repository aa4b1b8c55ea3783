extension String {
  /// Each of these characters as what stands for it. One by one, since a line break of two, or a sign with an accent, is one
  /// character to Swift and two to whoever reads a report.
  func escaping(_ table: [Unicode.Scalar: String]) -> String {
    var result = ""
    result.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      if let word = table[scalar] { result += word } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }
}
