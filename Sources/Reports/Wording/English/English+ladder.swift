import Packets
import Simulation

extension English {
  func says(_ speech: Speech) -> String {
    let words = words(of: speech.saying, speech.destination)
    guard let destination = speech.destination, !speech.saying.hasPort else { return words }
    return "\(words) for \(destination)"
  }

  private func words(of saying: Saying, _ destination: IPv4Address?) -> String {
    switch saying {
    case .asksFor(let address): "ARP who has \(address)?"
    case .probes(let address): "ARP probe: who has \(address)?"
    case .announces(let address): "ARP I have \(address)"
    case .tells(let address, let hardware): "ARP \(address) is at \(hardware)"
    case .lease(let kind, let address): "DHCP \(kind?.name ?? "message")" + (address.map { " \($0)" } ?? "")
    case .asksForName(let name): "DNS \(name)?"
    case .name(let name, let address): "DNS \(name) is \(address)"
    case .noAddress: "DNS no address"
    case .noSuchName: "DNS no such name"
    case .nameRefused: "DNS refused"
    case .serverFailure: "DNS server failure"
    case .nameError(let code): "DNS error \(code)"
    case .syn(let port): "TCP SYN to \(end(destination, port))"
    case .synAck: "TCP SYN ACK"
    case .ack: "TCP ACK"
    case .rst: "TCP RST"
    case .data(let bytes): "TCP " + (bytes.map { "\($0) bytes" } ?? "data")
    case .fin(let bytes): "TCP FIN\(amount(bytes))"
    case .segments: "TCP segments"
    case .get(let path): "HTTP GET \(path)"
    case .page(let status, let bytes): "HTTP \(status)\(amount(bytes))"
    case .echoRequest: "ICMP echo request"
    case .echoReply: "ICMP echo reply"
    case .redirect(let gateway): "ICMP redirect to \(gateway)"
    case .tooBig(let mtu): "ICMP fragmentation needed, MTU \(mtu)"
    case .refusal(let kind): refused(kind) ?? "ICMP error"
    case .icmp(let type, let code): "ICMP type \(type), code \(code)"
    case .datagram(let port, let bytes): "UDP to \(end(destination, port))\(amount(bytes))"
    case .bridgeUnit: "BPDU"
    case .topologyChange: "BPDU: the topology changes"
    case .rapidUnit(.plain): "RSTP BPDU"
    case .rapidUnit(.proposal): "RSTP proposal"
    case .rapidUnit(.agreement): "RSTP agreement"
    case .aggregationUnit: "LACPDU"
    case .fragment: "part of a datagram"
    case .payload(let number, _): "IP protocol \(number.rawValue)"
    case .frame(let type, _): "ethertype \(type.rawValue)"
    }
  }

  private func amount(_ bytes: Int?) -> String { bytes.map { ", \($0) bytes" } ?? "" }
  private func end(_ address: IPv4Address?, _ port: UInt16) -> String { "\(address.map { "\($0)" } ?? ""):\(port)" }

  func copied(_ words: String, _ copies: UInt64) -> String { "\(words), \(Amounts.grouped(copies)) copies" }
  func summed(_ words: String, bytes: UInt64) -> String { "\(words), \(self.bytes(bytes)) in all" }
  func change(_ change: Ladder.Change) -> String {
    switch change {
    case .source(let before, let after): "source \(before) → \(after)"
    case .destination(let before, let after): "destination \(before) → \(after)"
    case .back(let end): back(to: end)
    case .ownSocket: "by a socket of its own"
    }
  }
  func loss(_ loss: Ladder.Loss) -> String {
    switch loss {
    case .dropped(let reason, let place): (place.map { "at \($0): " } ?? "") + explanation(reason)
    case .withheld: "a rule keeps it from leaving"
    case .unanswered: nobodyAnswers
    case .untaken: "nobody takes it"
    case .underWay: "still under way at the end"
    }
  }

  var manyMore: String { "many more" }
  var againAndAgain: String { "again and again" }
  func until(_ time: TimeSpan, _ times: String) -> String { "\(times), until \(time.words)" }
  func omission(_ omission: Ladder.Omission) -> String {
    switch omission {
    case .messages(let count): "\(Amounts.grouped(count)) more messages are not drawn"
    case .ofOthers(let count): "\(Amounts.grouped(count)) messages of other machines are not drawn"
    case .drops(let reason, let place, let frames):
      "\(Amounts.grouped(frames)) such frames die at \(place): \(explanation(reason))"
    }
  }

  func topic(_ topic: Topic) -> String {
    switch topic {
    case .arp, .dhcp, .dns, .tcp, .http, .icmp, .udp: topic.name
    case .control: "bridges"
    case .other: "other"
    }
  }
  var answer: String { "answer" }
  var ladderSubject: String { "who told whom what, and when" }
  func page(_ number: Int, of all: Int) -> String { "page \(number) of \(all)" }
  func continued(_ step: String) -> String { "\(step) (continued)" }
  func moment(_ time: TimeSpan) -> String { time == .zero ? "at the start" : "at \(time.words)" }
  var nothingSaid: String { "nothing is said" }
  var nobodySpeaks: String { "nobody says anything" }
}
