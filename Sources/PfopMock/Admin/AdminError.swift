import HTTPCore
import PfopEngine

/// Why an admin call is refused, in words for whoever made it.
enum AdminError: Error, Equatable {
  /// What the call itself says, such as that there is no job of that id.
  case refused(status: Int, String)
  /// A part of the path is not text in UTF-8 with sound escapes.
  case path
  /// A query parameter, or the query as a whole, is not as it has to be.
  case query(field: String?, String)
  /// The body is no JSON, or more than is read; the field is where that is, if it is in one.
  case body(String, field: String? = nil)
  /// The body is JSON, but not what the call takes; never empty.
  case fields([FixtureProblem])

  var answer: Answer {
    switch self {
    case .refused(let status, let error): .failure(status, error)
    case .path:
      .failure(400, "the path holds a part that is no text; allowed: UTF-8, with % and two hexadecimal digits")
    case .query(let field, let error): AdminError.answer(error, field)
    case .body(let error, let field): AdminError.answer("the body is not readable: \(error)", field)
    case .fields(let problems): AdminError.answer(AdminError.text(problems), problems.first?.path)
    }
  }

  private static func answer(_ error: String, _ field: String?) -> Answer {
    Answer(status: StatusCode(400), body: .failure(error, field: field.flatMap { $0.isEmpty ? nil : $0 }))
  }

  /// The first ones; the very first one's place is the answer's `field` already.
  private static func text(_ problems: [FixtureProblem]) -> String {
    let shown = problems.prefix(shownProblems).enumerated().map { index, problem in
      (index == 0 || problem.path.isEmpty ? "" : problem.path + ": ") + problem.what
        + (problem.allowed.map { "; allowed: \($0)" } ?? "")
    }
    let more = problems.count - shown.count
    return shown.joined(separator: " | ") + (more > 0 ? " | and \(more) more" : "")
  }

  private static let shownProblems = 20
}
