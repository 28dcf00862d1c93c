import TestSupport
import Testing

struct CheckCommandTests {
  @Test(arguments: ["default", "permissive"])
  func aSoundFixtureIsSummedUp(name: String) throws {
    let ended = try MockProcess.run(["check", "\(Checkout.root)/fixtures/\(name).yaml"])
    #expect(ended.code == 0)
    #expect(ended.output.wholeMatch(of: /ok: 1 account, \d+ buckets?, 0 rules\n/) != nil)
    #expect(ended.errors == "")
  }

  @Test func severalFilesMakeOneFixture() throws {
    let folder = try TemporaryFolder()
    let files = try [
      folder.write("accounts: [{accessKey: a, secretKey: s}]\n", to: "1.yaml"),
      folder.write("accounts: [{accessKey: b, secretKey: s}]\nbuckets: {media: {keys: [k]}}\n", to: "2.yaml"),
    ]
    let summary = MockProcess.Ended(code: 0, output: "ok: 2 accounts, 1 bucket, 0 rules\n", errors: "")
    #expect(try MockProcess.run(["check"] + files) == summary)
    #expect(try MockProcess.run(["check", folder.path("")]) == summary)
  }

  /// The shipped broken fixture with the most kinds of slips, and what belongs to be said about it.
  @Test func everyProblemIsALineOfItsOwn() throws {
    let folder = "\(Checkout.root)/fixtures/broken"
    let expected = String(decoding: try Checkout.read("fixtures/broken/unknown-fields.txt"), as: UTF8.self)
    let lines = expected.replacing("fixtures/broken", with: folder).split(separator: "\n")
    #expect(lines.count > 1)
    #expect(
      try MockProcess.run(["check", "\(folder)/unknown-fields.yaml"])
        == MockProcess.Ended(code: 1, output: "", errors: lines.map { "pfop-mock: \($0)\n" }.joined()))
  }

  /// A shipped fixture that loads, and what of it can never come true.
  @Test func whatCanNeverComeTrueIsAWarning() throws {
    let folder = "\(Checkout.root)/fixtures/odd"
    let expected = String(decoding: try Checkout.read("fixtures/odd/names.txt"), as: UTF8.self)
    let lines = expected.replacing("fixtures/odd", with: folder).split(separator: "\n")
    #expect(lines.count > 1)
    let warnings = lines.map { "pfop-mock: warning: \($0)\n" }.joined()
    #expect(
      try MockProcess.run(["check", "\(folder)/names.yaml"])
        == MockProcess.Ended(code: 0, output: "ok: 2 accounts, 4 buckets, 16 rules\n", errors: warnings))
    #expect(
      try MockProcess.run(["check", "--strict", "\(folder)/names.yaml"])
        == MockProcess.Ended(code: 1, output: "", errors: lines.map { "pfop-mock: \($0)\n" }.joined()))
    #expect(try MockProcess.run(["check", "--strict", "\(Checkout.root)/fixtures/default.yaml"]).code == 0)
  }

  @Test func aMissingFileIsAProblem() throws {
    let folder = try TemporaryFolder()
    let ended = try MockProcess.run(["check", folder.path("none.yaml")])
    #expect(ended.code == 1)
    #expect(ended.output == "")
    #expect(ended.errors.hasPrefix("pfop-mock: \(folder.path("none.yaml")): "))
    #expect(ended.errors.count { $0 == "\n" } == 1)
  }
}
