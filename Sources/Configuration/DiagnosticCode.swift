/// Every mistake Hoplab can tell, by its stable code.
///
/// 01xx is reading, 02xx the topology, 03xx steps and expectations. A code is never given to another mistake.
public enum DiagnosticCode: String, CaseIterable, Sendable {
  case syntax = "HL0101"
  case emptyFile = "HL0102"
  case notUTF8 = "HL0103"
  case tabIndentation = "HL0104"
  case forbiddenCharacter = "HL0105"
  case duplicateKey = "HL0106"
  case undefinedAlias = "HL0107"
  case aliasBomb = "HL0108"
  case tooDeep = "HL0109"
  case tooLarge = "HL0110"
  case severalDocuments = "HL0111"
  case keyNotText = "HL0112"
  case mergeKey = "HL0113"
  case cyclicInclude = "HL0114"
  case missingInclude = "HL0115"
  case badXML = "HL0117"
  case unknownField = "HL0120"
  case missingField = "HL0121"
  case wrongType = "HL0122"
  case outOfRange = "HL0123"
  case unknownChoice = "HL0124"
  case malformedText = "HL0125"
  case badUnit = "HL0126"
  case missingUnit = "HL0127"
  case fileNotReadable = "HL0128"
  case eitherOr = "HL0130"

  case unknownKind = "HL0201"
  case unknownNode = "HL0202"
  case unknownMachine = "HL0203"
  case unknownDevice = "HL0204"
  case unknownInterface = "HL0205"
  case interfaceUsedTwice = "HL0206"
  case ambiguousInterface = "HL0207"
  case duplicateName = "HL0208"
  case reservedName = "HL0209"
  case badName = "HL0210"
  case linkToItself = "HL0211"
  case duplicateAddress = "HL0212"
  case impossiblePrefix = "HL0213"
  case gatewayNotConnected = "HL0214"
  case addressOutsideNetwork = "HL0215"
  case platformLimit = "HL0216"
  case overlappingNetworks = "HL0217"
  case unknownNetwork = "HL0218"
  case badLink = "HL0219"
  case duplicateHardwareAddress = "HL0220"
  case unpluggedPort = "HL0221"
  case badRange = "HL0230"
  case unequalRanges = "HL0231"
  case addressesExhausted = "HL0232"
  case routingWithoutForwarding = "HL0240"
  case tooManyRoutes = "HL0241"
  case networkTooSmall = "HL0242"
  case notModelled = "HL0245"
  case misplacedTranslation = "HL0250"
  case unknownChain = "HL0260"
  case chainCircle = "HL0261"
  case impossibleRule = "HL0262"

  case unknownVerb = "HL0301"
  case severalVerbs = "HL0302"
  case duplicateStep = "HL0303"
  case unknownStep = "HL0304"
  case unknownExpectation = "HL0305"
  case unsuitableExpectation = "HL0306"
  case unknownReason = "HL0307"
  case undefinedVariable = "HL0308"
  case unusedVariable = "HL0309"
  case unknownVariant = "HL0310"
  case nothingToCheck = "HL0311"
  case unknownName = "HL0312"
  case noAddress = "HL0313"
  case badEndpointPair = "HL0314"
  case contradiction = "HL0315"
  case unknownService = "HL0316"
  case unsuitableField = "HL0317"
  case nothingToChange = "HL0318"

  /// Most mistakes are errors; these let the run go on.
  public var severity: Diagnostic.Severity {
    switch self {
    case .unusedVariable, .nothingToCheck, .duplicateHardwareAddress, .unpluggedPort, .notModelled: .warning
    default: .error
    }
  }

  /// A few words, as the head of `hoplab explain`.
  public var title: String { text.title }

  /// What it means, why it is refused, and an example of wrong and right.
  public var explanation: String { text.explanation }

  private var text: DiagnosticText {
    switch rawValue.dropFirst(2).prefix(2) {
    case "01": readingText
    case "02": topologyText
    default: stepText
    }
  }
}

struct DiagnosticText {
  var title: String
  var explanation: String

  init(_ title: String, _ sentences: String, wrong: String, right: String) {
    self.title = title
    explanation = """
      \(sentences)

      wrong:
      \(DiagnosticText.indented(wrong))

      right:
      \(DiagnosticText.indented(right))
      """
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
  }
}
