/// How many notifications have come to what.
package struct DeliveryTally: Sendable, Equatable {
  package private(set) var begun = 0
  package private(set) var delivered = 0
  package private(set) var failed = 0
  package private(set) var suppressed = 0

  package init() {}

  /// Those that have begun and have come to no outcome.
  package var underWay: Int { begun - delivered - failed - suppressed }

  mutating func deliveryBegan() { begun += 1 }

  /// One has begun and ended at once.
  mutating func deliverySuppressed() {
    begun += 1
    suppressed += 1
  }

  mutating func deliveryEnded(_ outcome: Delivery.Outcome) {
    switch outcome {
    case .underWay: break
    case .answered: if outcome.isDelivered { delivered += 1 } else { failed += 1 }
    case .failed: failed += 1
    case .suppressed: suppressed += 1
    }
  }
}
