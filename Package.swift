// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Tests are not worth optimizing: what they test is, and without they are built much sooner.
let strictTests = strict + [.unsafeFlags(["-Onone"])]

/// A target of the house; it may import what it names and nothing else, so the arrows go one way.
func room(_ name: String, imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: strict)
}

func tests(of name: String, imports: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + imports, swiftSettings: strictTests)
}

/// `make fuzz` builds what needs libFuzzer to be linked; nothing else does.
let isFuzzing = Context.environment["HOPLAB_FUZZ"] != nil

let fuzzer = Target.executableTarget(
  name: "hoplab-fuzz",
  dependencies: [
    "Scrutiny", "Packets", "Simulation", "Configuration", "YAMLSource", "Topology", "Platforms", "Scenarios",
  ],
  swiftSettings: strict)

let package = Package(
  name: "hoplab",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "hoplab", targets: ["hoplab"]),
    .executable(name: "hoplab-bench", targets: ["hoplab-bench"]),
    .executable(name: "hoplab-bench-table", targets: ["hoplab-bench-table"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    room("Packets"),
    room("Scrutiny", imports: ["Packets"]),
    room(
      "Simulation",
      imports: ["Packets", .product(name: "DequeModule", package: "swift-collections")]),
    room(
      "Protocols",
      imports: ["Packets", "Simulation", .product(name: "DequeModule", package: "swift-collections")]),
    room("Configuration"),
    room("YAMLSource", imports: ["Configuration", "Yams"]),
    room("XMLSource", imports: ["Configuration"]),
    room("Devices", imports: ["Packets", "Simulation", "Protocols", "Configuration"]),
    room("Topology", imports: ["Packets", "Simulation", "Protocols", "Devices", "Configuration"]),
    room("Platforms", imports: ["Packets", "Devices", "Topology", "Configuration", "XMLSource"]),
    room(
      "Scenarios",
      imports: [
        "Packets", "Simulation", "Protocols", "Devices", "Configuration", "Topology", "Platforms",
      ]),
    .systemLibrary(
      name: "CGraphviz", pkgConfig: "libgvc",
      providers: [.apt(["libgraphviz-dev"]), .brew(["graphviz"])]),
    room("GraphvizLayout", imports: ["CGraphviz"]),
    room("Captures", imports: ["Packets", "Simulation"]),
    room(
      "Reports",
      imports: [
        "Packets", "Simulation", "Configuration", "Devices", "Topology", "Scenarios", "GraphvizLayout", "Captures",
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ]),
    .executableTarget(
      name: "hoplab",
      dependencies: [
        "Configuration", "YAMLSource", "Simulation", "Devices", "Topology", "Platforms", "Scenarios", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    room("Workloads", imports: ["Packets", "Simulation", "Protocols", "Devices", "Topology"]),
    room("Figures"),
    .executableTarget(
      name: "hoplab-bench",
      dependencies: [
        "Simulation", "Workloads", "Figures", "Captures",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "hoplab-bench-table",
      dependencies: [
        "Figures", "Configuration", "YAMLSource", "Scenarios",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    tests(of: "Packets", imports: ["Scrutiny"]),
    tests(of: "Simulation", imports: ["Packets"]),
    tests(of: "Protocols", imports: ["Packets", "Simulation"]),
    tests(of: "Configuration"),
    tests(of: "YAMLSource", imports: ["Configuration", "Figures"]),
    tests(of: "XMLSource", imports: ["Configuration"]),
    tests(of: "Devices", imports: ["Packets", "Simulation", "Protocols", "Configuration"]),
    tests(
      of: "Scenarios",
      imports: [
        "Packets", "Simulation", "Protocols", "Devices", "Configuration", "YAMLSource", "Topology", "Platforms",
        "Figures",
      ]),
    tests(of: "GraphvizLayout"),
    tests(of: "Captures", imports: ["Packets", "Simulation"]),
    tests(
      of: "Reports",
      imports: ["Packets", "Simulation", "Configuration", "YAMLSource", "Topology", "Platforms", "Scenarios"]),
    .testTarget(
      name: "WorkloadsTests",
      dependencies: [
        "hoplab-bench", "Packets", "Simulation", "Configuration", "YAMLSource", "Scenarios", "Reports", "Workloads",
      ],
      swiftSettings: strictTests),
    .testTarget(
      name: "HoplabTests",
      dependencies: [
        "hoplab", "Packets", "Simulation", "Devices", "Topology", "Configuration", "YAMLSource", "Platforms",
        "Scenarios", "Reports", "Figures",
      ],
      swiftSettings: strictTests),
  ] + (isFuzzing ? [fuzzer] : [])
)
