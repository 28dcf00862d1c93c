import ByteText
import HTTPCore
import HTTPServer
import PfopEngine
import QiniuAuth

/// One request on its way to an answer, with what is learnt about it for the journal. Valid during the call that
/// answers it.
struct Exchange {
  let request: IncomingRequest
  let reqid: ByteView
  var authorization = JournalEntry.AuthorizationMark.unchecked
  /// Of a request that is signed well.
  var accessKey = ByteView(start: nil, count: 0)
  var bucket = ByteView(start: nil, count: 0)
  var key = ByteView(start: nil, count: 0)
  /// The other parameters of pfop, as far as they can be read.
  var fops = ByteView(start: nil, count: 0)
  var pipeline = ByteView(start: nil, count: 0)
  var notifyURL = ByteView(start: nil, count: 0)
  /// Whose call it is.
  var call = EndpointKind.none
  /// Its number in the journal, once it is there.
  var number: UInt64 = 0
  /// Rules of the phase `request` have had their turn.
  var isScreened = false
  /// The id that was issued or asked for; 0 while there is none.
  var id: Int64 = 0
  /// What rules look at.
  var subject = RuleSubject()
  /// Something has come up for the loop backstage.
  var hasNews = false
  /// What was noticed and tolerated.
  private(set) var remark = ""

  init(request: consuming IncomingRequest, reqid: ByteView) {
    let message = request.message
    subject.method = request.head.methodName.view(in: message)
    subject.path = request.head.target.path.view(in: message)
    subject.userAgent = request.head.value(.userAgent, in: message) ?? subject.userAgent
    subject.content = request.content
    subject.connection = request.ticket.connectionNumber
    subject.fields = ReceivedFields(fields: request.head.fields, message: message)
    self.reqid = reqid
    self.request = request
  }

  var head: RequestHead { _read { yield request.head } }

  /// The AccessKey of `<scheme> SP <AccessKey>:<sign>`, whether the signature is right or not; empty if there is none.
  var claimedAccessKey: ByteView {
    guard let authorization = field(.authorization) else { return ByteView(start: nil, count: 0) }
    let start = (authorization.firstOffset(of: ASCII.space) ?? -1) + 1
    return authorization.slice(start, authorization.firstOffset(of: 0x3A, from: start) ?? start)
  }

  /// Notes the parameters of a job that is asked for.
  mutating func note(_ request: consuming PfopRequest) {
    bucket = request.bucket
    key = request.key
    fops = request.fops
    pipeline = request.pipeline ?? pipeline
    notifyURL = request.notifyURL
    subject.parameters = request
  }

  /// Adds to what was noticed and tolerated.
  mutating func remark(on text: String) { remark += remark.isEmpty ? text : "; \(text)" }

  func field(_ name: FieldName) -> ByteView? { request.head.value(name, in: request.message) }

  /// The content is what `application/x-www-form-urlencoded` names; parameters such as charset do not matter.
  var hasFormContent: Bool {
    guard let type = field(.contentType), head.fields.count(of: .contentType) == 1 else { return false }
    return SignedRequest.isForm(contentType: type)
  }
}

/// The fields of a request, as rules look for them. As small as it is it takes no memory of its own.
private struct ReceivedFields: FieldLookup {
  let fields: FieldSection
  let message: ByteView

  func hasField(named name: [UInt8], where matches: (ByteView) -> Bool) -> Bool {
    name.withUnsafeBytes { name in
      fields.lines.contains { line in
        line.name.view(in: message).equalsIgnoringCase(name) && matches(line.value.view(in: message))
      }
    }
  }
}

/// What came of a request and which check or rule settled it.
struct Resolution {
  var answer: Answer
  var decidedBy: DecidedBy
  /// What is scripted about the answer; nil for a plain one.
  @BoxedScript var script: AnswerScript?

  enum DecidedBy {
    case check(StaticString)
    case named(String)
  }

  init(_ answer: consuming Answer, by check: StaticString) {
    self.answer = answer
    decidedBy = .check(check)
  }

  init(_ answer: consuming Answer, byName name: String) {
    self.answer = answer
    decidedBy = .named(name)
  }

  /// A script leaves the request without an answer.
  static func unanswered(by rule: RuleReference) -> Resolution {
    Resolution(.none(because: "scripted: \(rule)"), byName: rule.ownerName)
  }
}
