/// Whose call a request is, and which checks it meets on its way.
enum EndpointKind: UInt8, Sendable {
  /// Nobody's: it was answered before it came to an endpoint.
  case none
  case pfop, status, region, upload, stat

  /// One place on a request's way where it can be decided.
  enum Station: Equatable {
    case check(String)
    case rules(early: Bool)
  }

  /// In the contract's order.
  var stations: [Station] {
    let routing = ["framing", "host", "route", "method"].map(Station.check)
    guard self != .none else { return routing }
    return routing + [.rules(early: true)] + checks
  }

  private var checks: [Station] {
    switch self {
    case .none: []
    case .pfop:
      ["authorization", "content type", "form", "parameter"].map(Station.check) + [.rules(early: false)]
        + ["bucket", "key", "saveas", "memory", "id"].map(Station.check)
    case .status: ["form", "id"].map(Station.check)
    case .region: ["form", "parameter"].map(Station.check)
    case .upload:
      ["content type", "form", "authorization", "hash", "scope", "parameter", "bucket", "saveas", "memory", "id"]
        .map(Station.check)
    case .stat: ["authorization", "parameter", "bucket", "key"].map(Station.check)
    }
  }
}
