import Simulation

/// What each kind of event is called in journals, in the order of `EventForm.kinds`.
package enum EventWord: String, CaseIterable, Sendable {
  case sent
  case received
  case held
  case absorbed
  case dropped
  case duplicated
  case folded
  case foldedDrops = "folded-drops"
  case forwarded
  case flooded
  case learned
  case routed
  case resolved
  case unresolved
  case translated
  case proxied
  case wrapped
  case unwrapped
  case looped
  case refused
  case rationed
  case logged
  case segmentsLimited = "segments-limited"
  case withheld
  case portChanged = "port-changed"
  case configured
  case deconfigured
  case gatewaySet = "gateway-set"
  case rulesSet = "rules-set"
  case leased
  case stepBegan = "step-began"
  case stepEnded = "step-ended"
  case began
  case ended
  case linkChanged = "link-changed"
  case directionChanged = "direction-changed"
  case deviceChanged = "device-changed"
  case serviceChanged = "service-changed"
  case linkSet = "link-set"

  /// An event that is added has no word before it has a line here.
  init(_ event: Event) {
    switch event {
    case .sent: self = .sent
    case .received: self = .received
    case .held: self = .held
    case .absorbed: self = .absorbed
    case .dropped: self = .dropped
    case .duplicated: self = .duplicated
    case .folded: self = .folded
    case .foldedDrops: self = .foldedDrops
    case .forwarded: self = .forwarded
    case .flooded: self = .flooded
    case .learned: self = .learned
    case .routed: self = .routed
    case .resolved: self = .resolved
    case .unresolved: self = .unresolved
    case .translated: self = .translated
    case .proxied: self = .proxied
    case .wrapped: self = .wrapped
    case .unwrapped: self = .unwrapped
    case .looped: self = .looped
    case .refused: self = .refused
    case .rationed: self = .rationed
    case .logged: self = .logged
    case .segmentsLimited: self = .segmentsLimited
    case .withheld: self = .withheld
    case .portChanged: self = .portChanged
    case .configured: self = .configured
    case .deconfigured: self = .deconfigured
    case .gatewaySet: self = .gatewaySet
    case .rulesSet: self = .rulesSet
    case .leased: self = .leased
    case .stepBegan: self = .stepBegan
    case .stepEnded: self = .stepEnded
    case .began: self = .began
    case .ended: self = .ended
    case .linkChanged: self = .linkChanged
    case .directionChanged: self = .directionChanged
    case .deviceChanged: self = .deviceChanged
    case .serviceChanged: self = .serviceChanged
    case .linkSet: self = .linkSet
    }
  }

  /// Those of which the journal's schema tells.
  package static var listed: [EventWord] { EventForm.kinds.map(\.word) }
}
