import ByteText
import HTTPCore
import PfopEngine

/// Writes what `POST explain` tells.
enum ExplanationJSON {
  static func write(_ rehearsal: Rehearsal, to writer: inout JSONWriter) {
    let course = rehearsal.course
    writer.member("bucket", course.bucket)
    writer.member("key", course.key)
    write(course, isPfop: rehearsal.isPfop, to: &writer)
    guard let otherwise = rehearsal.otherwise else { return }
    // A draw decides: this is how it goes where it comes out against the step.
    writer.name("otherwise")
    writer.object { write(otherwise, isPfop: rehearsal.isPfop, to: &$0) }
  }

  /// What is no HTTP comes no further.
  static func writeFraming(_ error: ParseError, to writer: inout JSONWriter) {
    write(Rehearsal.Check.allCases, end: .framing, because: error.explanation, to: &writer)
    writer.member("decidedBy", "framing")
    write(Answer.failure(error.status.code, "malformed request", diagnosis: error.explanation), nil, to: &writer)
  }

  private static func write(_ course: Rehearsal.Course, isPfop: Bool, to writer: inout JSONWriter) {
    let checks = isPfop || course.end == .route ? Rehearsal.Check.allCases : otherChecks(course.end)
    let answer = course.resolution.answer
    write(checks, end: course.end, because: answer.diagnosis ?? "", to: &writer)
    writer.name("rules")
    writer.array { writer in
      for account in course.accounts { write(account, to: &writer) }
    }
    if course.untold > 0 { writer.member("rulesNotShown", course.untold) }
    writer.member("decidedBy", course.resolution.decidedBy.text)
    if !course.remark.isEmpty { writer.member("remark", course.remark) }
    write(answer, course.resolution.script, to: &writer)
  }

  /// Where the contract's order is not that of pfop.
  private static func otherChecks(_ end: Rehearsal.Check?) -> [Rehearsal.Check] {
    let common: [Rehearsal.Check] = [.framing, .route, .earlyRules]
    return end.map { common.contains($0) ? common : common + [$0] } ?? common
  }

  private static func write(
    _ checks: [Rehearsal.Check], end: Rehearsal.Check?, because reason: String, to writer: inout JSONWriter
  ) {
    writer.name("checks")
    writer.array { writer in
      var isOver = false
      for check in checks {
        let verdict = isOver ? "not reached" : check == end ? "refused" : "passed"
        if check == end { isOver = true }
        writer.object { writer in
          writer.member("check", check.rawValue)
          writer.member("verdict", verdict)
          if verdict == "refused", !reason.isEmpty { writer.member("why", reason) }
        }
      }
    }
  }

  private static func write(_ account: RuleAccount, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("rule", account.name)
      switch account.verdict {
      case .unmet(let mismatch):
        writer.member("holds", false)
        writer.member("why", "\(account)")
        writer.name("mismatch")
        writer.value(mismatch)
      case .off:
        writer.member("holds", false)
        writer.member("why", "\(account)")
      case .noStep:
        writer.member("holds", true)
        writer.member("why", "\(account)")
      case .taken(let step):
        writer.member("holds", true)
        writer.member("why", "\(account)")
        writer.member("step", step)
      }
    }
  }

  private static func write(_ answer: Answer, _ script: AnswerScript?, to writer: inout JSONWriter) {
    writer.name("answer")
    if answer.isSent {
      writer.object { writer in
        writer.member("status", answer.status.code)
        writer.member("body", text(answer))
        if let diagnosis = answer.diagnosis { writer.member("diagnosis", diagnosis) }
        if let script { writer.member("script", script.description) }
      }
    } else if let script {
      writer.object { $0.member("script", script.description) }
    } else {
      writer.null()
    }
  }

  /// The content as it would be sent.
  private static func text(_ answer: Answer) -> String {
    var output = ByteBuffer(capacity: 1024)
    var writer = AnswerWriter(sendsDiagnosis: false)
    let nothing = ByteView(start: nil, count: 0)
    writer.write(answer, AnswerWriter.Frame(closes: false, date: nothing, reqid: nothing), to: &output)
    return String(decoding: WrittenAnswer(output.view).body, as: UTF8.self)
  }
}
