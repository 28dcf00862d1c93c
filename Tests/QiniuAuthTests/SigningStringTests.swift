import Testing

@testable import QiniuAuth

struct SigningStringTests {
  private func text(_ scheme: SignatureScheme, _ change: (inout SampleRequest) -> Void) -> String {
    var sample = SampleRequest(target: "/x?b=1&a", host: "h:1", body: "B")
    change(&sample)
    return sample.read { SigningString(scheme: scheme, request: $0).visibleText() }
  }

  @Test(arguments: [
    (SampleRequest.form, true), ("APPLICATION/X-WWW-Form-UrlEncoded", true),
    ("application/x-www-form-urlencoded; charset=UTF-8", true), ("application/x-www-form-urlencoded ;a=b", true),
    ("application/json", false), ("application/x-www-form-urlencoded2", false), ("", false), (nil, false),
  ])
  func qboxCoversTheBodyOfForms(contentType: String?, isSigned: Bool) {
    #expect(text(.qbox) { $0.contentType = contentType } == (isSigned ? "/x?b=1&a\\nB" : "/x?b=1&a\\n"))
  }

  @Test(arguments: [
    (SampleRequest.form, true), ("application/json", true), ("text/plain; charset=utf-8", true),
    ("application/octet-stream", false), ("Application/Octet-Stream; a=b", false),
  ])
  func qiniuCoversTypedBodies(contentType: String, isSigned: Bool) {
    #expect(
      text(.qiniu) { $0.contentType = contentType }
        == "POST /x?b=1&a\\nHost: h:1\\nContent-Type: \(contentType)\\n\\n" + (isSigned ? "B" : ""))
  }

  @Test(arguments: ["", nil]) func qiniuLeavesAnAbsentTypeOut(contentType: String?) {
    #expect(text(.qiniu) { $0.contentType = contentType } == "POST /x?b=1&a\\nHost: h:1\\n\\n")
  }

  @Test func qiniuSortsItsFieldsInCanonicalCase() {
    let signed = text(.qiniu) {
      $0.contentType = nil
      $0.fields = ["x-qiniu-b": "2", "X-QINIU-A-9x-yZ": "1", "X-Qiniu-A": "0", "X-Qiniu-Bb": "3", "X-Qiniu-A1": "4"]
    }
    #expect(
      signed == "POST /x?b=1&a\\nHost: h:1\\nX-Qiniu-A: 0\\nX-Qiniu-A-9x-Yz: 1\\nX-Qiniu-A1: 4\\n"
        + "X-Qiniu-B: 2\\nX-Qiniu-Bb: 3\\n\\n")
  }

  @Test func qiniuSortsRepeatedFieldsByValue() {
    SampleRequest(contentType: nil).read { request in
      var request = request
      let (b, a): (StaticString, StaticString) = ("b", "a")
      let name: StaticString = "X-Qiniu-N"
      request.qiniuFields = [b, a].map { (UnsafeRawBufferPointer(name), UnsafeRawBufferPointer($0)) }
      let signed = SigningString(scheme: .qiniu, request: request).visibleText()
      #expect(signed.hasSuffix("\\nX-Qiniu-N: a\\nX-Qiniu-N: b\\n\\n"))
    }
  }

  @Test func nothingIsDecoded() {
    #expect(text(.qbox) { $0.target = "/%7e/./a%2Fb?x=+%20" } == "/%7e/./a%2Fb?x=+%20\\nB")
  }

  @Test func limitsItsText() {
    let cut = SampleRequest(target: "/abcdef").read {
      SigningString(scheme: .qbox, request: $0).visibleText(limit: 4)
    }
    #expect(cut.hasPrefix("/abc.") && cut.contains("bytes"))
  }
}
