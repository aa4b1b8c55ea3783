import Configuration

/// What must hold of all chains together, so that every packet comes to an end and every rule can do its work.
struct ChainCheck {
  var base: [ChainOfRules]
  var users: [ChainOfRules]

  /// Linux, `NFT_JUMP_STACK_SIZE`.
  static let deepestJump = 16

  func passes(_ reader: inout DeviceReader) -> Bool {
    guard let order = self.order(&reader) else { return false }
    return isShallow(order, &reader) && mayReject(order, &reader)
  }

  /// The users' chains, each before those it jumps to; nil where some jump in a circle.
  private func order(_ reader: inout DeviceReader) -> [Int]? {
    var callers = Array(repeating: 0, count: users.count)
    for chain in users { for target in chain.targets { callers[target] += 1 } }
    var order = users.indices.filter { callers[$0] == 0 }
    var next = 0
    while next < order.count {
      for target in users[order[next]].targets {
        callers[target] -= 1
        if callers[target] == 0 { order.append(target) }
      }
      next += 1
    }
    guard order.count < users.count else { return order }
    report(circleAmong: Set(users.indices).subtracting(order), &reader)
    return nil
  }

  /// Chains that are left are in a circle or behind one: going back from jump to jump, one comes round.
  private func report(circleAmong left: Set<Int>, _ reader: inout DeviceReader) {
    guard var chain = left.min() else { return }
    var path: [Int] = []
    while !path.contains(chain) {
      path.append(chain)
      chain = users.indices.first { left.contains($0) && users[$0].targets.contains(chain) } ?? chain
    }
    // Each is called by the next of the path, so that the way of a packet is the other way round.
    let circle = Array(path[(path.firstIndex(of: chain) ?? 0)...].reversed())
    let jump = users[circle[0]].rules.first { $0.rule.action == .jump(circle.count > 1 ? circle[1] : circle[0]) }
    let names = (circle + [circle[0]]).map { users[$0].name }.joined(separator: " -> ")
    reader.diagnostics.report(
      "chains jump in a circle: \(names)", .chainCircle, at: jump?.location ?? .none,
      notes: ["a packet would never come out of it"])
  }

  private func isShallow(_ order: [Int], _ reader: inout DeviceReader) -> Bool {
    var depth = Array(repeating: 1, count: users.count)
    for chain in order {
      for target in users[chain].targets { depth[target] = max(depth[target], depth[chain] + 1) }
    }
    guard let deep = order.first(where: { depth[$0] > ChainCheck.deepestJump }) else { return true }
    reader.diagnostics.report(
      "the chain '\(users[deep].name)' is more than \(ChainCheck.deepestJump) jumps deep", .chainCircle,
      at: users[deep].rules.first?.location ?? .none, notes: ["nftables allows \(ChainCheck.deepestJump)"])
    return false
  }

  /// A rule that rejects stands where nobody can be answered if a packet can be led there from such a hook.
  private func mayReject(_ order: [Int], _ reader: inout DeviceReader) -> Bool {
    var origins = Array(repeating: Set<String>(), count: users.count)
    for chain in base where chain.hook?.mayReject == false {
      for target in chain.targets { origins[target].insert(chain.name) }
    }
    for chain in order { for target in users[chain].targets { origins[target].formUnion(origins[chain]) } }
    var passes = true
    let silent = base.filter { $0.hook?.mayReject == false }.map { ($0, $0.name) }
    let reached = users.indices.compactMap { place in origins[place].min().map { (users[place], $0) } }
    for (chain, hook) in silent + reached {
      for rule in chain.rules where rule.rejects {
        passes = false
        reader.diagnostics.report(
          "nobody can be answered at \(hook)", .impossibleRule, at: rule.location,
          notes: ["reject in input, forward or output; drop at \(hook)"])
      }
    }
    return passes
  }
}

extension ChainOfRules {
  /// The users' chains it jumps to.
  fileprivate var targets: [Int] {
    rules.compactMap { if case .jump(let target)? = $0.rule.action { target } else { nil } }
  }
}

extension LocatedRule {
  fileprivate var rejects: Bool { if case .reject? = rule.action { true } else { false } }
}
