import ByteText
import Foundation

@testable import PfopEngine

/// What the tests of this module share.
enum Samples {
  static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// A sound form, with some fields replaced (or, when nil, left out) and others added.
  static func form(_ changes: KeyValuePairs<String, String?> = [:]) -> String {
    var fields: [(String, String)] = [
      ("bucket", "media"), ("key", "video.mp4"), ("fops", "avthumb/mp4"), ("notifyURL", "http://127.0.0.1:9999/cb"),
    ]
    for (name, value) in changes {
      fields.removeAll { $0.0 == name }
      if let value { fields.append((name, value)) }
    }
    return fields.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&")
  }

  static func escaped(_ text: String) -> String {
    String(decoding: PercentEncoding.encodeForm(text.utf8), as: UTF8.self)
  }

  /// The stage `saveas/…` for an entry.
  static func saveas(_ entry: String) -> String {
    "saveas/" + entry.withBytes { String(decoding: URLSafeBase64.encode($0), as: UTF8.self) }
  }

  static func fixture(_ yaml: String) throws -> Fixture {
    let accounts = "accounts: [{ accessKey: ak, secretKey: sk }]\n"
    switch FixtureLoader.decode(accounts + yaml, file: "test.yaml") {
    case .loaded(let fixture): return fixture
    case .refused(let problems): throw Broken(problems: problems)
    }
  }

  struct Broken: Error {
    var problems: [FixtureProblem]
  }
}

extension String {
  func withBytes<Result, Failure: Error>(_ body: (ByteView) throws(Failure) -> Result) throws(Failure) -> Result {
    let bytes = Array(utf8)
    return try bytes.withBytes(body)
  }
}

extension [UInt8] {
  func withBytes<Result, Failure: Error>(_ body: (ByteView) throws(Failure) -> Result) throws(Failure) -> Result {
    try withUnsafeBufferPointer { bytes throws(Failure) in try body(ByteView(bytes)) }
  }
}

extension SeededRandom: RandomNumberGenerator {
  /// From 0 to below `limit`.
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

extension ByteView {
  var text: String { String(decoding: self, as: UTF8.self) }
}

extension ServiceState {
  /// One whose clock stands at 1970-01-01T00:00:00Z.
  init(fixture: Fixture, settings: Settings = Settings()) {
    self.init(fixture: fixture, settings: settings, clock: ServiceClock(.manual, wall: 0, monotonic: 0))
  }

  /// Decides the request that `form` spells.
  mutating func decide(_ form: String, reqid: String = "reqid", at now: Int64 = 0) throws(ParameterError) -> Decision {
    try script(form, reqid: reqid, at: now).decision
  }

  /// The same with what is scripted about the answer.
  mutating func script(
    _ form: String, reqid: String = "reqid", at now: Int64 = 0, _ change: (inout RuleSubject) -> Void = { _ in }
  ) throws(ParameterError) -> Scripted<Decision> {
    var decoder = FormDecoder()
    try form.withBytes { bytes throws(ParameterError) in try decoder.decode(bytes) }
    let request = try PfopRequest(decoder, idioms)
    return reqid.withBytes { reqid in
      "ak".withBytes { accessKey in
        form.withBytes { form in
          var subject = RuleSubject()
          subject.parameters = request
          subject.accessKey = accessKey
          subject.content = form
          change(&subject)
          prepare(&subject, at: Timestamp(nanoseconds: now))
          return decide(request, subject, reqid: reqid, at: Timestamp(nanoseconds: now))
        }
      }
    }
  }

  /// Like `decide`, as `200` or `<status> <error>`.
  mutating func outcome(_ form: String) throws -> String {
    switch try decide(form) {
    case .accepted: "200"
    case .refused(let refusal): "\(refusal.status) \(refusal.error)"
    case .unanswered: "---"
    }
  }
}

extension ServiceState {
  mutating func replace(_ fixture: Fixture) {
    var prepared = PreparedFixture(fixture, settings)
    replaceFixture(&prepared)
  }
}
