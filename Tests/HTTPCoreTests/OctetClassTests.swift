import ByteText
import Testing

@testable import HTTPCore

struct OctetClassTests {
  @Test func tokensAreThoseOfTheRFC() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~"
    #expect(Set((UInt8.min...UInt8.max).filter { OctetClass.isToken($0) }) == Set(letters.utf8))
    #expect(withOctets(letters) { OctetClass.isToken($0) })
    #expect(!withOctets("") { OctetClass.isToken($0) })
    #expect(!withOctets("a b") { OctetClass.isToken($0) })
  }

  /// Sixteen octets are looked at together, so each octet is tried at each place of the first blocks.
  @Test func forbiddenInAValueAreControlOctetsButTheTab() {
    for octet in UInt8.min...UInt8.max {
      let isForbidden = octet < 0x20 && octet != 0x09 || octet == 0x7F
      for place in 0..<35 {
        var value = [UInt8](repeating: 0x61, count: 35)
        value[place] = octet
        let found = withOctets(value) { OctetClass.firstForbiddenInValue($0) }
        guard found == (isForbidden ? place : nil) else {
          Issue.record("octet \(octet) at \(place): \(String(describing: found))")
          return
        }
      }
    }
  }

  @Test func theFirstOfSeveralIsFound() {
    #expect(withOctets([0x61, 0x00, 0x0D]) { OctetClass.firstForbiddenInValue($0) } == 1)
    #expect(withOctets([]) { OctetClass.firstForbiddenInValue($0) } == nil)
    #expect(withOctets("/a#\0") { OctetClass.firstForbiddenInTarget($0) } == 2)
  }

  @Test func aTargetHoldsVisibleASCIIWithoutTheFragmentsSign() {
    for octet in UInt8.min...UInt8.max {
      let isAllowed = (0x21...0x7E).contains(octet) && octet != 0x23
      #expect((withOctets([octet]) { OctetClass.firstForbiddenInTarget($0) } == nil) == isAllowed)
    }
  }
}
