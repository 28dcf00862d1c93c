import ByteText

/// The signing strings of a client that made one slip, the likelier first.
///
/// They refer to bytes made up here, and live no longer than this does.
struct SlipAlternatives: ~Copyable {
  typealias Alternative = (slips: [Slip], string: SigningString)

  /// The first is the right string: the slip may be in how its signature was written.
  private(set) var all: [Alternative]
  private let right: SigningString
  private let quotation: Quotation
  private var madeUp: [UnsafeMutableRawBufferPointer] = []

  /// Hosts that requests are commonly made out to.
  private static let hosts: [StaticString] = [
    "api.qiniu.com", "api.qiniuapi.com", "127.0.0.1", "localhost", "[::1]", "rs.qiniu.com", "uc.qbox.me",
  ]

  init(_ right: SigningString, _ listeningPort: UInt16, _ quotation: Quotation) {
    self.right = right
    self.quotation = quotation
    all = [([], right)]
    addTargets()
    addBodies()
    addNewlines()
    switch right.scheme {
    case .qbox: break
    case .qiniu:
      addHosts(listeningPort)
      addFields()
    }
  }

  deinit { for bytes in madeUp { bytes.deallocate() } }

  private mutating func addTargets() {
    let target = right.request.target
    let path = target.slice(0, right.request.pathCount)
    let query = target.slice(path.count, target.count)
    let otherPath = path.last == 0x2F ? Array(path.dropLast()) : path + [0x2F]
    addTarget(otherPath + query) { .trailingSlash(signed: $0) }
    if !query.isEmpty { addTarget(Array(path)) { .queryLeftOut(signed: $0) } }
    if let decoded = Self.decoded(target, plusIsSpace: false) { addTarget(decoded) { .targetDecoded(signed: $0) } }
    for scheme in ["http://", "https://"] {
      addTarget(Array(scheme.utf8) + right.request.host + target) { .absoluteTarget(signed: $0) }
    }
  }

  private mutating func addBodies() {
    let body = right.request.body
    guard !body.isEmpty else { return }
    guard right.isBodySigned else {
      let contentType = right.request.contentType.map { "Content-Type \(quotation.quote($0))" } ?? "no Content-Type"
      return add([.bodySigned(contentType: contentType)]) { $0.isBodySigned = true }
    }
    add([.bodyLeftOut]) { $0.isBodySigned = false }
    add([.bodyLeftOut, .newlineMissing]) {
      $0.isBodySigned = false
      $0.separator = ""
    }
    for plusIsSpace in [true, false] {
      if let decoded = Self.decoded(body, plusIsSpace: plusIsSpace) { addBody(decoded, .bodyDecoded) }
    }
    addBody(Self.replacing([0x2B], by: Array("%20".utf8), in: body), .spacesOtherwise)
    addBody(Self.replacing(Array("%20".utf8), by: [0x2B], in: body), .spacesOtherwise)
  }

  private mutating func addNewlines() {
    add([.newlineMissing]) { $0.separator = "" }
    add([.newlineAdded]) { $0.ending = "\n" }
    add([.newlineSpelledOut]) { $0.separator = "\\n" }
    add([.carriageReturnAdded]) { $0.separator = "\r\n" }
  }

  private mutating func addHosts(_ listeningPort: UInt16) {
    let ownName = right.request.host.slice(0, right.request.hostNameCount)
    for name in [ownName] + Self.hosts.map({ ByteView($0) }) {
      for port in ["", ":\(listeningPort)"] {
        let host = keep(Array(name) + port.utf8)
        add([.wrongHost(signed: quotation.quote(host))]) {
          $0.request.host = host
          $0.addedPort = nil
        }
      }
    }
  }

  private mutating func addFields() {
    for method: StaticString in ["GET", "POST"] {
      let method = ByteView(method)
      addRequest(.wrongMethod(signed: quotation.quote(method))) { $0.method = method }
    }
    let types = ["application/json", SignedRequest.formType].map { ByteView($0) } + [right.request.mediaType]
    for type in types.compactMap({ $0 }) {
      addRequest(.wrongContentType(signed: quotation.quote(type))) { $0.contentType = type }
    }
    if right.request.contentType != nil { addRequest(.wrongContentType(signed: "none")) { $0.contentType = nil } }
    if !right.request.qiniuFields.isEmpty { addRequest(.qiniuFieldsLeftOut) { $0.qiniuFields = [] } }
  }

  private mutating func addTarget(_ target: [UInt8], slip: (String) -> Slip) {
    let target = keep(target)
    addRequest(slip(quotation.quote(target))) { $0.target = target }
  }

  private mutating func addBody(_ body: [UInt8], _ slip: Slip) {
    let body = keep(body)
    addRequest(slip) { $0.body = body }
  }

  /// The string that the rule makes of another request: a `Content-Type` decides over the body, too.
  private mutating func addRequest(_ slip: Slip, _ alter: (inout SignedRequest) -> Void) {
    var request = right.request
    alter(&request)
    var string = SigningString(scheme: right.scheme, request: request)
    string.addedPort = right.addedPort
    all.append(([slip], string))
  }

  private mutating func add(_ slips: [Slip], _ alter: (inout SigningString) -> Void) {
    var string = right
    alter(&string)
    all.append((slips, string))
  }

  private mutating func keep(_ bytes: [UInt8]) -> ByteView {
    let kept = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    kept.copyBytes(from: bytes)
    madeUp.append(kept)
    return ByteView(kept)
  }

  /// Nil where nothing can be decoded.
  private static func decoded(_ text: ByteView, plusIsSpace: Bool) -> [UInt8]? {
    let text = plusIsSpace ? Array(text) : replacing([0x2B], by: Array("%2B".utf8), in: text)
    do {
      return try [UInt8](unsafeUninitializedCapacity: text.count) { output, count in
        count = try text.withUnsafeBytes { (bytes) throws(BadEscape) in
          try PercentEncoding.decodeForm(bytes, into: UnsafeMutableRawBufferPointer(output))
        }
      }
    } catch {
      return nil
    }
  }

  private static func replacing(_ part: [UInt8], by other: [UInt8], in text: ByteView) -> [UInt8] {
    var replaced: [UInt8] = []
    var index = 0
    while index < text.count {
      let isPart = text[index...].starts(with: part)
      if isPart { replaced += other } else { replaced.append(text[index]) }
      index += isPart ? part.count : 1
    }
    return replaced
  }
}
