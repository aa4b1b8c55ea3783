import Packets
import Protocols
import Simulation

/// The TCP connections of a stack.
struct ConnectionTable: Sendable {
  struct Key: Hashable, Sendable, BitwiseCopyable {
    var localAddress: IPv4Address
    var localPort: UInt16
    var remote: Endpoint
  }

  struct Entry: Sendable {
    var key: Key
    var connection: TCPConnection
    /// The program it belongs to.
    var slot: Int
    var timer = ConnectionTimer()
    /// What the first segment is sent for; everything later answers or serves.
    var opening: Purpose?
    /// Segments sent so far.
    var sent: UInt32 = 0
    /// Messages that may have to be sent again.
    var kept: [MessageID] = []
    /// False where the place is free.
    var isLive = true
  }

  // A connection is worked on where it stands, and no optional: to be taken out and put back, or to be asked whether it
  // is there, it would be copied with all it has in flight.
  var entries: [Entry] = []
  private var places = FlatTable<Word, UInt32>()
  private var free: [Int] = []

  @inline(__always)
  func place(of key: Key) -> Int? { places[Word(key)].map { Int($0) } }

  @inline(__always)
  func isLive(_ place: Int) -> Bool { entries.indices.contains(place) && entries[place].isLive }

  mutating func insert(_ entry: Entry) -> Int {
    let place: Int
    if let reused = free.popLast() {
      entries[reused] = entry
      place = reused
    } else {
      entries.append(entry)
      place = entries.count - 1
    }
    places[Word(entry.key)] = UInt32(place)
    return place
  }

  mutating func remove(_ place: Int) {
    guard isLive(place) else { return }
    places[Word(entries[place].key)] = nil
    entries[place].isLive = false
    entries[place].kept = []
    entries[place].connection = TCPConnection(local: 0, remote: 0, initialSequence: 0)
    free.append(place)
  }

  /// A key in two words.
  private struct Word: FlatKey {
    var local: UInt64
    var remote: UInt64

    init(_ key: Key) {
      local = UInt64(key.localAddress.rawValue) << 16 | UInt64(key.localPort)
      remote = UInt64(key.remote.address.rawValue) << 16 | UInt64(key.remote.port)
    }

    private init(vacant: ()) {
      local = .max
      remote = .max
    }

    static let vacant = Word(vacant: ())

    var mixed: UInt64 { (local.mixed ^ remote).mixed }
  }
}

/// The one timer of a connection.
///
/// A deadline moves on with every segment. The timer is left where it is until it goes off, and is then set for what
/// remains; only a deadline that comes sooner sets it anew.
struct ConnectionTimer: Sendable, BitwiseCopyable {
  private var token: TimerToken?
  private var time = Instant.never

  /// Whether this is the timer that is waited for; if so it no longer is.
  mutating func goesOff(_ fired: TimerToken) -> Bool {
    guard token == fired else { return false }
    token = nil
    return true
  }

  /// Sees to it that the timer goes off no later than `deadline`. One that has been missed, as by a machine that was
  /// switched off, is set anew.
  @inline(__always)
  mutating func serve(_ deadline: Instant?, _ kind: UInt16, _ subject: UInt32, _ outbox: inout Outbox) {
    guard let deadline else { return }
    if token != nil, time <= deadline, time >= outbox.now { return }
    token = outbox.setTimer(kind, subject, after: deadline - outbox.now)
    time = max(deadline, outbox.now)
  }
}
