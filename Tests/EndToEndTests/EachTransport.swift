import TestSupport
import Testing

/// Runs every test of a suite once for each way to speak to a server: what holds over plain TCP has to hold over TLS.
struct EachTransport: SuiteTrait, TestTrait, TestScoping {
  /// How servers of the test that runs are spoken to where it does not say itself.
  @TaskLocal static var transport = Transport.plain

  let isRecursive = true

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    for transport in Transport.allCases {
      try await EachTransport.$transport.withValue(transport) { try await function() }
    }
  }
}

extension Trait where Self == EachTransport {
  static var overEachTransport: EachTransport { EachTransport() }
}
