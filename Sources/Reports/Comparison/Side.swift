/// One of the two that are compared.
public enum Side: String, Hashable, Sendable, CaseIterable {
  case first
  case second

  /// Tells the sides apart where there is no colour.
  public var mark: String { self == .first ? "●" : "■" }

  var other: Side { self == .first ? .second : .first }
}

/// Whose something is.
enum Share: Hashable, Sendable {
  case both
  case only(Side)

  init?(inFirst: Bool, inSecond: Bool) {
    switch (inFirst, inSecond) {
    case (true, true): self = .both
    case (true, false): self = .only(.first)
    case (false, true): self = .only(.second)
    case (false, false): return nil
    }
  }

  var side: Side? {
    if case .only(let side) = self { side } else { nil }
  }

  /// `both`, `first` or `second`.
  var word: String { side?.rawValue ?? "both" }
}

/// The same thing of each side.
struct Pair<Value> {
  var first: Value
  var second: Value

  init(_ first: Value, _ second: Value) {
    self.first = first
    self.second = second
  }

  subscript(side: Side) -> Value {
    get { side == .first ? first : second }
    set { if side == .first { first = newValue } else { second = newValue } }
  }

  func map<Other>(_ transform: (Value) -> Other) -> Pair<Other> { Pair<Other>(transform(first), transform(second)) }
}

extension Pair: Equatable where Value: Equatable {}
extension Pair: Hashable where Value: Hashable {}
extension Pair: Sendable where Value: Sendable {}

extension Pair where Value: Equatable {
  var isSame: Bool { first == second }
}
