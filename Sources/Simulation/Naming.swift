/// The streams of chance of devices and links, each seeded from names, so that adding one changes no other.
struct Naming {
  private let seed: UInt64
  private let names: [String]

  init(_ parts: [Simulator.Part], seed: UInt64) {
    self.seed = seed
    names = parts.map(\.name)
  }

  var deviceStreams: [RandomSource] { names.map { RandomSource(seed: seed, name: $0) } }

  /// That of the direction called `one:0 > other:0`; the name is digested piece by piece and never put together.
  func stream(_ from: LinkEnd, _ to: LinkEnd) -> RandomSource {
    RandomSource(seed: seed, digest: mix(to, into: digest(" > ".utf8, from: mix(from, into: digest("".utf8)))))
  }

  private func mix(_ end: LinkEnd, into start: UInt64) -> UInt64 {
    let name = digest(":".utf8, from: digest(names[Int(end.device.index)].utf8, from: start))
    return digest(Naming.digits(of: end.port), from: name)
  }

  /// The decimal digits of a port's number, as they would be printed.
  private static func digits(of port: PortNumber) -> some Sequence<UInt8> {
    let number = port.index
    let length = number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : number < 10_000 ? 4 : 5
    let scales: [UInt16] = [1, 10, 100, 1000, 10_000]
    return (0..<length).lazy.map { place in UInt8(ascii: "0") + UInt8(number / scales[length - 1 - place] % 10) }
  }
}
