import PfopEngine

/// One call of the imitated API. Each event loop has its own endpoints, so they may keep storage between requests.
protocol Endpoint: AnyObject {
  var kind: EndpointKind { get }

  /// Everything that can be said without looking at what loops share.
  /// - Returns: how the request ends here; nil if it is sound, and then `decide` is called next.
  func examine(_ exchange: inout Exchange) -> Resolution?

  /// Decides a sound request. Called while all loops' state is locked, so it is short.
  func decide(_ exchange: inout Exchange, in service: inout ServiceState) -> Resolution
}
