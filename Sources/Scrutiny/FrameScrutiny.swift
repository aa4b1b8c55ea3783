import Packets

/// What must be true of whatever is read as a frame, for tests and for the fuzzer.
public enum FrameScrutiny {
  public enum Finding {
    /// The bytes are no frame.
    case refused(PacketError)
    /// They are one that stands for itself.
    case accepted(EthernetFrame, MessageTable)
    /// Reading them went wrong, in a sentence.
    case wrong(String)
  }

  /// Reads bytes, writes what they were read as, and reads that again.
  ///
  /// An accepted frame is of the length that it foretold and decodes to itself; of a refused one nothing is left behind.
  public static func examine(_ bytes: [UInt8]) -> Finding {
    var messages = MessageTable()
    let frame: EthernetFrame
    do throws(PacketError) {
      frame = try EthernetFrame.decode(bytes, into: &messages)
    } catch {
      return messages.count == 0 ? .refused(error) : .wrong("\(error) left \(messages.count) messages behind")
    }
    let encoded = frame.encoded(messages)
    guard encoded.count == frame.length else {
      return .wrong("\(encoded.count) bytes were written, and \(frame.length) foretold")
    }
    guard !described(frame, messages).isEmpty else { return .wrong("nothing is said about it") }
    var others = MessageTable()
    do throws(PacketError) {
      let again = try EthernetFrame.decode(encoded, into: &others)
      guard isEqual(frame, in: messages, again, in: others) else {
        return .wrong("\(described(frame, messages)) became \(described(again, others))")
      }
    } catch {
      return .wrong("what was written could not be read: \(error)")
    }
    guard others.count == messages.count else {
      return .wrong("\(messages.count) messages became \(others.count)")
    }
    return .accepted(frame, messages)
  }

  /// Examines bytes as they are and with their checksums put right, without which no change of a frame gets far.
  ///
  /// - Returns: what is wrong, or nil.
  public static func fault(in bytes: [UInt8]) -> String? {
    for candidate in [bytes, ChecksumRepair.repaired(bytes)] {
      if case .wrong(let words) = examine(candidate) { return "\(words)\n\(hexadecimal(candidate))" }
    }
    return nil
  }

  /// As `xxd -r -p` reads them.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
  }
}
