extension HTTPMessage {
  /// Nil unless these bytes are exactly what such a message makes: others must keep their length in the stream.
  init?(_ bytes: ArraySlice<UInt8>) {
    let isRequest = bytes.starts(with: "GET ".utf8)
    guard isRequest || bytes.starts(with: "HTTP/1.1 ".utf8),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    let lines = text.split(separator: "\r\n", maxSplits: 4, omittingEmptySubsequences: false)
    guard let message = isRequest ? HTTPMessage.request(lines) : HTTPMessage.response(lines),
      message.length == bytes.count, message.encoded()[...] == bytes
    else { return nil }
    self = message
  }

  private static func request(_ lines: [Substring]) -> HTTPMessage? {
    let version = " HTTP/1.1"
    let host = "Host: "
    guard lines.count >= 2, lines[0].hasSuffix(version), lines[1].hasPrefix(host),
      lines[0].count >= 4 + version.count
    else { return nil }
    let path = lines[0].dropFirst(4).dropLast(version.count)
    return .request(host: String(lines[1].dropFirst(host.count)), path: String(path))
  }

  private static func response(_ lines: [Substring]) -> HTTPMessage? {
    let length = "Content-Length: "
    let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    guard lines.count >= 3, words.count >= 2, let status = UInt16(words[1]), lines[2].hasPrefix(length),
      let bodyLength = UInt16(lines[2].dropFirst(length.count))
    else { return nil }
    return .response(status: status, bodyLength: bodyLength)
  }
}
