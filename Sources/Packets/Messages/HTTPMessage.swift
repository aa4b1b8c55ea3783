/// An HTTP/1.1 message (RFC 9112): its head and, of a response, the length of the body, which is encoded with it.
public enum HTTPMessage: Hashable, Sendable {
  case request(host: String, path: String)
  case response(status: UInt16, bodyLength: UInt16)
}
