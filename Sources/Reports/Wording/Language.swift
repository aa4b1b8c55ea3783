/// A language that people are told in. Machines are told in English, and so are mistakes of a file.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh"

  /// What a terminal says around a table of verdicts.
  public var terminal: any TerminalWording { words }

  var words: any Wording {
    switch self {
    case .english: English()
    case .chinese: Chinese()
    }
  }
}

/// Everything that is said to people about a run, in one language.
///
/// A language is a type that has a member for each sentence: one that lacks a sentence does not compile. Nothing is
/// decided here; who, what and why are given. Names of devices come without marks.
protocol Wording: StoryWording, DecisionWording, SideTrafficWording, OutcomeWording, PictureWording, LadderWording,
  ComparisonWording, TerminalWording, TraceWording, RemedyWording, StatisticsWording
{}
