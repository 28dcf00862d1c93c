import ByteText
import QiniuAuth

/// Any Authorization gets a verdict and a diagnosis that holds no secret; a signature made for a request is valid for it.
///
/// An input has lines: Authorization, method and target, Host, Content-Type, `X-Qiniu-` fields up to an empty line; the
/// rest is the body. One more word behind the target is what a client signs in its place: a slip to be explained.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAuthorizations(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = SignedInput(ByteView(start: start, count: count))
  // Explaining a bad signature costs some hundred digests: only a part is tried on each input, and its length says which.
  let schemes = [AcceptedSchemes.both, .qbox, []][count % 3]
  do throws(AuthorizationFault) {
    let desk = try VerificationDesk(schemes, input)
    desk.check(nil, is: .notSent)
    desk.explain(input.authorization)
    for (account, credential) in VerificationDesk.credentials.enumerated() {
      for scheme in SignatureScheme.allCases {
        let right = try credential.authorization(scheme: scheme, for: input.request)
        let verdict: Verdict =
          schemes.contains(scheme) ? .valid(account: account, variant: .asSent) : .invalid(.schemeNotAccepted(scheme))
        right.withUnsafeBytes { desk.check($0, is: verdict) }
        guard count / 3 % 2 == account else { continue }
        let slip = try credential.authorization(scheme: scheme, for: input.requestWithSlip)
        slip.withUnsafeBytes { desk.explain($0) }
      }
    }
  } catch {
    preconditionFailure("\(error)")
  }
  return 0
}

/// One server's verifier, facing one request.
private struct VerificationDesk {
  /// The first is the one of `fixtures/vectors`. Only telling secrets, of 16 octets and more, are withheld everywhere.
  static let credentials = [
    Credential(
      accessKey: "testak-0123456789ABCDEFGHIJKLMNOPQRSTUVW", secretKey: "testsk-0123456789abcdefghijklmnopqrstuvw"),
    Credential(accessKey: "ak", secretKey: "longer than a block: " + String(repeating: "0123456789", count: 5)),
  ]

  private let verifier: SignatureVerifier
  private let input: SignedInput
  private let secrets = Self.credentials.map { Array($0.secretKey.utf8) }
  /// For each account and scheme, without the padding at its end.
  private let rightSignatures: [[UInt8]]

  init(_ schemes: AcceptedSchemes, _ input: SignedInput) throws(AuthorizationFault) {
    verifier = try SignatureVerifier(credentials: Self.credentials, acceptedSchemes: schemes, listeningPort: 18181)
    self.input = input
    var signatures: [[UInt8]] = []
    for credential in Self.credentials {
      for scheme in SignatureScheme.allCases {
        let right = try credential.authorization(scheme: scheme, for: input.request)
        signatures.append(Array(right.suffix(28).dropLast()))
      }
    }
    rightSignatures = signatures
  }

  func check(_ authorization: ByteView?, is expected: Verdict) {
    let verdict = verifier.verify(authorization: authorization, request: input.request)
    precondition(verdict == expected, "\(verdict) and not \(expected)")
    explain(authorization)
  }

  func explain(_ authorization: ByteView?) {
    let verdict = verifier.verify(authorization: authorization, request: input.request)
    let text = Array(verifier.explain(verdict, authorization: authorization, request: input.request).utf8)
    let shown = String(decoding: text, as: UTF8.self)
    precondition(!text.isEmpty && text.count < 8192, "empty or long: \(shown)")
    precondition(text.allSatisfy { 0x20...0x7E ~= $0 }, "not visible ASCII: \(shown.debugDescription)")
    text.withUnsafeBytes { text in
      for secret in secrets { precondition(!text.holds(secret), "a secret: \(shown)") }
      // What a client sent itself, and not as a signature, it may read again.
      for signature in rightSignatures where text.holds(signature) {
        precondition(input.octets.holds(signature), "the right signature: \(shown)")
      }
    }
  }
}

/// An input, cut into what a signature is about.
private struct SignedInput {
  let authorization: ByteView
  private(set) var request: SignedRequest
  private(set) var requestWithSlip: SignedRequest
  let octets: ByteView

  init(_ octets: ByteView) {
    self.octets = octets
    var rest = octets
    func nextLine() -> ByteView {
      let end = rest.firstOffset(of: ASCII.lineFeed) ?? rest.count
      defer { rest = rest.slice(min(end + 1, rest.count), rest.count) }
      return rest.slice(0, end)
    }
    authorization = nextLine()
    let words = nextLine().split(separator: ASCII.space, omittingEmptySubsequences: false)
      .map { ByteView(rebasing: $0) }
    let host = nextLine()
    let contentType = nextLine()
    var fields: [(name: ByteView, value: ByteView)] = []
    while case let line = nextLine(), !line.isEmpty {
      let colon = line.firstOffset(of: 0x3A) ?? line.count
      let name = line.slice(0, colon)
      guard name.count > 8, name.slice(0, 8).equalsIgnoringCase("x-qiniu-") else { continue }
      fields.append((name, line.slice(min(colon + 1, line.count), line.count)))
    }
    request = SignedRequest(
      method: words[0], target: words.count > 1 ? words[1] : rest, host: host, contentType: contentType,
      qiniuFields: fields, body: rest)
    requestWithSlip = request
    requestWithSlip.target = words.count > 2 ? words[2] : host
  }
}

extension ByteView {
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    part.withUnsafeBytes { part in
      var start = 0
      while let found = firstOffset(of: part[0], from: start), found + part.count <= count {
        if slice(found, found + part.count).equals(part) { return true }
        start = found + 1
      }
      return false
    }
  }
}
