/// The frames of which the journal keeps a sum, since the last time it was written down.
struct Folds: Sendable {
  struct Sum: Sendable, BitwiseCopyable {
    var frames: UInt64 = 0
    var bytes: UInt64 = 0
  }

  struct Drops: Sendable, BitwiseCopyable {
    var device: DeviceID
    var port: PortNumber
    var reason: DropReason
    var frames: UInt64
  }

  /// By direction.
  private(set) var sums: [Sum] = []
  /// In the order in which they came about; there are few.
  private(set) var drops: [Drops] = []

  var isEmpty: Bool { sums.isEmpty && drops.isEmpty }

  mutating func add(_ length: Int, on direction: DirectionID) {
    let place = Int(direction.index)
    if place >= sums.count { sums.append(contentsOf: repeatElement(Sum(), count: place + 1 - sums.count)) }
    sums[place].frames += 1
    sums[place].bytes += UInt64(length)
  }

  mutating func addDrop(_ reason: DropReason, at device: DeviceID, _ port: PortNumber) {
    let place = drops.firstIndex { $0.device == device && $0.port == port && $0.reason == reason }
    guard let place else {
      return drops.append(Drops(device: device, port: port, reason: reason, frames: 1))
    }
    drops[place].frames += 1
  }
}
