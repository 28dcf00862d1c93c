/// One answer of `fixtures/http/responses.txt`: what a peer sends, and what has to become of it.
package struct ResponseCase: Sendable, CustomStringConvertible {
  package enum Ending: Equatable, Sendable {
    /// The answer ends behind so many octets.
    case complete(length: Int, keepsAlive: Bool)
    /// More has to come.
    case unfinished
    /// - Parameters:
    ///   - reason: the name of the parser's reason.
    ///   - offset: where the fault is, counted from the first octet of all.
    case refused(reason: String, offset: Int)
  }

  /// The number of the rule that it is about; the file lists them.
  package var rule: Int
  package var name: String
  package var octets: [UInt8]
  /// The peer closes the connection behind the octets.
  package var isClosed = false
  /// Of the final answer; nil if its head is not known.
  package var status: Int?
  /// The beginning of the content that came, without any coding.
  package var content: [UInt8] = []
  package var ending = Ending.unfinished

  package var description: String { "\(rule) \(name)" }
}

/// The cases of `fixtures/http/responses.txt`, whose head explains how they are written.
package struct ResponseCorpus: Sendable {
  /// The limits that the cases are made for. Octets, but for the two counts.
  package struct Limits: Equatable, Sendable {
    package var head = 0
    package var fieldCount = 0
    package var interimAnswers = 0
    package var content = 0
    package var excerpt = 0
  }

  package private(set) var limits = Limits()
  package private(set) var cases: [ResponseCase] = []

  package static func load() throws -> ResponseCorpus { try ResponseCorpus(CorpusFile.load("responses.txt")) }

  private init(_ file: CorpusFile) throws(CorpusFault) {
    let names: [Substring: WritableKeyPath<Limits, Int>] = [
      "head": \.head, "fieldCount": \.fieldCount, "interimAnswers": \.interimAnswers, "content": \.content,
      "excerpt": \.excerpt,
    ]
    try file.read(names, into: &limits)
    for section in file.sections {
      var example = ResponseCase(rule: section.rule, name: section.name, octets: section.octets)
      for statement in section.statements {
        try file.locate(statement) { () throws(CorpusFile.Malformed) in
          try ResponseCorpus.read(statement, mark: section.mark, into: &example)
        }
      }
      cases.append(example)
    }
  }

  /// - Parameter mark: where `\^` stands in the case.
  private static func read(
    _ statement: CorpusFile.Statement, mark: Int?, into example: inout ResponseCase
  ) throws(CorpusFile.Malformed) {
    let (verdict, rest) = CorpusFile.split(statement.rest)
    var statusAndContent = rest
    switch (statement.word, verdict) {
    case ("with", "close"):
      example.isClosed = true
      return
    case ("=", "keeps"), ("=", "closes"):
      let length = mark ?? example.octets.count
      example.ending = .complete(length: length, keepsAlive: verdict == "keeps")
    case ("=", "more"): example.ending = .unfinished
    case ("=", "refused"):
      let (reason, behind) = CorpusFile.split(rest)
      guard let mark else { throw CorpusFile.Malformed(text: "no \\^") }
      example.ending = .refused(reason: String(reason), offset: mark)
      statusAndContent = behind
    default: throw CorpusFile.Malformed(text: "neither a setting nor an outcome")
    }
    let (status, content) = CorpusFile.split(statusAndContent)
    guard status.isEmpty || Int(status) != nil else { throw CorpusFile.Malformed(text: "no status: \(status)") }
    example.status = Int(status)
    example.content = try OctetLine(content).octets
  }
}
