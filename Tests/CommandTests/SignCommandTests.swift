import Foundation
import PfopMock
import TestSupport
import Testing

struct SignCommandTests {
  private static let account = ["--access-key", "ak", "--secret-key", "the-secret"]

  private func authorization(
    url: String = "http://127.0.0.1:8599/pfop", method: String = "POST", contentType: String? = SignedCall.formType,
    body: String? = nil, scheme: String = "QBox"
  ) throws -> String {
    try SignedCall(
      method: method, url: url, contentType: contentType, body: body, scheme: scheme, accessKey: "ak",
      secretKey: "the-secret"
    ).authorization
  }

  /// What `curl` is called with when a shell runs the printed line.
  private func curlArguments(_ line: String) throws -> [String] {
    let ended = try MockProcess.run(["-c", "curl() { printf '%s\\0' \"$@\"; }\n\(line)"], program: "/bin/sh")
    #expect(ended.code == 0)
    #expect(ended.errors == "")
    return ended.output.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func printsOnlyTheAuthorization() throws {
    let ended = try MockProcess.run(["sign"] + Self.account + ["--body", "a=b"])
    #expect(ended == MockProcess.Ended(code: 0, output: try authorization(body: "a=b") + "\n", errors: ""))
    #expect(ended.output.hasPrefix("QBox ak:"))
  }

  @Test func everyFlagCounts() throws {
    let more = ["--method", "PUT", "--url", "http://h:1/x?y", "--content-type", "text/plain", "--scheme", "Qiniu"]
    let ended = try MockProcess.run(["sign"] + Self.account + more + ["--body", "b"])
    let expected = try authorization(
      url: "http://h:1/x?y", method: "PUT", contentType: "text/plain", body: "b", scheme: "Qiniu")
    #expect(ended == MockProcess.Ended(code: 0, output: expected + "\n", errors: ""))
  }

  @Test func aPutPolicyMakesAnUploadToken() throws {
    let ended = try MockProcess.run(["sign"] + Self.account + ["--put-policy", #"{"scope":"b"}"#])
    let token = try SignedCall.uploadToken(policy: #"{"scope":"b"}"#, accessKey: "ak", secretKey: "the-secret")
    #expect(ended == MockProcess.Ended(code: 0, output: token + "\n", errors: ""))
    #expect(token.hasPrefix("ak:") && token.hasSuffix(":eyJzY29wZSI6ImIifQ=="))
    #expect(try MockProcess.run(["sign", "--put-policy", "{}", "--curl"]).code == 64)
  }

  @Test func aFormIsEncodedAndABodyIsTakenAsItIs() throws {
    let form = try MockProcess.run(["sign"] + Self.account + ["--form", "key=a b", "--form", "fops=中|x=y"])
    let body = try MockProcess.run(["sign"] + Self.account + ["--body", "key=a+b&fops=%E4%B8%AD%7Cx%3Dy"])
    #expect(form.code == 0)
    #expect(form == body)
    #expect(try form != MockProcess.run(["sign"] + Self.account))
  }

  @Test func theAccountIsTheFixturesFirst() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "accounts: [{accessKey: ak, secretKey: the-secret}, {accessKey: b, secretKey: s}]\n", to: "f.yaml")
    let ended = try MockProcess.run(["sign", "--fixture", path])
    #expect(ended.output == (try authorization(contentType: nil)) + "\n")
    #expect(try MockProcess.run(["sign"]).output.hasPrefix("QBox testak-"))
  }

  @Test(arguments: [
    "it's", "'", "''", "\"$HOME\" `id` $(id) \\ \\n", "a&b;c|d<e>f(g)h", "line\nfeed\ttab", "*?[a]{b,c}~#!%^=", "中文",
    "@file", "-d", "", "a'\\''b",
  ])
  func theShellHandsEveryBodyToCurlAsItIs(body: String) throws {
    let url = "http://127.0.0.1:8599/pfop?a=1&b='$x'"
    // The parser takes "--body=" for one without a value.
    let given = body.isEmpty ? ["--body", ""] : ["--body=\(body)"]
    let ended = try MockProcess.run(["sign", "--curl", "--url", url] + Self.account + given)
    #expect(ended.code == 0)
    #expect(!ended.output.contains("the-secret"))
    #expect(
      try curlArguments(ended.output) == [
        "-sS", "-X", "POST", url, "-H", "Authorization: \(try authorization(url: url, body: body))",
        "-H", "Content-Type: application/x-www-form-urlencoded", "--data-raw", body,
      ])
  }

  @Test func curlIsKeptFromChangingTheTarget() throws {
    let plain = try MockProcess.run(["sign", "--curl"] + Self.account)
    #expect(try curlArguments(plain.output).count == 6)
    let odd = try MockProcess.run(["sign", "--curl", "--url", "http://h/a/../[b]?{c}"] + Self.account)
    #expect(try Set(curlArguments(odd.output)).isSuperset(of: ["--globoff", "--path-as-is", "http://h/a/../[b]?{c}"]))
  }

  @Test(arguments: [
    (["--form", "a"], "--form a: allowed: name=value"),
    (["--form", "a=b", "--body", "c"], "--body and --form exclude each other"),
    (["--access-key", "a"], "--access-key and --secret-key need each other"),
    (["--scheme", "Basic"], "--scheme Basic is unknown; allowed: QBox, Qiniu"),
    (["--curl", "--url", "/x"], "--url /x: --curl and --scheme Qiniu need the host as well: http://host[:port]/x"),
    (
      ["--scheme", "Qiniu", "--url", "/x"],
      "--url /x: --curl and --scheme Qiniu need the host as well: http://host[:port]/x"
    ),
  ])
  func wrongUsageIsSaid(arguments: [String], line: String) throws {
    #expect(
      try MockProcess.run(["sign"] + arguments)
        == MockProcess.Ended(code: 64, output: "", errors: "pfop-mock: \(line)\npfop-mock: see pfop-mock --help\n"))
  }

  @Test(arguments: [["--url", "ftp://h/"], ["--url", "http://h/#part"], ["--fixture", "/none/f.yaml"]])
  func whatCannotBeSignedIsSaid(arguments: [String]) throws {
    let ended = try MockProcess.run(["sign"] + arguments)
    #expect(ended.code == 1)
    #expect(ended.output == "")
    #expect(ended.errors.hasPrefix("pfop-mock: ") && ended.errors.contains(arguments[1]))
    #expect(ended.errors.count { $0 == "\n" } == 1)
  }
}
