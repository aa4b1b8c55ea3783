import Packets
import Testing

@Suite("MessageTable") struct MessageTableTests {
  @Test("a slot is used again when the last reference is gone, not before")
  func reuse() {
    var messages = MessageTable()
    let first = messages.insert(.bytes([1]))
    messages.retain(first)
    messages.retain(first)
    messages.release(first)
    #expect(messages[first] == .bytes([1]))
    let second = messages.insert(.bytes([2]))
    #expect(second != first)
    messages.release(first)
    #expect(messages.count == 1)
    let third = messages.insert(.bytes([3]))
    #expect(third == first)
    #expect(messages[third] == .bytes([3]))
    #expect(messages.count == 2)
  }

  @Test("a quote keeps the message of the packet it quotes")
  func quotes() {
    var messages = MessageTable()
    let content = messages.content(of: .bytes([1, 2, 3]))
    let packet = IPv4Packet(source: .any, destination: .any, payload: .other(.udp, content))
    let inner = packet.message
    let quote = messages.insert(.quote(Quote(packet, length: 23)))
    messages.retain(quote)
    #expect(messages.count == 2)
    #expect(inner.flatMap { messages[$0] } == .bytes([1, 2, 3]))
    messages.release(quote)
    #expect(messages.count == 0)
  }

  @Test("an id never given names nothing")
  func unknown() { #expect(MessageTable()[MessageID(rawValue: 0)] == nil) }

  @Test("many messages that come and go need few slots")
  func bounded() {
    var messages = MessageTable()
    var highest: UInt32 = 0
    for number in 0..<10_000 {
      let id = messages.insert(.bytes([UInt8(number % 256)]))
      messages.retain(id)
      highest = max(highest, id.rawValue)
      messages.release(id)
    }
    #expect(highest == 0)
  }
}
