import CLinux
import Glibc
import Testing

@testable import HTTPServer

struct ReactorTests {
  @Test func whatALoopIsToldComesBeforeWhatWasReadyEarlier() throws {
    let reactor = try Reactor()
    let connection = try add(EventToken(.connection, slot: 1), to: reactor)
    let wakeup = try add(EventToken(.wakeup), to: reactor)
    defer { _ = (connection.number, wakeup.number) }
    var kinds: [EventToken.Kind?] = []
    try reactor.wait(ready: { token, _ in kinds.append(token.kind) }, due: { _ in })
    #expect(kinds == [.wakeup, .connection])
  }

  /// A descriptor that is ready at once.
  private func add(_ token: EventToken, to reactor: Reactor) throws -> Descriptor {
    let descriptor = Descriptor(owning: try Syscall.check(eventfd(1, Int32(EFD_NONBLOCK | EFD_CLOEXEC)), "eventfd"))
    try reactor.add(descriptor.number, token, for: .input)
    return descriptor
  }
}
