import Dispatch
import Guarded
import HTTPServer
import TestSupport
import Testing

@testable import PfopMock

struct AddressResolverTests {
  private func destination(_ host: String, port: UInt16 = 80, usesTLS: Bool = false) -> NotifyTarget.Destination {
    NotifyTarget.Destination(usesTLS: usesTLS, host: host, port: port)
  }

  /// Asks for all of them and waits until `count` are known.
  private func resolve(
    _ resolver: AddressResolver, _ destinations: [NotifyTarget.Destination], until count: Int
  ) throws -> [AddressResolver.Resolution] {
    let done = DispatchSemaphore(value: 0)
    for destination in destinations { resolver.resolve(destination) { done.signal() } }
    for _ in 0..<count {
      guard done.wait(timeout: .now() + .seconds(10)) == .success else { throw RawClient.Failure.timedOut }
    }
    return resolver.take()
  }

  @Test func theAnswerWaitsUntilItIsTaken() throws {
    let resolver = AddressResolver { host, port throws(ServerError) in
      try SocketAddress.resolve(host: host, port: port)
    }
    let asked = destination("127.0.0.1", port: 8080, usesTLS: true)
    let found = try resolve(resolver, [asked], until: 1)
    #expect(found.map(\.destination) == [asked])
    #expect(try found[0].addresses.get().map(\.authority) == ["127.0.0.1:8080"])
    #expect(resolver.take().isEmpty)
  }

  @Test func aNameThatNobodyKnowsIsAnAnswerToo() throws {
    let resolver = AddressResolver { host, _ throws(ServerError) in throw .unresolvable(host: host, reason: "gone") }
    let found = try resolve(resolver, [destination("a.example")], until: 1)
    guard case .failure(.unresolvable("a.example", "gone")) = found[0].addresses else {
      Issue.record("\(found)")
      return
    }
  }

  @Test func everyDestinationGetsItsOwnAnswer() throws {
    let resolver = AddressResolver { _, port throws(ServerError) in
      try SocketAddress.resolve(host: "127.0.0.1", port: port)
    }
    let asked = (1...200).map { destination("host\($0).example", port: $0) }
    let found = try resolve(resolver, asked, until: asked.count)
    #expect(Set(found.map(\.destination)) == Set(asked))
    for resolution in found {
      #expect(try resolution.addresses.get().map(\.port) == [resolution.destination.port])
    }
  }

  /// But for those that happen to wait in the same queue: of so many it is never all.
  @Test func aNameThatTakesItsTimeHoldsUpFewOthers() throws {
    let mayAnswer = DispatchSemaphore(value: 0)
    let resolver = AddressResolver { host, port throws(ServerError) in
      if host == "slow.example" { mayAnswer.wait() }
      return try SocketAddress.resolve(host: "127.0.0.1", port: port)
    }
    let slow = destination("slow.example")
    let others = (1...64).map { destination("host\($0).example", port: $0) }
    let early = try resolve(resolver, [slow] + others, until: 1)
    #expect(!early.isEmpty && early.allSatisfy { $0.destination != slow })
    mayAnswer.signal()
    var found = Set(early.map(\.destination))
    let done = DispatchSemaphore(value: 0)
    // Behind everything that waits, in every queue.
    let last = (65...256).map { destination("host\($0).example", port: $0) }
    for destination in last { resolver.resolve(destination) { done.signal() } }
    for _ in last { #expect(done.wait(timeout: .now() + .seconds(10)) == .success) }
    found.formUnion(resolver.take().map(\.destination))
    #expect(found == Set([slow] + others + last))
  }
}
