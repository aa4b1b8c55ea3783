extension UDPDatagram {
  func described(_ messages: MessageTable) -> String {
    guard let id = content.message, content.offset == 0 else { return describedLength }
    switch messages[id] {
    case .dhcp(let message): return message.described
    case .dns(let message): return message.described(length: Int(content.length))
    // At another port tcpdump sees no frame in it.
    case .encapsulated(let inside) where [sourcePort, destinationPort].contains(EncapsulatedFrame.port):
      return inside.described(messages)
    default: return describedLength
    }
  }

  private var describedLength: String { "UDP, length \(max(0, Int(length) - UDPDatagram.headerLength))" }
}

extension TCPSegment {
  func described(_ messages: MessageTable) -> String {
    var text = "Flags [\(flags.described)]"
    if content.length > 0 {
      text += ", seq \(sequence):\(sequence &+ UInt32(content.length))"
    } else if !flags.isDisjoint(with: [.syn, .fin, .rst]) {
      text += ", seq \(sequence)"
    }
    if flags.contains(.ack) { text += ", ack \(acknowledgment)" }
    text += ", win \(window)"
    if flags.contains(.urg) { text += ", urg \(urgentPointer)" }
    if headerLength > 20 { text += ", options [\(describedOptions(messages))]" }
    text += ", length \(content.length)"
    if let id = content.message, content.offset == 0, case .http(let message) = messages[id] {
      text += ": HTTP: \(message.startLine)"
    }
    return text
  }

  /// In the order they are encoded.
  private func describedOptions(_ messages: MessageTable) -> String {
    var words: [String] = []
    if maximumSegmentSize != 0 { words.append("mss \(maximumSegmentSize)") }
    words += repeatElement("nop", count: noOperations.beforeAcknowledgment)
    if permitsSelectiveAcknowledgment { words.append("sackOK") }
    words += repeatElement("nop", count: noOperations.beforeWindowScale)
    if windowScale != TCPSegment.noWindowScale { words.append("wscale \(windowScale)") }
    if selectiveBlockCount > 0 {
      let blocks = selectiveBlocks(messages)
      words += ["nop", "nop"]
      words.append(
        "sack \(selectiveBlockCount) "
          + (0..<Int(selectiveBlockCount)).map { "{\(blocks[$0].start):\(blocks[$0].end)}" }.joined())
    }
    return words.joined(separator: ",")
  }
}

extension TCPSegment.Flags {
  /// One sign for each flag, and a point for the acknowledgment.
  var described: String {
    let signs: [(TCPSegment.Flags, String)] = [
      (.fin, "F"), (.syn, "S"), (.rst, "R"), (.psh, "P"), (.ack, "."), (.urg, "U"), (.ece, "E"), (.cwr, "W"),
    ]
    let text = signs.filter { contains($0.0) }.map { $0.1 }.joined()
    return text.isEmpty ? "none" : text
  }
}
