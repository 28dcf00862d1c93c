import ByteText
import HTTPCore
import HTTPServer
import PfopEngine

extension Journal {
  /// Writes down a request and what came of it.
  /// - Parameters:
  ///   - answer: as it leaves with its round; nil if it leaves in another way.
  ///   - loop: the number of the loop that serves it.
  /// - Returns: the entry's number.
  mutating func append(
    _ exchange: borrowing Exchange, _ resolution: borrowing Resolution, answer: ByteView?, trials: RuleTrials,
    loop: Int
  ) -> UInt64 {
    let request = exchange.request
    let message = request.message
    let decided = request.moment.monotonic + request.moment.elapsed
    var facts = JournalFacts(
      time: request.moment.wall, whole: request.moment.monotonic, arrival: request.arrival, decided: decided,
      status: Int16(truncatingIfNeeded: resolution.answer.status.code))
    facts.loop = UInt8(truncatingIfNeeded: loop)
    facts.serviceTime = exchange.subject.time
    facts.attempt = Int32(clamping: exchange.subject.attempt)
    facts.id = exchange.id
    facts.authorization = exchange.authorization
    facts.call = exchange.call
    facts.isScreened = exchange.isScreened
    facts.usesTLS = request.usesTLS
    if let parameters = exchange.subject.parameters {
      facts.force = parameters.force
      facts.isIdleType = parameters.isIdleType
    }
    var record = JournalRecord(facts: facts)
    switch exchange.head.framing {
    case .none, .contentLength: record.request = message
    case .chunked, .chunkedDespiteZeroLength:
      record.facts.isChunked = true
      record.request = message.slice(0, exchange.head.length)
      record.content = request.content
    }
    if let answer { record.answer = answer } else { record.facts.passage = .underWay }
    record.trials = trials
    record[.reqid] = exchange.reqid
    record[.method] = exchange.head.methodName.view(in: message)
    record[.target] = exchange.head.target.asSent.view(in: message)
    record[.userAgent] = exchange.subject.userAgent
    record[.accessKey] = exchange.accessKey.isEmpty ? exchange.claimedAccessKey : exchange.accessKey
    record[.bucket] = exchange.bucket
    record[.key] = exchange.key
    record[.fops] = exchange.fops
    record[.pipeline] = exchange.pipeline
    record[.notifyURL] = exchange.notifyURL
    return append(
      &record, by: resolution.decidedBy, diagnosis: resolution.answer.diagnosis, remark: exchange.remark)
  }

  /// Writes down what was answered without ever becoming a request.
  mutating func append(
    _ request: IncompleteRequest, _ answer: Answer, by check: Resolution.DecidedBy, reqid: ByteView,
    octets: ByteView?, trials: RuleTrials, loop: Int
  ) -> UInt64 {
    let moment = request.moment
    var record = JournalRecord(
      facts: JournalFacts(
        time: moment.wall, whole: moment.monotonic, arrival: request.arrival,
        decided: moment.monotonic + moment.elapsed, status: Int16(truncatingIfNeeded: answer.status.code)))
    record.facts.loop = UInt8(truncatingIfNeeded: loop)
    record.request = request.received
    if let octets { record.answer = octets } else { record.facts.passage = .underWay }
    record.trials = trials
    record[.reqid] = reqid
    if let head = request.head {
      record[.method] = head.methodName.view(in: request.received)
      record[.target] = head.target.asSent.view(in: request.received)
      if let agent = head.value(.userAgent, in: request.received) { record[.userAgent] = agent }
    }
    return append(&record, by: check, diagnosis: answer.diagnosis, remark: "")
  }

  private mutating func append(
    _ record: inout JournalRecord, by check: Resolution.DecidedBy, diagnosis: String?, remark: String
  ) -> UInt64 {
    switch check {
    case .check(let name):
      record[.decidedBy] = ByteView(start: name.utf8Start, count: name.utf8CodeUnitCount)
      return append(&record, diagnosis: diagnosis, remark: remark)
    case .named(var name):
      return name.withUTF8 {
        record[.decidedBy] = ByteView($0)
        return append(&record, diagnosis: diagnosis, remark: remark)
      }
    }
  }

  private mutating func append(_ record: inout JournalRecord, diagnosis: String?, remark: String) -> UInt64 {
    guard diagnosis != nil || !remark.isEmpty else { return append(record) }
    var diagnosis = diagnosis ?? ""
    var remark = remark
    return diagnosis.withUTF8 { diagnosis in
      remark.withUTF8 { remark in
        record[.diagnosis] = ByteView(diagnosis)
        record[.remark] = ByteView(remark)
        return append(record)
      }
    }
  }
}
