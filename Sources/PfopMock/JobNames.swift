import PfopEngine

/// The words for states of jobs and deliveries, in admin responses, metrics and stored states.
extension JobState.Phase {
  var name: String {
    switch self {
    case .waiting: "waiting"
    case .processing: "processing"
    case .finished: "finished"
    }
  }
}

extension JobState.Delivery {
  var name: String {
    switch self {
    case .none: "none"
    case .planned: "planned"
    case .underWay: "underWay"
    case .delivered: "delivered"
    case .failed: "failed"
    case .suppressed: "suppressed"
    }
  }
}

extension Delivery.Outcome {
  static let names = ["underWay", "delivered", "failed", "suppressed"]

  var name: String {
    switch self {
    case .underWay: "underWay"
    case .answered: isDelivered ? "delivered" : "failed"
    case .failed: "failed"
    case .suppressed: "suppressed"
    }
  }
}
