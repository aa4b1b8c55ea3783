extension DHCPMessage {
  /// The line of BOOTP, and behind it the name of the message.
  var described: String {
    let direction =
      switch operation {
      case 1: "Request from \(clientHardware)"
      case 2: "Reply"
      default: "unknown (\(operation))"
      }
    let name = kind.map { ": \($0.name)" } ?? ""
    return "BOOTP/DHCP, \(direction), length \(length)\(name)"
  }
}

extension DHCPMessage.Kind {
  /// The word behind "DHCP" in the names of RFC 2132, 9.6.
  public var name: String {
    switch self {
    case .discover: "Discover"
    case .offer: "Offer"
    case .request: "Request"
    case .decline: "Decline"
    case .ack: "ACK"
    case .nak: "NACK"
    case .release: "Release"
    case .inform: "Inform"
    }
  }
}

extension EncapsulatedFrame {
  /// The header, and behind it the frame, which tcpdump has on the next line.
  func described(_ messages: MessageTable) -> String {
    let octet = UInt8(flags >> 24)
    let digits = String(octet, radix: 16)
    return "VXLAN, flags [\(network == nil ? "." : "I")] (0x\(digits.count < 2 ? "0" : "")\(digits)), "
      + "vni \(identifier >> 8): \(Packets.described(frame, messages))"
  }
}

extension DNSMessage {
  /// Identifier, what is asked or answered, and the length of the message.
  func described(length: Int) -> String {
    isResponse ? describedResponse(length: length) : describedQuery(length: length)
  }

  private func describedQuery(length: Int) -> String {
    var text = "\(identifier)\(recursionDesired ? "+" : "")"
    if questions.count != 1 { text += " [\(questions.count)q]" }
    for (index, question) in questions.enumerated() {
      text += "\(index == 0 ? "" : ",") \(question.type.described)? \(question.name)."
    }
    return text + " (\(length))"
  }

  private func describedResponse(length: Int) -> String {
    var text = "\(identifier)\(code.described)\(isAuthoritative ? "*" : "")\(recursionAvailable ? "" : "-")"
    if questions.count != 1 { text += " [\(questions.count)q]" }
    text += " \(answers.count)/0/0"
    text += answers.map { " \($0.data.described)" }.joined(separator: ",")
    return text + " (\(length))"
  }
}

extension DNSMessage.RecordType {
  /// The mnemonic (Resource Record Types, IANA).
  var described: String {
    switch rawValue {
    case 1: "A"
    case 2: "NS"
    case 5: "CNAME"
    case 6: "SOA"
    case 12: "PTR"
    case 15: "MX"
    case 16: "TXT"
    case 28: "AAAA"
    case 33: "SRV"
    case 255: "ANY"
    default: "Type\(rawValue)"
    }
  }
}

extension DNSMessage.RecordData {
  var described: String {
    switch self {
    case .address(let address): "A \(address)"
    case .canonicalName(let name): "CNAME \(name)."
    case .other(let type, _): type.described
    }
  }
}

extension DNSMessage.ResponseCode {
  /// Codes 6 to 10 (RFC 2136, 2.2).
  private static let updateErrors = [" YXDomain", " YXRRSet", " NXRRSet", " NotAuth", " NotZone"]

  /// With a space in front; nothing where there is no error.
  var described: String {
    switch self {
    case .noError: ""
    case .formatError: " FormErr"
    case .serverFailure: " ServFail"
    case .nameError: " NXDomain"
    case .notImplemented: " NotImp"
    case .refused: " Refused"
    default: rawValue <= 10 ? DNSMessage.ResponseCode.updateErrors[Int(rawValue) - 6] : " Resp\(rawValue)"
    }
  }
}
