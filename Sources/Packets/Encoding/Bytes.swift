/// Network byte order: the highest octet first (RFC 791, appendix B).
extension [UInt8] {
  mutating func append(word: UInt16) {
    append(UInt8(truncatingIfNeeded: word >> 8))
    append(UInt8(truncatingIfNeeded: word))
  }

  mutating func append(long: UInt32) {
    append(word: UInt16(truncatingIfNeeded: long >> 16))
    append(word: UInt16(truncatingIfNeeded: long))
  }

  /// Appends a tuple of numbers, each in network order already and none with a gap in front of it.
  ///
  /// A header in one piece costs a tenth of what it costs word by word.
  @inline(__always)
  mutating func append<Header: BitwiseCopyable>(header: Header) {
    Swift.withUnsafeBytes(of: header) { append(contentsOf: $0) }
  }

  mutating func append(_ address: IPv4Address) { append(long: address.rawValue) }

  mutating func append(_ address: MACAddress) {
    append(word: UInt16(truncatingIfNeeded: address.rawValue >> 32))
    append(long: UInt32(truncatingIfNeeded: address.rawValue))
  }

  mutating func append(repeating byte: UInt8, count: Int) {
    append(contentsOf: repeatElement(byte, count: count))
  }

  /// Writes over the two bytes at `index`, where a length or a checksum was left open.
  mutating func replace(word: UInt16, at index: Int) {
    self[index] = UInt8(truncatingIfNeeded: word >> 8)
    self[index + 1] = UInt8(truncatingIfNeeded: word)
  }
}

/// Reading by offsets from the start of the slice; the caller has made sure that the bytes are there.
extension ArraySlice<UInt8> {
  func byte(_ offset: Int) -> UInt8 { self[startIndex + offset] }

  func word(_ offset: Int) -> UInt16 { UInt16(byte(offset)) << 8 | UInt16(byte(offset + 1)) }

  func long(_ offset: Int) -> UInt32 { UInt32(word(offset)) << 16 | UInt32(word(offset + 2)) }

  func address(_ offset: Int) -> IPv4Address { IPv4Address(rawValue: long(offset)) }

  func hardware(_ offset: Int) -> MACAddress {
    MACAddress(rawValue: UInt64(word(offset)) << 32 | UInt64(long(offset + 2)))
  }
}
