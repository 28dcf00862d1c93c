import Testing

@testable import QiniuAuth

struct SignatureVerifierTests {
  @Test func acceptsWhatTheOfficialSDKsSign() throws {
    let (common, vectors) = try Vectors.signatures()
    #expect(vectors.count == 9)
    for vector in vectors {
      let accounts = [Credential.sample, vector.credential(common)]
      let verdict = try vector.request.verdict(vector.authorization, accounts)
      let account = vector.accessKey == nil ? 0 : 1
      #expect(verdict == .valid(account: account, variant: .asSent), "\(vector.name)")
      var other = vector.request
      other.target += "x"
      #expect(try other.verdict(vector.authorization, accounts) == .invalid(.signatureMismatch), "\(vector.name)")
    }
  }

  @Test func judgesEveryCapturedRequestAsRecorded() throws {
    let captures = try Vectors.captures()
    #expect(captures.count == 64)
    for (line, capture) in captures.enumerated() {
      let verdict =
        switch try capture.request.verdict(capture.field("authorization")) {
        case .notSent: "none"
        case .valid: "valid"
        case .invalid: "invalid"
        }
      #expect(verdict == capture.authorization, "line \(line + 1), \(capture.sdk)")
    }
  }

  @Test func findsTheAccount() throws {
    let accounts = (0..<5).map { Credential(accessKey: "ak\($0)", secretKey: "sk\($0)") }
    for (index, account) in accounts.enumerated() {
      let authorization = try SampleRequest().authorization(.qbox, account)
      #expect(try SampleRequest().verdict(authorization, accounts) == .valid(account: index, variant: .asSent))
    }
  }

  @Test(arguments: ["", String(repeating: "k", count: 64), String(repeating: "k", count: 65)])
  func takesSecretsOfAnyLength(secret: String) throws {
    let account = Credential(accessKey: "ak", secretKey: secret)
    let authorization = try SampleRequest().authorization(.qbox, account)
    #expect(try SampleRequest().verdict(authorization, [account]) == .valid(account: 0, variant: .asSent))
  }

  @Test func tellsWhichVariantMatched() throws {
    let wire = SampleRequest(method: "GET", target: "/s", host: "127.0.0.1", contentType: nil, body: "")
    func verdict(signing host: String, _ contentType: String?) throws -> Verdict {
      var signed = wire
      signed.host = host
      signed.contentType = contentType
      return try wire.verdict(signed.authorization(.qiniu))
    }
    #expect(try verdict(signing: "127.0.0.1", nil) == .valid(account: 0, variant: .asSent))
    #expect(try verdict(signing: "127.0.0.1:18181", nil) == .valid(account: 0, variant: .hostWithListeningPort))
    #expect(try verdict(signing: "127.0.0.1", SampleRequest.form) == .valid(account: 0, variant: .defaultContentType))
    #expect(
      try verdict(signing: "127.0.0.1:18181", SampleRequest.form)
        == .valid(account: 0, variant: .hostWithListeningPortAndDefaultContentType))
    #expect(try verdict(signing: "127.0.0.1:18182", nil) == .invalid(.signatureMismatch))
    #expect(try verdict(signing: "127.0.0.1", "application/json") == .invalid(.signatureMismatch))
  }

  @Test(arguments: ["127.0.0.1:80", "[::1]:80", "localhost:"])
  func addsNoSecondPort(host: String) throws {
    var signed = SampleRequest(host: host)
    signed.host += ":18181"
    #expect(try SampleRequest(host: host).verdict(signed.authorization(.qiniu)) == .invalid(.signatureMismatch))
  }

  @Test func addsAPortBehindBrackets() throws {
    let authorization = try SampleRequest(host: "[::1]:18181").authorization(.qiniu)
    #expect(
      try SampleRequest(host: "[::1]").verdict(authorization) == .valid(account: 0, variant: .hostWithListeningPort))
  }

  @Test func refuses() throws {
    let sample = SampleRequest()
    #expect(try sample.verdict(nil) == .notSent)
    #expect(try sample.verdict("") == .invalid(.malformed(.empty)))
    #expect(try sample.verdict("Bearer x") == .invalid(.unknownScheme))
    #expect(try sample.verdict("QBox nobody:x") == .invalid(.unknownAccessKey))
    #expect(try sample.verdict("QBox \(Credential.sample.accessKey):x") == .invalid(.signatureMismatch))
    for (scheme, accepted) in [(SignatureScheme.qiniu, AcceptedSchemes.qbox), (.qbox, .qiniu)] {
      let right = try sample.authorization(scheme)
      #expect(try sample.verdict(right, accepting: accepted) == .invalid(.schemeNotAccepted(scheme)))
      #expect(try sample.verdict(right, accepting: .both) == .valid(account: 0, variant: .asSent))
    }
  }

  @Test func everyOctetOfASignatureCounts() throws {
    let right = try SampleRequest().authorization(.qbox)
    let start = right.utf8.count - 28
    for position in start..<right.utf8.count {
      var octets = Array(right.utf8)
      octets[position] ^= 1
      let wrong = String(decoding: octets, as: UTF8.self)
      #expect(try SampleRequest().verdict(wrong) == .invalid(.signatureMismatch), "octet \(position - start)")
    }
    #expect(try SampleRequest().verdict(right + "=") == .invalid(.signatureMismatch))
  }

  @Test func oneVerifierServesRequestAfterRequest() throws {
    let verifier = try SignatureVerifier(credentials: [.sample], acceptedSchemes: .both, listeningPort: 1)
    let long = SampleRequest(body: String(repeating: "x", count: 200_000))
    for sample in [SampleRequest(), long, SampleRequest(body: ""), SampleRequest()] {
      for scheme in SignatureScheme.allCases {
        let authorization = Array(try sample.authorization(scheme).utf8)
        let verdict = sample.read { request in
          authorization.withUnsafeBytes { verifier.verify(authorization: $0, request: request) }
        }
        #expect(verdict == .valid(account: 0, variant: .asSent))
      }
    }
  }

  @Test func aRefusalHasStatusAndText() {
    func text(_ verdict: Verdict) -> String? { verdict.refusal.map { "\($0)" } }
    #expect(Verdict.refusalStatus == 401)
    #expect(text(.notSent) == "token not specified")
    #expect(text(.invalid(.unknownScheme)) == "bad token")
    #expect(text(.invalid(.signatureMismatch)) == "bad token")
    #expect(text(.valid(account: 0, variant: .asSent)) == nil)
  }
}
