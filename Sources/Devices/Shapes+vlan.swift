import Configuration
import Packets

/// VLAN identifiers and sets of them.
extension Shape where Output == VLANID {
  public static var vlanID: Shape {
    Shape<Int>.integer(in: 1...4094).flatMap { number, _, _ in VLANID(rawValue: UInt16(number)) }
  }
}

extension Shape where Output == VLANSet {
  /// `100`, `200-210`, `all`, or a list of such.
  public static var vlanSet: Shape {
    Shape<[VLANSet]>.oneOrMany(of: vlanRange).named("vlans").map { sets in
      var all = VLANSet()
      for range in sets.flatMap(\.ranges) { all.insert(range) }
      return all
    }
  }

  private static var vlanRange: Shape {
    let expecting = "a VLAN from 1 to 4094, a range such as 200-210, or `all`"
    let number = SchemaNode.integer(1...4094)
    let schema = SchemaNode.anyOf([number, .string(pattern: #"^(all|\d{1,4}-\d{1,4})$"#)])
    return Shape(expecting: expecting, schema: schema) { value, diagnostics in
      guard let text = value.text else {
        diagnostics.report(.expected(expecting, found: value))
        return nil
      }
      if text == "all" { return .all }
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { PlainNumber.whole($0) }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1] else {
        diagnostics.report(.expected(expecting, found: value, code: .malformedText))
        return nil
      }
      guard first >= 1, last <= 4094, first <= last else {
        let isBackwards = first > last && last >= 1 && first <= 4094
        diagnostics.report(
          .expected(
            expecting, found: value, code: .outOfRange, notes: isBackwards ? ["did you mean '\(last)-\(first)'?"] : []))
        return nil
      }
      var set = VLANSet()
      set.insert(UInt16(first)...UInt16(last))
      return set
    }
  }
}
