import Packets
import Simulation

/// A capture file as Wireshark, tshark and tcpdump read it (draft-ietf-opsawg-pcapng), which grows in memory.
///
/// Times are nanoseconds from the beginning of the play, which the readers show as seconds after 1970. Frames have
/// neither padding nor check sequence, as a machine captures what it sends.
public struct PcapngFile: Sendable {
  /// Which way a frame went, seen from the interface.
  public enum Direction: UInt32, Sendable {
    case inbound = 1
    case outbound = 2
  }

  public struct Interface: Hashable, Sendable {
    public var name: String
    public var description: String
    public var hardwareAddress: MACAddress?
    public var addresses: [InterfaceAddress]
    /// Bits a second; nil where nothing limits it.
    public var speed: UInt64?

    public init(
      name: String, description: String = "", hardwareAddress: MACAddress? = nil, addresses: [InterfaceAddress] = [],
      speed: UInt64? = nil
    ) {
      self.name = name
      self.description = description
      self.hardwareAddress = hardwareAddress
      self.addresses = addresses
      self.speed = speed
    }
  }

  public private(set) var bytes: [UInt8] = []
  private var interfaceCount: UInt32 = 0

  /// Begins the file with a section header (4.1).
  public init(application: String, comment: String = "") {
    block(.sectionHeader) {
      $0.append(little: UInt32(0x1a2b_3c4d))
      $0.append(little: UInt16(1))
      $0.append(little: UInt16(0))
      // The length of the section is not said: it is the whole file.
      $0.append(little: UInt64.max)
      $0.append(option: 1, comment)
      $0.append(option: 4, application)
      $0.endOptions()
    }
  }

  public mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

  /// Describes an interface (4.2); its number names it from now on.
  public mutating func add(_ interface: Interface) -> UInt32 {
    block(.interfaceDescription) {
      $0.append(little: UInt16(1))  // LINKTYPE_ETHERNET
      $0.append(little: UInt16(0))
      $0.append(little: UInt32(0))  // frames are kept whole
      $0.append(option: 2, interface.name)
      $0.append(option: 3, interface.description)
      for address in interface.addresses {
        $0.append(option: 4, big: [address.address.rawValue, address.prefix.netmask.rawValue])
      }
      if let address = interface.hardwareAddress { $0.append(option: 6, address) }
      if let speed = interface.speed { $0.append(option: 8, little: speed) }
      $0.append(option: 9, [9])  // units of 10^-9 seconds
      $0.endOptions()
    }
    interfaceCount += 1
    return interfaceCount - 1
  }

  /// Says what addresses are called (4.5).
  public mutating func add(names: [(address: IPv4Address, name: String)]) {
    guard !names.isEmpty else { return }
    block(.nameResolution) {
      for (address, name) in names {
        var record: [UInt8] = []
        record.append(big: address.rawValue)
        record += Array(name.utf8.filter { $0 != 0 }.prefix(0xff00)) + [0]
        $0.append(option: 1, record)
      }
      $0.endOptions()
    }
  }

  /// Where a frame stands in the file.
  public struct FrameBlock: Sendable {
    fileprivate let place: Int
    fileprivate let length: Int
  }

  /// Adds a frame (4.3).
  @discardableResult
  public mutating func add(
    _ frame: EthernetFrame, _ messages: MessageTable, on interface: UInt32, at time: Instant,
    going direction: Direction, comment: String = ""
  ) -> FrameBlock {
    addBlock(of: frame.length, on: interface, at: time, going: direction, comment) { frame.append(to: &$0, messages) }
  }

