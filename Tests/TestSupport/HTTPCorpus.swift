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

  package struct Fault: Error, CustomStringConvertible {
    /// Counted from 1.
    package var line: Int
    package var text: String
    package var description: String { "requests.txt, line \(line): \(text)" }
  }

  package private(set) var limits = Limits()
  package private(set) var cases: [HTTPCase] = []

  package static func load() throws -> HTTPCorpus {
    try HTTPCorpus(String(decoding: Checkout.read("fixtures/http/requests.txt"), as: UTF8.self))
  }

  /// - Parameter text: a whole file.
  package init(_ text: String) throws(Fault) {
    var mark: Int?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      do throws(Malformed) {
        try read(line, mark: &mark)
      } catch {
        throw Fault(line: index + 1, text: error.text)
      }
    }
  }

  struct Malformed: Error {
    var text: String
  }

  /// - Parameter mark: where `\^` stood in the case that is being read.
  private mutating func read(_ line: Substring, mark: inout Int?) throws(Malformed) {
    if line.isEmpty || line.hasPrefix("#") { return }
    let (word, rest) = split(line)
    switch word {
    case "limits":
      for setting in rest.split(separator: " ") { try setLimit(setting) }
    case "case":
      let (number, name) = split(rest)
      guard let rule = Int(number), !name.isEmpty else { throw Malformed(text: "no rule or no name") }
      mark = nil
      cases.append(HTTPCase(rule: rule, name: String(name)))
    case "with":
      guard rest == "strictFraming" else { throw Malformed(text: "unknown setting \(rest)") }
      try change { $0.strictFraming = true }
    case "|":
      let line = try OctetLine(rest)
      try change {
        if let offset = line.mark { mark = $0.octets.count + offset }
        $0.octets += line.octets + (line.isContinued ? [] : [0x0D, 0x0A])
      }
    case "=":
      try readOutcome(rest, mark: mark)
    default:
      throw Malformed(text: "unknown word \(word)")
    }
  }

  private mutating func readOutcome(_ text: Substring, mark: Int?) throws(Malformed) {
    let (verdict, rest) = split(text)
    let words = verdict.split(separator: ",")
    switch words.first {
    case "more":
      try change { $0.ending = .unfinished }
    case "keeps", "closes":
      let (method, targetAndContent) = split(rest)
      let (target, content) = split(targetAndContent)
      let request = HTTPCase.Request(
        method: String(method), target: String(decoding: try OctetLine(target).octets, as: UTF8.self),
        content: try OctetLine(content).octets, keepsAlive: words.first == "keeps",
        expectsContinue: words.contains("continue"))
      try change { $0.requests.append(request) }
    default:
      guard let status = Int(verdict), let offset = mark else { throw Malformed(text: "no outcome, or no \\^") }
      try change { $0.ending = .refused(status: status, reason: String(rest), offset: offset) }
    }
  }

  private mutating func setLimit(_ text: Substring) throws(Malformed) {
    let parts = text.split(separator: "=")
    let names: [Substring: WritableKeyPath<Limits, Int>] = [
      "requestLine": \.requestLine, "headerBlock": \.headerBlock, "fieldCount": \.fieldCount, "content": \.content,
      "chunkSizeLine": \.chunkSizeLine, "trailerBlock": \.trailerBlock,
    ]
    guard parts.count == 2, let limit = names[parts[0]], let value = Int(parts[1]) else {
      throw Malformed(text: "no limit: \(text)")
    }
    limits[keyPath: limit] = value
  }

  private mutating func change(_ body: (inout HTTPCase) -> Void) throws(Malformed) {
    guard !cases.isEmpty else { throw Malformed(text: "no case has begun") }
    body(&cases[cases.count - 1])
  }

  /// The first word, and what stands behind the one space that follows it.
  private func split(_ text: Substring) -> (word: Substring, rest: Substring) {
    let end = text.firstIndex(of: " ") ?? text.endIndex
    return (text[..<end], text[end...].dropFirst())
  }
}
