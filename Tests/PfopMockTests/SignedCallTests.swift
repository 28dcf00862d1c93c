import Testing

@testable import PfopMock

struct SignedCallTests {
  private func call(_ url: String, body: String? = nil, scheme: String = "QBox", secretKey: String = "MY_SECRET_KEY")
    throws
    -> SignedCall
  {
    try SignedCall(
      method: "POST", url: url, contentType: body.map { _ in SignedCall.formType }, body: body, scheme: scheme,
      accessKey: "MY_ACCESS_KEY", secretKey: secretKey)
  }

  /// The example of Qiniu's documentation.
  @Test(arguments: ["http://rs.qiniu.com", "https://rs.qiniu.com", ""])
  func signsPathAndQueryOfAnAddress(prefix: String) throws {
    let path = "/move/bmV3ZG9jczpmaW5kX21hbi50eHQ=/bmV3ZG9jczpmaW5kLm1hbi50eHQ="
    #expect(try call(prefix + path).authorization == "QBox MY_ACCESS_KEY:FXsYh0wKHYPEsIAgdPD9OfjkeEM=")
  }

  @Test func everyPartOfTheSchemeQiniuCounts() throws {
    let tokens = try ["http://a/x", "http://b/x", "http://a/y", "http://a/x?q"].map {
      try call($0, scheme: "Qiniu").authorization
    }
    #expect(Set(tokens).count == 4)
    #expect(tokens.allSatisfy { $0.hasPrefix("Qiniu MY_ACCESS_KEY:") })
  }

  @Test func hostAndTargetAreSignedAsClientsSendThem() throws {
    for (url, sent) in [
      ("http://a", "http://a/"), ("http://a?q", "http://a/?q"), ("http://a:80/x", "http://a/x"),
      ("https://[::1]:443", "https://[::1]/"),
    ] {
      #expect(try call(url, scheme: "Qiniu").authorization == call(sent, scheme: "Qiniu").authorization)
    }
    #expect(
      try call("http://a:443/", scheme: "Qiniu").authorization != call("http://a/", scheme: "Qiniu").authorization)
  }

  @Test(arguments: ["ftp://a/b", "a/b", "http:///b", "", "http://:80/", "http://u@a/", "/a#b", "/a b", "http://a\n/"])
  func refusesWhatIsNoAddress(url: String) {
    #expect(throws: StartFailure.self) { try call(url) }
  }

  @Test func formsAreEncodedAsClientsDo() {
    #expect(
      SignedCall.encode(form: ["key=中 a+b=c", "fops=a|b;c", "empty="])
        == "key=%E4%B8%AD+a%2Bb%3Dc&fops=a%7Cb%3Bc&empty=")
  }

  @Test func curlIsQuotedForTheShell() throws {
    let curl = try call("http://h/p?a&b", body: "it's").curl
    #expect(curl.hasPrefix("curl -sS -X POST 'http://h/p?a&b' -H 'Authorization: QBox MY_ACCESS_KEY:"))
    #expect(curl.hasSuffix(#"--data-raw 'it'\''s'"#))
    #expect(!curl.contains("MY_SECRET_KEY"))
  }
}
