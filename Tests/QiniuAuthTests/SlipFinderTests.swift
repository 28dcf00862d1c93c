import Foundation
import Testing

@testable import QiniuAuth

/// Each test makes a slip's signature from a string of its own, and wants the slip named.
struct SlipFinderTests {
  private let account = Credential.sample
  private let form = SampleRequest()
  private let query = SampleRequest(
    method: "GET", target: "/status/get/prefop?id=a%2Bb", contentType: nil, body: "")

  /// What stands behind "likely slip: ".
  private func hint(
    _ sample: SampleRequest, _ authorization: String, _ accounts: [Credential] = [.sample]
  ) throws -> String {
    let diagnosis = try sample.diagnosis(authorization, accounts)
    #expect(diagnosis.hasPrefix("signature mismatch: the server signed \""))
    return diagnosis.components(separatedBy: "likely slip: ").dropFirst().joined()
  }

  private func hint(_ sample: SampleRequest, qbox message: String) throws -> String {
    try hint(sample, account.authorization(.qbox, over: message))
  }

  private func hint(_ sample: SampleRequest, qiniu message: String) throws -> String {
    try hint(sample, account.authorization(.qiniu, over: message))
  }

  @Test func trailingSlash() throws {
    #expect(try hint(form, qbox: "/pfop/\n" + form.body) == "trailing slash: the client signed \"/pfop/\"")
    var slash = form
    slash.target = "/pfop/"
    #expect(try hint(slash, qbox: "/pfop\n" + form.body) == "trailing slash: the client signed \"/pfop\"")
    #expect(
      try hint(query, qbox: "/status/get/prefop/?id=a%2Bb\n")
        == "trailing slash: the client signed \"/status/get/prefop/?id=a%2Bb\"")
  }

  @Test func target() throws {
    #expect(
      try hint(query, qbox: "/status/get/prefop\n") == "query left out: the client signed \"/status/get/prefop\"")
    #expect(
      try hint(query, qbox: "/status/get/prefop?id=a+b\n")
        == "target signed decoded: the client signed \"/status/get/prefop?id=a+b\"")
    for scheme in ["http", "https"] {
      let url = "\(scheme)://127.0.0.1:18181/pfop"
      #expect(
        try hint(form, qbox: "\(url)\n" + form.body)
          == "absolute URL: the client signed \"\(url)\" in place of path and query")
    }
  }

  @Test func body() throws {
    #expect(try hint(form, qbox: "/pfop\n").hasPrefix("body left out"))
    #expect(try hint(form, qbox: "/pfop").hasPrefix("body left out"))
    #expect(try hint(form, qbox: "/pfop").contains("; missing \"\\n\""))
    var json = form
    json.contentType = "application/json"
    #expect(
      try hint(json, qbox: "/pfop\n" + form.body)
        == "body signed although it must not be with Content-Type \"application/json\"")
    json.contentType = nil
    #expect(
      try hint(json, qbox: "/pfop\n" + form.body) == "body signed although it must not be with no Content-Type")
  }

  @Test(arguments: ["bucket=media&key=a b/c.mp4&fops=avinfo", "bucket=media&key=a+b/c.mp4&fops=avinfo"])
  func bodyDecoded(decoded: String) throws {
    #expect(try hint(form, qbox: "/pfop\n" + decoded).hasPrefix("body signed decoded"))
  }

  @Test func spacesEscapedOtherwise() throws {
    let escaped = form.body.replacingOccurrences(of: "+", with: "%20")
    #expect(try hint(form, qbox: "/pfop\n" + escaped).hasPrefix("body signed with its spaces escaped otherwise"))
    var sent = form
    sent.body = escaped
    #expect(try hint(sent, qbox: "/pfop\n" + form.body).hasPrefix("body signed with its spaces escaped otherwise"))
  }

  @Test func newline() throws {
    #expect(try hint(form, qbox: "/pfop" + form.body).hasPrefix("missing \"\\n\": one stands"))
    #expect(try hint(query, qbox: query.target).hasPrefix("missing \"\\n\": one stands"))
    #expect(try hint(form, qbox: "/pfop\\n" + form.body).hasPrefix("missing \"\\n\": the client signed a backslash"))
    #expect(try hint(form, qbox: "/pfop\r\n" + form.body).hasPrefix("wrong \"\\n\""))
    #expect(try hint(form, qbox: "/pfop\n\(form.body)\n").hasPrefix("extra \"\\n\""))
    let lines = "POST /pfop\nHost: \(form.host)\nContent-Type: \(SampleRequest.form)\n"
    #expect(try hint(form, qiniu: lines + form.body).hasPrefix("missing \"\\n\": one stands"))
  }

  @Test func encoding() throws {
    // A signature in which the two alphabets differ.
    var sample = form
    var digest = Data()
    while !digest.base64EncodedString().contains("+") {
      sample.body += "&"
      digest = try account.digest("/pfop\n" + sample.body)
    }
    let standard = digest.base64EncodedString()
    let safe = standard.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    let hex = digest.map { String(format: "%02x", $0) }.joined()
    let slips = [
      (standard, "standard base64: "), (String(safe.dropLast()), "missing padding: "),
      (String(standard.dropLast()), "standard base64 and missing padding: "),
      (hex, "hex digest: the client wrote the HMAC"), (hex.uppercased(), "hex digest: the client wrote the HMAC"),
      (Data(hex.utf8).base64EncodedString(), "hex digest: the client wrote the base64"),
    ]
    for (text, expected) in slips {
      #expect(try hint(sample, "QBox \(account.accessKey):\(text)").hasPrefix(expected), "\(text)")
    }
    #expect(try sample.verdict("QBox \(account.accessKey):\(safe)") == .valid(account: 0, variant: .asSent))
    let combined = try account.digest("/pfop/\n" + sample.body).map { String(format: "%02x", $0) }.joined()
    #expect(
      try hint(sample, "QBox \(account.accessKey):\(combined)")
        .hasPrefix("trailing slash: the client signed \"/pfop/\"; hex digest: "))
  }

  @Test func otherScheme() throws {
    let lines = "POST /pfop\nHost: \(form.host)\nContent-Type: \(SampleRequest.form)\n\n" + form.body
    #expect(try hint(form, qbox: lines) == "the other scheme: the client signed the string of Qiniu")
    #expect(try hint(form, qiniu: "/pfop\n" + form.body) == "the other scheme: the client signed the string of QBox")
    var portless = form
    portless.host = "127.0.0.1"
    #expect(try hint(portless, qbox: lines) == "the other scheme: the client signed the string of Qiniu")
  }

  @Test(arguments: [
    "127.0.0.1", "localhost", "localhost:18181", "api.qiniu.com", "api.qiniuapi.com", "api.qiniu.com:18181",
    "media.test", "media.test:18181", "[::1]:18181",
  ])
  func wrongHost(signed: String) throws {
    var sample = form
    sample.host = "media.test:8080"
    let lines = "POST /pfop\nHost: \(signed)\nContent-Type: \(SampleRequest.form)\n\n" + form.body
    #expect(try hint(sample, qiniu: lines) == "wrong Host: the client signed \"\(signed)\"")
  }

  @Test func qiniuLines() throws {
    var sample = form
    sample.fields = ["X-Qiniu-Date": "20261123T000000Z"]
    let host = "Host: \(form.host)\n"
    let type = "Content-Type: \(SampleRequest.form)\n"
    let date = "X-Qiniu-Date: 20261123T000000Z\n"
    #expect(try hint(sample, qiniu: "POST /pfop\n\(host)\(type)\n\(form.body)").hasPrefix("X-Qiniu- fields left out"))
    #expect(
      try hint(sample, qiniu: "GET /pfop\n\(host)\(type)\(date)\n\(form.body)")
        == "wrong method: the client signed \"GET\"")
    #expect(
      try hint(sample, qiniu: "POST /pfop\n\(host)\(date)\n") == "wrong Content-Type: the client signed none")
    #expect(
      try hint(sample, qiniu: "POST /pfop\n\(host)Content-Type: application/json\n\(date)\n\(form.body)")
        == "wrong Content-Type: the client signed \"application/json\"")
    #expect(
      try hint(sample, qiniu: "POST /pfop/\n\(host)\(type)\(date)\n\(form.body)")
        == "trailing slash: the client signed \"/pfop/\"")
    #expect(
      try hint(sample, qiniu: "POST /pfop\n\(host)\(type)\(date)\n").hasPrefix("body left out"))
    sample.contentType = "application/octet-stream"
    #expect(
      try hint(sample, qiniu: "POST /pfop\n\(host)Content-Type: application/octet-stream\n\(date)\n\(form.body)")
        == "body signed although it must not be with Content-Type \"application/octet-stream\"")
    sample.contentType = SampleRequest.form + "; charset=utf-8"
    #expect(
      try hint(sample, qiniu: "POST /pfop\n\(host)\(type)\(date)\n\(form.body)")
        == "wrong Content-Type: the client signed \"\(SampleRequest.form)\"")
  }

  @Test func slipOnTopOfAnAcceptedVariant() throws {
    var portless = form
    portless.host = "127.0.0.1"
    #expect(
      try hint(
        portless,
        qiniu: "POST /pfop/\nHost: 127.0.0.1:18181\nContent-Type: \(SampleRequest.form)\n\n" + form.body)
        == "trailing slash: the client signed \"/pfop/\"")
  }

  @Test func wrongKey() throws {
    let other = Credential(accessKey: "other", secretKey: "another secret")
    func hint(signing secret: String) throws -> String {
      let mistaken = Credential(accessKey: account.accessKey, secretKey: secret)
      return try self.hint(form, form.authorization(.qbox, mistaken), [account, other])
    }
    #expect(
      try hint(signing: other.secretKey)
        == "wrong secret key: the client signed with the one of access key \"other\"")
    #expect(try hint(signing: account.secretKey + "\n") == "wrong secret key: the client's ends in a newline")
    #expect(try hint(signing: account.accessKey) == "wrong secret key: the client signed with the access key")
    #expect(try hint(signing: "unheard of") == "")
  }

  /// A wrong signature is for the loop to explain: with thousands of accounts it costs no more.
  @Test func theKeysOfSomeOtherAccountsAreTried() throws {
    let accounts = [account] + (0..<1000).map { Credential(accessKey: "ak \($0)", secretKey: "secret \($0)") }
    for (number, isFound) in [(0, true), (254, true), (255, false), (999, false)] {
      let mistaken = Credential(accessKey: account.accessKey, secretKey: "secret \(number)")
      let hint = try hint(form, form.authorization(.qbox, mistaken), accounts)
      #expect(
        hint == (isFound ? "wrong secret key: the client signed with the one of access key \"ak \(number)\"" : ""))
    }
  }

  @Test func saysWhenNothingExplains() throws {
    let wrong = try account.authorization(.qbox, over: "something else")
    #expect(
      try form.diagnosis(wrong).hasSuffix("; no known slip explains it: wrong secret key, or another string signed?"))
    var long = form
    long.body = String(repeating: "a%20", count: 20_000)
    #expect(try long.diagnosis(wrong).hasSuffix("; the request is too long to look for every slip"))
    // Short enough for each of the account's own slips, too long for a thousand other keys.
    let accounts = [account] + (0..<1000).map { Credential(accessKey: "\($0)", secretKey: "secret \($0)") }
    long.body = String(repeating: "a", count: 20_000)
    #expect(try long.diagnosis(wrong, accounts).hasSuffix("; the request is too long to look for every slip"))
  }

  @Test func namesTheSlipOfTheCSDK() throws {
    let asked = try Vectors.captures().filter { $0.sdk.hasPrefix("C 7") && $0.request_line.hasPrefix("GET") }
    #expect(!asked.isEmpty)
    for capture in asked {
      let authorization = try #require(capture.field("authorization"))
      #expect(try hint(capture.request, authorization) == "wrong method: the client signed \"POST\"")
    }
  }
}
