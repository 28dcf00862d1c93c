import HTTPCore
import HTTPServer
import Testing

@testable import PfopMock

struct LimitHintTests {
  @Test func namesTheLimitThatWasPassedAndItsFlag() {
    var limits = ServerLimits()
    limits.parser.content = 5
    limits.parser.fieldCount = 6
    #expect(limits.hint(for: .contentTooLarge) == "; allowed: 5 octets (--max-body)")
    #expect(limits.hint(for: .tooManyFields) == "; allowed: 6 fields (--max-fields)")
    #expect(limits.hint(for: .headerBlockTooLarge) == "; allowed: 32768 octets (--max-header)")
    #expect(limits.hint(for: .requestLineTooLong) == "; allowed: 16384 octets (--max-request-line)")
    #expect(limits.hint(for: .hostMissing) == "")
  }
}