  /// Adds the same frame again, as another interface sees it: its bytes need not be made anew.
  public mutating func add(
    frameOf block: FrameBlock, on interface: UInt32, at time: Instant, going direction: Direction, comment: String = ""
  ) {
    addBlock(of: block.length, on: interface, at: time, going: direction, comment) { bytes in
      let place = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: block.length))
      bytes.withUnsafeMutableBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: bytes[place...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[block.place..<block.place + block.length]))
      }
    }
  }

  @inline(__always) @discardableResult
  private mutating func addBlock(
    of length: Int, on interface: UInt32, at time: Instant, going direction: Direction, _ comment: String,
    _ appendFrame: (inout [UInt8]) -> Void
  ) -> FrameBlock {
    precondition(interface < interfaceCount, "a frame was captured on an interface that was not described")
    let commentLength = min(comment.utf8.count, 0xfff0)
    let option = comment.isEmpty ? 0 : 4 + (commentLength + 3) & ~3
    let block = UInt32(PcapngFile.length(ofFrameOf: length) + option).littleEndian
    let captured = UInt32(length).littleEndian
    bytes.append(
      raw: (
        BlockType.enhancedPacket.rawValue.littleEndian, block, interface.littleEndian,
        UInt32(truncatingIfNeeded: time.nanoseconds >> 32).littleEndian,
        UInt32(truncatingIfNeeded: time.nanoseconds).littleEndian, captured, captured
      ))
    let place = bytes.count
    appendFrame(&bytes)
    bytes.pad(length)
    if !comment.isEmpty {
      bytes.append(raw: (UInt16(1).littleEndian, UInt16(commentLength).littleEndian))
      bytes.append(contentsOf: comment.utf8.prefix(commentLength))
      bytes.pad(commentLength)
    }
    // The option of the direction: code 2 and length 4 in one word; then the end of the options, and the block's length.
    bytes.append(raw: (UInt32(4 << 16 | 2).littleEndian, direction.rawValue.littleEndian, UInt32(0), block))
    return FrameBlock(place: place, length: length)
  }

  /// Bytes that a frame takes without a comment.
  static func length(of frame: EthernetFrame) -> Int { length(ofFrameOf: frame.length) }

  private static func length(ofFrameOf length: Int) -> Int { 44 + (length + 3) & ~3 }
}

// MARK: Blocks

extension PcapngFile {
  private enum BlockType: UInt32 {
    case interfaceDescription = 1
    case nameResolution = 4
    case enhancedPacket = 6
    case sectionHeader = 0x0a0d_0d0a
  }

  private mutating func block(_ type: BlockType, _ body: (inout [UInt8]) -> Void) {
    let start = begin(type)
    body(&bytes)
    end(start)
  }

  private mutating func begin(_ type: BlockType) -> Int {
    let start = bytes.count
    bytes.append(little: type.rawValue)
    bytes.append(little: UInt32(0))
    return start
  }

  /// Writes the block's length before and behind it.
  private mutating func end(_ start: Int) {
    let length = UInt32(bytes.count - start + 4)
    bytes.append(little: length)
    bytes.replace(little: length, at: start + 4)
  }
}

/// The file is written in little-endian order, which its section header says; addresses are in network order.
extension [UInt8] {
  @inline(__always)
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// Appends a tuple of words, each in little-endian order already.
  @inline(__always)
  fileprivate mutating func append<Words>(raw words: Words) {
    Swift.withUnsafeBytes(of: words) { append(contentsOf: $0) }
  }

  fileprivate mutating func append(big value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func replace(little value: UInt32, at place: Int) {
    Swift.withUnsafeBytes(of: value.littleEndian) { replaceSubrange(place..<place + 4, with: $0) }
  }

  /// Fills up to a multiple of four what is `length` bytes long.
  @inline(__always)
  fileprivate mutating func pad(_ length: Int) {
    guard length & 3 != 0 else { return }
    Swift.withUnsafeBytes(of: UInt32(0)) {
      append(contentsOf: UnsafeRawBufferPointer(rebasing: $0.prefix(-length & 3)))
    }
  }

  fileprivate mutating func append(option code: UInt16, _ value: [UInt8]) {
    append(little: code)
    append(little: UInt16(value.count))
    append(contentsOf: value)
    pad(value.count)
  }

  /// Nothing for an empty text.
  fileprivate mutating func append(option code: UInt16, _ text: String) {
    guard !text.isEmpty else { return }
    append(option: code, Array(text.utf8.prefix(0xfff0)))
  }

  fileprivate mutating func append(option code: UInt16, big values: [UInt32]) {
    var bytes: [UInt8] = []
    for value in values { bytes.append(big: value) }
    append(option: code, bytes)
  }

  fileprivate mutating func append(option code: UInt16, little value: UInt64) {
    append(option: code, Swift.withUnsafeBytes(of: value.littleEndian) { Array($0) })
  }

  fileprivate mutating func append(option code: UInt16, _ address: MACAddress) {
    append(option: code, Swift.withUnsafeBytes(of: address.rawValue.bigEndian) { Array($0.dropFirst(2)) })
  }

  fileprivate mutating func endOptions() { append(little: UInt32(0)) }
}
