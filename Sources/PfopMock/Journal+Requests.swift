import ByteText
import HTTPCore
import HTTPServer

extension Journal {
  /// Writes down a request and what came of it.
  mutating func append(_ exchange: borrowing Exchange, _ resolution: borrowing Resolution) {
    let message = exchange.request.message
    let moment = exchange.request.moment
    var record = Record(
      time: moment.wall, duration: moment.elapsed,
      status: resolution.answer.status.code, authorization: exchange.authorization, id: exchange.id)
    record[.reqid] = exchange.reqid
    record[.method] = exchange.head.methodName.view(in: message)
    record[.target] = exchange.head.target.asSent.view(in: message)
    if let agent = exchange.field(.userAgent) { record[.userAgent] = agent }
    record[.bucket] = exchange.bucket
    record[.key] = exchange.key
    append(record, by: resolution.decidedBy, diagnosis: resolution.answer.diagnosis, remark: exchange.remark)
  }

  /// Writes down what was answered without ever becoming a request.
  mutating func append(
    _ request: IncompleteRequest, refusedAs answer: Answer, by check: Resolution.DecidedBy, reqid: ByteView
  ) {
    var record = Record(
      time: request.moment.wall, duration: request.moment.elapsed,
      status: answer.status.code, authorization: .unchecked)
    record[.reqid] = reqid
    if let head = request.head {
      record[.method] = head.methodName.view(in: request.received)
      record[.target] = head.target.asSent.view(in: request.received)
      if let agent = head.value(.userAgent, in: request.received) { record[.userAgent] = agent }
    }
    append(record, by: check, diagnosis: answer.diagnosis, remark: "")
  }

  private mutating func append(
    _ record: Record, by check: Resolution.DecidedBy, diagnosis: String?, remark: String
  ) {
    var record = record
    switch check {
    case .check(let name):
      record[.decidedBy] = ByteView(start: name.utf8Start, count: name.utf8CodeUnitCount)
      append(record, diagnosis: diagnosis, remark: remark)
    case .named(var name):
      name.withUTF8 {
        record[.decidedBy] = ByteView($0)
        append(record, diagnosis: diagnosis, remark: remark)
      }
    }
  }

  private mutating func append(_ record: Record, diagnosis: String?, remark: String) {
    guard diagnosis != nil || !remark.isEmpty else { return append(record) }
    var record = record
    var diagnosis = diagnosis ?? ""
    var remark = remark
    diagnosis.withUTF8 { diagnosis in
      remark.withUTF8 { remark in
        record[.diagnosis] = ByteView(diagnosis)
        record[.remark] = ByteView(remark)
        append(record)
      }
    }
  }
}
