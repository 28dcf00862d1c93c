import ByteText
import HTTPCore
import HTTPServer
import PfopEngine

/// A call of the admin API that is let in, on its way to its answer. Valid during the call that answers it.
struct AdminRequest {
  let core: MockCore
  /// Where the server listens.
  let addresses: ServerAddresses
  let query: AdminQuery
  private let request: IncomingRequest
  private let reqid: ByteView
  private let parameters: [String: String]

  init(
    _ request: IncomingRequest, reqid: ByteView, core: MockCore, addresses: ServerAddresses, query: AdminQuery,
    parameters: [String: String]
  ) {
    self.request = request
    self.reqid = reqid
    self.core = core
    self.addresses = addresses
    self.query = query
    self.parameters = parameters
  }

  /// When it was there as a whole.
  var time: Timestamp { Timestamp(nanoseconds: request.moment.wall) }

  /// The part of the path for which the route has `{name}`, decoded and not empty.
  func parameter(_ name: String) -> String {
    guard let value = parameters[name] else { preconditionFailure("no part of this call's path is named \(name)") }
    return value
  }

  /// The body as it came.
  var content: [UInt8] { Array(request.content) }

  /// Only the head of the answer is wanted.
  var isHead: Bool { request.head.method == .head }

  /// The field of that name, if there is one.
  /// - Parameter name: in lower case; that of the field does not matter.
  func field(_ name: StaticString) -> String? {
    let message = request.message
    let name = ByteView(start: name.utf8Start, count: name.utf8CodeUnitCount)
    return request.head.fields.lines.first { $0.name.view(in: message).equalsIgnoringCase(name) }
      .map { String(decoding: $0.value.view(in: message), as: UTF8.self) }
  }

  /// Answers with content that may be long.
  func answer(with content: some ResponseContent) -> AdminReply {
    lateAnswer.send(content)
    return .later
  }

  /// The body's fields, as `read` understands them.
  /// - Parameters:
  ///   - allowed: the fields that the call knows.
  ///   - read: reports to the reader whatever is wrong with them; its result counts only if it reported nothing.
  /// - Throws: `AdminError.body` and `AdminError.fields`.
  func readBody<Value>(
    _ allowed: [String], _ read: (FixtureReader, FixtureFields) -> Value
  ) throws(AdminError) -> Value {
    try AdminBody.read(request.content, allowed, read)
  }

  /// The entry of a fixture that the body is, read with the same rules and messages as in a file.
  /// - Throws: `AdminError.body` and `AdminError.fields`.
  func readEntry<Entry>(_ read: (FixtureReader, FixtureValue) -> Entry?) throws(AdminError) -> Entry {
    guard let entry = try AdminBody.read(request.content, read) else {
      preconditionFailure("the reader reports whatever is in the way of an entry")
    }
    return entry
  }

  /// Another request in the place of this one, for a call that is about it.
  func with(_ head: RequestHead, message: ByteView, content: ByteView) -> IncomingRequest {
    var other = request
    other.head = head
    other.message = message
    other.content = content
    return other
  }

  /// What another thread needs to answer this call; the call then returns `AdminReply.later`.
  var lateAnswer: LateAnswer { LateAnswer(to: request, reqid: reqid, core: core) }
}
