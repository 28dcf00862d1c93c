import PfopMock
import TestSupport
import Testing

struct ExplainCommandTests {
  private static let account = ["--access-key", "ak", "--secret-key", "the-secret"]

  private func call(_ secret: String = "the-secret", scheme: String = "QBox") throws -> SignedCall {
    try SignedCall(
      method: "POST", url: "http://127.0.0.1:8599/pfop", contentType: SignedCall.formType, body: "a=b", scheme: scheme,
      accessKey: "ak", secretKey: secret)
  }

  private func explain(_ call: SignedCall, _ more: [String] = ["--body", "a=b"]) throws -> MockProcess.Ended {
    try MockProcess.run(["explain"] + Self.account + ["--authorization", call.authorization] + more)
  }

  @Test func aGoodSignatureEndsWithZero() throws {
    let ended = try explain(call())
    #expect(ended.code == 0)
    #expect(ended.output == "valid: signature of \"ak\" is valid, as sent\n")
    #expect(ended.errors == "")
  }

  @Test func aBadOneIsDiagnosedAndEndsWithOne() throws {
    for (call, more, words) in [
      (try call("other"), ["--body", "a=b"], "signature mismatch"), (try call(), [], "signature mismatch"),
      (try call(scheme: "Qiniu"), ["--body", "a=b"], "scheme Qiniu is not accepted"),
    ] {
      let ended = try explain(call, more)
      #expect(ended.code == 1)
      #expect(ended.output.hasPrefix("refused: ") && ended.output.contains(words), "\(ended.output)")
      #expect(!ended.output.contains("the-secret"))
      #expect(ended.errors == "")
    }
  }

  @Test func aCurlLineIsTakenAsItIs() throws {
    #expect(try MockProcess.run(["explain"] + Self.account + [call().curl]).code == 0)
    let wrong = try MockProcess.run(["explain"] + Self.account + [call("other").curl])
    #expect(wrong.code == 1 && wrong.output.hasPrefix("refused: signature mismatch"))
    #expect(try MockProcess.run(["explain", "curl http://a"]).output == "refused: no Authorization was sent\n")
    #expect(try MockProcess.run(["explain", "wget a"]).errors.contains("does not begin with curl"))
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    #expect(try MockProcess.run(["explain"]).code == 64)
    #expect(try MockProcess.run(["explain", "curl a", "--body", "b"]).code == 64)
    #expect(try MockProcess.run(["explain", "curl a", "--access-key", "b"]).code == 64)
  }
}
