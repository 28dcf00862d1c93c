import ByteText
import HTTPCore
import HTTPServer
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
  /// The id that was issued or asked for; 0 while there is none.
  var id: Int64 = 0
  /// Something has come up for the loop backstage.
  var hasNews = false
  /// What was noticed and tolerated.
  private(set) var remark = ""

  init(request: IncomingRequest, reqid: ByteView) {
    self.request = request
    self.reqid = reqid
  }

  var head: RequestHead { request.head }

  /// Adds to what was noticed and tolerated.
  mutating func remark(on text: String) { remark += remark.isEmpty ? text : "; \(text)" }

  func field(_ name: FieldName) -> ByteView? { request.head.value(name, in: request.message) }

  /// The content is what `application/x-www-form-urlencoded` names; parameters such as charset do not matter.
  var hasFormContent: Bool {
    guard let type = field(.contentType), head.fields.count(of: .contentType) == 1 else { return false }
    return SignedRequest.isForm(contentType: type)
  }
}

/// What came of a request and which check or rule settled it.
struct Resolution {
  var answer: Answer
  var decidedBy: DecidedBy

  enum DecidedBy {
    case check(StaticString)
    case named(String)
  }

  init(_ answer: Answer, by check: StaticString) {
    self.answer = answer
    decidedBy = .check(check)
  }

  init(_ answer: Answer, byName name: String) {
    self.answer = answer
    decidedBy = .named(name)
  }
}
