import ByteText
import Testing

@testable import HTTPCore

struct MethodTests {
  @Test(arguments: Method.allCases)
  func isReadFromItsName(method: Method) {
    #expect(withOctets("\(method.name)") { Method($0) } == method)
  }

  @Test func namesAreThoseOfTheRFCs() {
    #expect(
      Method.allCases.map { "\($0.name)" } == [
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "",
      ])
  }

  @Test(arguments: ["get", "Get", "GE", "GETS", "POS", "POSTS", "post", "HEAd", "OPTION", "PRI", "BREW", "G\0T"])
  func nearMissesAreUnknown(text: String) {
    #expect(withOctets(text) { Method($0) } == .unknown)
  }
}
