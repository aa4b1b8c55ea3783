import Packets
import Simulation

/// One number for everything that happened: two runs with the same digest did the same.
///
/// It is made from what the records say (times, places, bytes of frames), so it is the same on every machine.
public enum JournalDigest {
  /// Sixteen hexadecimal digits.
  public static func of(_ journal: Journal, _ messages: MessageTable) -> String {
    var mixed = digest("hoplab journal 1".utf8)
    var buffer: [UInt8] = []
    for record in journal.records {
      buffer.removeAll(keepingCapacity: true)
      append(record, messages, to: &buffer)
      mixed = digest(buffer, from: mixed)
    }
    let digits = String(mixed, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func append(_ record: Record, _ messages: MessageTable, to buffer: inout [UInt8]) {
    append(record.time.nanoseconds, to: &buffer)
    append(UInt64(record.device.index) << 32 | UInt64(record.port.index), to: &buffer)
    append(UInt64(record.frame.rawValue) << 32 | UInt64(record.cause.rawValue), to: &buffer)
    append(UInt64(record.activity.rawValue) << 32 | UInt64(record.origin.index), to: &buffer)
    buffer.append(record.relation.rawValue)
    let form = EventForm(record.event, messages)
    buffer += form.word.utf8
    for (_, fact) in form.facts {
      // Each fact is closed by its kind, so that two neighbours cannot be taken for one.
      switch fact {
      case .number(let number):
        append(number, to: &buffer)
        buffer.append(1)
      case .text(let text):
        buffer += text.utf8
        buffer.append(0)
      case .bytes(let bytes):
        buffer += bytes
        append(UInt64(bytes.count), to: &buffer)
        buffer.append(2)
      }
    }
  }

  private static func append(_ number: UInt64, to buffer: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      buffer.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
}
