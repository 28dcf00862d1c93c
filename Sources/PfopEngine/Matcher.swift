/// One condition of a rule's `when`.
package enum Matcher: Sendable, Equatable {
  case bucket(Wildcard)
  case key(Wildcard)
  /// Holds if any one stage of any command matches.
  case fops(Wildcard)

  func holds(for request: PfopRequest) -> Bool {
    switch self {
    case .bucket(let wildcard): wildcard.matches(request.bucket)
    case .key(let wildcard): wildcard.matches(request.key)
    case .fops(let wildcard):
      FopPipeline(request.fops).commands.contains { command in
        FopPipeline.stages(of: command).contains { wildcard.matches($0) }
      }
    }
  }

  /// True if it holds for requests to that bucket only.
  func isForBucket(_ name: String) -> Bool {
    switch self {
    case .bucket(let wildcard): wildcard.exactName == Array(name.utf8)
    case .key, .fops: false
    }
  }
}
