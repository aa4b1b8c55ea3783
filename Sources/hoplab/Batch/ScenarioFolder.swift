import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A scenario file, and how it was come upon.
struct ScenarioPath: Hashable, Sendable {
  var path: String
  /// The folder named as argument in which it was found; nil for a file that was named itself.
  var root: String?

  /// `behaviour` of `Scenarios/behaviour/arp.yaml` found in `Scenarios`; empty for what lies in it.
  var place: [Substring] {
    guard let root else { return [] }
    return path.split(separator: "/").dropLast().dropFirst(root.split(separator: "/").count).map { $0 }
  }
}

/// The scenario files that arguments name: files as they are, and of a folder every one in it and in its folders.
enum ScenarioFolder {
  /// In the order of the arguments, and within a folder of the names; nil, and a note on standard error, where a folder
  /// cannot be read or holds none.
  static func files(_ arguments: [String]) -> [ScenarioPath]? {
    var files: [ScenarioPath] = []
    for argument in arguments {
      guard isFolder(argument) else {
        files.append(ScenarioPath(path: argument))
        continue
      }
      let folder = argument.hasSuffix("/") && argument.count > 1 ? String(argument.dropLast()) : argument
      guard let found = scenarios(in: folder) else { return nil }
      guard !found.isEmpty else {
        Terminal.note("hoplab: there is no scenario in '\(folder)'\n")
        return nil
      }
      files += found.map { ScenarioPath(path: $0, root: folder) }
    }
    return files
  }

  static func isFolder(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  private static func scenarios(in folder: String) -> [String]? {
    guard let names = FolderListing.names(in: folder) else {
      Terminal.note("hoplab: the folder '\(folder)' cannot be read\n")
      return nil
    }
    let own = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { "\(folder)/\($0)" }
    var files = own.filter { !isFolder($0) }
    for name in names where isFolder("\(folder)/\(name)") && !isLink("\(folder)/\(name)") {
      guard let inner = scenarios(in: "\(folder)/\(name)") else { return nil }
      files += inner
    }
    return files
  }

  /// A link may lead round in a circle.
  private static func isLink(_ path: String) -> Bool {
    var information = stat()
    return lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFLNK
  }
}
