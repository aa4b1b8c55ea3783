/// Why a frame died: one closed list, in Linux's words where Linux has one (`enum skb_drop_reason`).
public enum DropReason: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  // Links
  case linkDown = 1
  case noLink, queueFull, lost, corrupted, tooBig, deviceDown, noCarrier, noPortUp
  // Layer 2
  case sameSegment, notAddressedToUs, reservedGroupAddress, groupSource, malformed
  case unknownVLAN, unknownProtocol
  case untagged, alreadyTagged, vlanNotCarried, vlanEndsHere, portBlocked
  case inactiveMember, noActiveMember, notAssociated, foreignProtocol
  case isolatedPort
  case noTunnelEnd, foreignNetwork, tagInTunnel
  // Layer 3
  case notForwarding, noRoute, unreachableRoute, timeToLiveExceeded, noNeighbor, martianSource, reversePath, noAddress
  case martianDestination, neighborQueueFull, neighborTableFull
  case fragmentationNeeded, notForUs, unhandledFragment
  case reassemblyTimedOut, duplicateFragment, overlappingFragments, mixedFragments, reassemblyFull
  // Layer 4 and above
  case noSocket, noConnection, unexpected, badRequest, noFreeAddress, notOurServer
  // Filtering and translation
  case filtered, portsExhausted, staleMapping, unsolicited

  /// One word for reports and files.
  public var word: String { DropReason.words[Int(rawValue) - 1].0 }
  /// What it means, as the end of "the frame died because …".
  public var explanation: String { DropReason.words[Int(rawValue) - 1].1 }

  private static let words: [(String, String)] = [
    ("link-down", "the link is down"),
    ("no-link", "nothing is plugged into that port"),
    ("queue-full", "the egress queue was full"),
    ("lost", "the link lost it"),
    ("corrupted", "it was damaged on the link: its check sequence is wrong"),
    ("too-big", "it is longer than the link allows"),
    ("device-down", "the device is switched off"),
    ("no-carrier", "what is at the other end of the link is switched off"),
    ("no-port-up", "no other port here has a link that is up"),
    ("same-segment", "its station is on the segment it came from"),
    ("not-addressed-to-us", "its destination address is another station's"),
    ("reserved-group-address", "its destination never leaves the link"),
    ("group-source", "its source is a group address"),
    ("malformed", "its contents make no sense"),
    ("unknown-vlan", "that VLAN is not allowed here"),
    ("unknown-protocol", "nobody here speaks that protocol"),
    ("untagged", "it has no VLAN tag, and the port takes only frames that have one"),
    ("already-tagged", "it has a VLAN tag already, and there is room for one"),
    ("vlan-not-carried", "the port it came in by does not carry its VLAN"),
    ("vlan-ends-here", "no other port carries its VLAN"),
    ("port-blocked", "spanning tree does not let that port forward"),
    ("inactive-member", "the bond does not use the link it came by"),
    ("no-active-member", "the bond has no link that it could use"),
    ("not-associated", "the access point has no station of that address"),
    ("foreign-protocol", "a Wi-Fi card cannot carry that protocol for another station"),
    ("isolated-port", "isolated ports of a bridge send nothing to each other"),
    ("no-tunnel-end", "the tunnel has not heard yet where its other end is"),
    ("foreign-network", "it is of another virtual network"),
    ("tag-in-tunnel", "it has a VLAN tag, and the tunnel carries none"),
    ("not-forwarding", "this machine does not forward"),
    ("no-route", "no route leads to its destination"),
    ("unreachable-route", "the route to its destination refuses it"),
    ("time-to-live-exceeded", "its time to live ran out"),
    ("no-neighbor", "the next hop does not answer ARP"),
    ("martian-source", "its source address cannot be true"),
    ("reverse-path", "no answer to its source would take that way"),
    ("no-address", "the interface has no address yet"),
    ("martian-destination", "its destination address cannot be on a wire"),
    ("neighbor-queue-full", "too many packets wait until ARP has found the next hop"),
    ("neighbor-table-full", "the table of neighbours has no room for another"),
    ("fragmentation-needed", "it is too big for the next link and must not be split"),
    ("not-for-us", "its destination address is another host's"),
    ("unhandled-fragment", "nobody here puts datagrams together"),
    ("reassembly-timed-out", "the rest of its datagram did not come in time"),
    ("duplicate-fragment", "that part of its datagram had come before"),
    ("overlapping-fragments", "the parts of its datagram overlap"),
    ("mixed-fragments", "the parts are of two datagrams, and the checksum of what they make is wrong"),
    ("reassembly-full", "too many datagrams wait for the rest of their parts"),
    ("no-socket", "no program listens on that port"),
    ("no-connection", "it belongs to no connection"),
    ("unexpected", "nobody waits for it"),
    ("bad-request", "the server cannot make sense of it"),
    ("no-free-address", "the address pool is used up"),
    ("not-our-server", "it speaks to another server"),
    ("filtered", "a rule forbids it"),
    ("ports-exhausted", "every port of the translation range is taken"),
    ("stale-mapping", "its translation entry has expired"),
    ("unsolicited", "the translation lets nobody in whom the inside has not spoken to"),
  ]
}
