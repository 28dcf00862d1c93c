/// The cases of `fixtures/http/requests.txt`, whose head explains how they are written.
package struct HTTPCorpus: Sendable {
  /// The limits that the cases are made for. Octets, but for the count of fields.
  package struct Limits: Equatable, Sendable {
    package var requestLine = 0
    package var headerBlock = 0
    package var fieldCount = 0
    package var content = 0
    package var chunkSizeLine = 0
    package var trailerBlock = 0
  }

  package private(set) var limits = Limits()
  package private(set) var cases: [HTTPCase] = []

  package static func load() throws -> HTTPCorpus { try HTTPCorpus(CorpusFile.load("requests.txt")) }

  private init(_ file: CorpusFile) throws(CorpusFault) {
    let names: [Substring: WritableKeyPath<Limits, Int>] = [
      "requestLine": \.requestLine, "headerBlock": \.headerBlock, "fieldCount": \.fieldCount, "content": \.content,
      "chunkSizeLine": \.chunkSizeLine, "trailerBlock": \.trailerBlock,
    ]
    try file.read(names, into: &limits)
    for section in file.sections {
      var example = HTTPCase(rule: section.rule, name: section.name, octets: section.octets)
      for statement in section.statements {
        try file.locate(statement) { () throws(CorpusFile.Malformed) in
          try HTTPCorpus.read(statement, mark: section.mark, into: &example)
        }
      }
      cases.append(example)
    }
  }

  /// - Parameter mark: where `\^` stands in the case.
  private static func read(
    _ statement: CorpusFile.Statement, mark: Int?, into example: inout HTTPCase
  ) throws(CorpusFile.Malformed) {
    switch statement.word {
    case "with":
      guard statement.rest == "strictFraming" else {
        throw CorpusFile.Malformed(text: "unknown setting \(statement.rest)")
      }
      example.strictFraming = true
    case "=": try readOutcome(statement.rest, mark: mark, into: &example)
    default: throw CorpusFile.Malformed(text: "unknown word \(statement.word)")
    }
  }

  private static func readOutcome(
    _ text: Substring, mark: Int?, into example: inout HTTPCase
  ) throws(CorpusFile.Malformed) {
    let (verdict, rest) = CorpusFile.split(text)
    let words = verdict.split(separator: ",")
    switch words.first {
    case "more": example.ending = .unfinished
    case "keeps", "closes":
      let (method, targetAndContent) = CorpusFile.split(rest)
      let (target, content) = CorpusFile.split(targetAndContent)
      let request = HTTPCase.Request(
        method: String(method), target: String(decoding: try OctetLine(target).octets, as: UTF8.self),
        content: try OctetLine(content).octets, keepsAlive: words.first == "keeps",
        expectsContinue: words.contains("continue"))
      example.requests.append(request)
    default:
      guard let status = Int(verdict), let offset = mark else {
        throw CorpusFile.Malformed(text: "no outcome, or no \\^")
      }
      example.ending = .refused(status: status, reason: String(rest), offset: offset)
    }
  }
}
