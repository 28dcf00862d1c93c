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

  /// Wherever in a request it is, in whichever way it is written.
  @Test func noSecretIsShown() throws {
    for (arguments, code) in [
      (["--authorization", "QBox ak:x", "--body", "bucket=the-secret&key=%74HE-secret"], Int32(1)),
      (["--authorization", "QBox ak:x", "--path", "/" + String(repeating: "x", count: 500) + "the-secret"], 1),
      (["--authorization", "QBox the-secret:x"], 1), (["--authorization", "the-secret x:y"], 1),
      (["curl -H 'Authorization: QBox ak:x' -d the-secret http://a/the-secret"], 1),
      (["curl http://a http://the-secret"], 1), (["curl -H the-secret http://a"], 1),
      (["curl --the-secret http://a"], 1),
      (["curl gopher://the-secret"], 1),
    ] {
      let ended = try MockProcess.run(["explain"] + Self.account + arguments)
      #expect(ended.code == code, "\(arguments)")
      let told = (ended.output + ended.errors).lowercased()
      #expect(!told.contains("the-secr") && !told.contains("%74he-s"), "\(told)")
      #expect(told.contains("********") || told.contains("secret key"), "\(told)")
    }
  }

  @Test func whatDoesNotGoTogetherIsRefused() throws {
    #expect(try MockProcess.run(["explain"]).code == 64)
    #expect(try MockProcess.run(["explain", "curl a", "--body", "b"]).code == 64)
    #expect(try MockProcess.run(["explain", "curl a", "--access-key", "b"]).code == 64)
  }
}
