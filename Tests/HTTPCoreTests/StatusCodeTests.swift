import Testing

@testable import HTTPCore

struct StatusCodeTests {
  @Test func everyCodeHasAPhraseOfVisibleASCII() {
    for code in 100...999 {
      let phrase = "\(StatusCode(code).reasonPhrase)"
      #expect(!phrase.isEmpty && phrase.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(code)")
    }
  }

  @Test(arguments: [
    (100, "Continue"), (200, "OK"), (226, "Success"), (404, "Not Found"), (418, "Client Error"),
    (505, "HTTP Version Not Supported"), (573, "Too Many Requests For Bucket"), (599, "Server Operation Failed"),
    (612, "No Such Key"), (614, "File Exists"), (631, "No Such Bucket"), (701, "Qiniu Status"),
  ])
  func phrases(code: Int, phrase: String) {
    #expect("\(StatusCode(code).reasonPhrase)" == phrase)
  }

  @Test func contentIsForbiddenWhereTheRFCSays() {
    #expect((100...999).filter { StatusCode($0).forbidsContent } == Array(100..<200) + [204, 205, 304])
  }
}
