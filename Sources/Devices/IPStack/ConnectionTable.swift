import Packets
import Protocols
import Simulation

/// The TCP connections of a stack.
struct ConnectionTable: Sendable {
  struct Key: Hashable {
    var localAddress: IPv4Address
    var localPort: UInt16
    var remote: Endpoint
  }

  struct Entry: Sendable {
    var key: Key
    var connection: TCPConnection
    /// The program it belongs to.
    var slot: Int
    var timer: TimerToken?
    /// What the first segment is sent for; everything later answers or serves.
    var opening: Purpose?
    /// Messages that may have to be sent again.
    var kept: [MessageID] = []
  }

  private(set) var entries: [Entry?] = []
  private var places: [Key: Int] = [:]
  private var free: [Int] = []

  func place(of key: Key) -> Int? { places[key] }

  mutating func insert(_ entry: Entry) -> Int {
    let place: Int
    if let reused = free.popLast() {
      entries[reused] = entry
      place = reused
    } else {
      entries.append(entry)
      place = entries.count - 1
    }
    places[entry.key] = place
    return place
  }

  mutating func remove(_ place: Int) {
    guard let entry = entries[place] else { return }
    places[entry.key] = nil
    entries[place] = nil
    free.append(place)
  }

  subscript(place: Int) -> Entry? {
    get { entries.indices.contains(place) ? entries[place] : nil }
    set { entries[place] = newValue }
  }
}
