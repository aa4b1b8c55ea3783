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
    digest(":\(end.port.index)".utf8, from: digest(names[Int(end.device.index)].utf8, from: start))
  }
}
