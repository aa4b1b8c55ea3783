extension HTTPMessage {
  /// The head (RFC 9112, 2.1) and, behind a response's, its body of plain letters.
  public func encoded() -> [UInt8] {
    var bytes = Array(head.utf8)
    bytes.reserveCapacity(length)
    guard bodyLength > 0 else { return bytes }
    for position in 0..<bodyLength { bytes.append(HTTPMessage.bodyByte(at: position)) }
    return bytes
  }

  /// Head and body together.
  public var length: Int { head.utf8.count + bodyLength }

  /// The first line of the head, without its end.
  public var startLine: String {
    switch self {
    case .request(_, let path): "GET \(path) HTTP/1.1"
    case .response(let status, _): "HTTP/1.1 \(status) \(HTTPMessage.reason(status))"
    }
  }

  private var head: String {
    switch self {
    case .request(let host, _):
      "\(startLine)\r\nHost: \(host)\r\n\r\n"
    case .response(_, let length):
      "\(startLine)\r\nContent-Type: text/plain\r\nContent-Length: \(length)\r\n\r\n"
    }
  }

  /// Bytes of the body that follows the head.
  public var bodyLength: Int {
    switch self {
    case .request: 0
    case .response(_, let length): Int(length)
    }
  }

  static func bodyByte(at position: Int) -> UInt8 { UInt8(ascii: "a") + UInt8(position % 26) }

  /// RFC 9110, 15; a status without a word of its own has none.
  private static func reason(_ status: UInt16) -> String {
    switch status {
    case 200: "OK"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: ""
    }
  }
}
