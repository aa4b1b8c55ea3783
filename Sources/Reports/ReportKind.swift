/// One output of a variant: a conforming type has a file of its own, and its word in `reportKinds`.
public protocol ReportKind: Sendable {
  static var word: String { get }
  /// One sentence for help and documentation.
  static var summary: String { get }
  /// Made only when asked for.
  static var isOnRequest: Bool { get }
  /// Made only with pictures.
  static var isPicture: Bool { get }

  static func files(of run: VariantRun, _ options: ReportOptions) throws(OutputError) -> [ReportFile]
}

extension ReportKind {
  public static var isOnRequest: Bool { false }
  public static var isPicture: Bool { false }
}

/// Every report there is.
public let reportKinds: [any ReportKind.Type] = [
  StoryReport.self, ResultReport.self, JournalReport.self, CaptureReport.self, TopologyPicture.self,
  FlowPicture.self, StepPictures.self, SequencePicture.self, SequenceText.self, StatisticsReport.self,
]

/// What is wanted of the reports.
public struct ReportOptions: Sendable {
  /// Words of reports that are made on request.
  public var requested: Set<String> = []  // looked up, never iterated
  /// Where everything stands in the pictures; none are made without it.
  public var atlas: Atlas?
  public var formats: [PictureFormat] = [.svg]
  /// Whether the DOT text of pictures is kept beside them.
  public var keepsDOT = true
  /// Words of pictures of which it is not, even so.
  public var withoutDOT: Set<String> = []  // looked up, never iterated
  /// Names of interfaces of which everything is captured, those that a variant does not have left out; nil captures
  /// each crossing of a link once.
  public var capturedInterfaces: [String]?
  /// Words of reports that are not made, though nobody has to ask for them.
  public var leftOut: Set<String> = []  // looked up, never iterated

  public init() {}

  /// What the gallery keeps: no capture, since nobody could read how one differs from the one before. Of the many scenarios
  /// in folders the overview and the story are kept; they tell what the other pictures show. A picture knows by its digest
  /// whether it is that of a DOT text, so the text itself is left out there.
  public static func ofGallery(inFolder: Bool) -> ReportOptions {
    var options = ReportOptions()
    options.leftOut = [CaptureReport.word]
    if inFolder {
      options.leftOut.formUnion([
        TopologyPicture.word, StepPictures.word, SequencePicture.word, SequenceText.word,
      ])
    }
    options.keepsDOT = !inFolder
    options.withoutDOT = [SequencePicture.word]
    return options
  }
}

/// All files of a variant, in the order of the reports.
public func reportFiles(of run: VariantRun, _ options: ReportOptions) throws(OutputError) -> [ReportFile] {
  var files: [ReportFile] = []
  for kind in reportKinds {
    guard !options.leftOut.contains(kind.word) else { continue }
    guard !kind.isOnRequest || options.requested.contains(kind.word) else { continue }
    guard !kind.isPicture || options.atlas != nil else { continue }
    files += try kind.files(of: run, options)
  }
  return files
}
