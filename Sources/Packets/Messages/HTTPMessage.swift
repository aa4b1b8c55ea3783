/// The head of an HTTP/1.1 message, with the length of the body that follows in the same stream (RFC 9112).
public enum HTTPMessage: Hashable, Sendable {
  case request(host: String, path: String)
  case response(status: UInt16, bodyLength: UInt16)
}
