import ByteText
import Guarded
import HTTPCore
import PfopEngine

/// Writes what `POST explain` tells.
enum ExplanationJSON {
  static func write(_ rehearsal: Rehearsal, to writer: inout JSONWriter) {
    let course = rehearsal.course
    writer.member("bucket", course.bucket)
    writer.member("key", course.key)
    write(course, of: rehearsal.call, to: &writer)
    guard let otherwise = rehearsal.otherwise else { return }
    // A draw decides: this is how it goes where it comes out against the step.
    writer.name("otherwise")
    writer.object { write(otherwise, of: rehearsal.call, to: &$0) }
  }

  /// What is no HTTP comes no further.
  static func writeFraming(_ error: ParseError, to writer: inout JSONWriter) {
    let answer = Answer.failure(error.status.code, "malformed request", diagnosis: error.explanation)
    let course = Rehearsal.Course(resolution: Resolution(answer, by: "framing"))
    write(course, [.check("framing")], to: &writer)
  }

  private static func write(_ course: Rehearsal.Course, of call: EndpointKind, to writer: inout JSONWriter) {
    write(course, call.stations, to: &writer)
  }

  private static func write(
    _ course: Rehearsal.Course, _ stations: [EndpointKind.Station], to writer: inout JSONWriter
  ) {
    let resolution = course.resolution
    writer.member("decidedBy", resolution.decidedBy.text)
    if !course.remark.isEmpty { writer.member("remark", course.remark) }
    let trail = Trail(
      stations, decidedBy: resolution.decidedBy.text, isScreened: true, isAccepted: resolution.answer.persistentID > 0
    ) { phase in course.accounts.filter { $0.phase == phase } }
    writer.tried(trail.trials, omittedCount: course.untold)
    write(resolution.answer, resolution.script, to: &writer)
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
    var writer = AnswerWriter(sendsDiagnosis: false, secrets: Guarded(SecretMask()))
    let nothing = ByteView(start: nil, count: 0)
    writer.write(answer, AnswerWriter.Frame(closes: false, date: nothing, reqid: nothing), to: &output)
    return String(decoding: WrittenAnswer(output.view).body, as: UTF8.self)
  }
}
