/// A file of `fixtures/http`, as far as all of them are written alike: cases of octets, and what is said of each.
struct CorpusFile {
  struct Section {
    var rule: Int
    var name: String
    var octets: [UInt8] = []
    /// Where `\^` stands among the octets.
    var mark: Int?
    /// What else is said, in its order.
    var statements: [Statement] = []
  }

  struct Statement {
    /// Counted from 1.
    var line: Int
    var word: Substring
    /// What stands behind the one space that follows the word.
    var rest: Substring
  }

  struct Malformed: Error {
    var text: String
  }

  private(set) var limits: [Statement] = []
  private(set) var sections: [Section] = []
  private let name: String

  /// - Parameters:
  ///   - name: of the file, for faults.
  ///   - text: all of it.
  init(name: String, _ text: String) throws(CorpusFault) {
    self.name = name
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let (word, rest) = CorpusFile.split(line)
      let statement = Statement(line: index + 1, word: word, rest: rest)
      try locate(statement) { () throws(Malformed) in try read(statement) }
    }
  }

  static func load(_ name: String) throws -> CorpusFile {
    try CorpusFile(name: name, String(decoding: Checkout.read("fixtures/http/\(name)"), as: UTF8.self))
  }

  private mutating func read(_ statement: Statement) throws(Malformed) {
    switch statement.word {
    case "limits": limits.append(statement)
    case "case":
      let (number, name) = CorpusFile.split(statement.rest)
      guard let rule = Int(number), !name.isEmpty else { throw Malformed(text: "no rule or no name") }
      sections.append(Section(rule: rule, name: String(name)))
    case "|":
      let line = try OctetLine(statement.rest)
      try change {
        if let offset = line.mark { $0.mark = $0.octets.count + offset }
        $0.octets += line.octets + (line.isContinued ? [] : [0x0D, 0x0A])
      }
    default: try change { $0.statements.append(statement) }
    }
  }

  private mutating func change(_ body: (inout Section) -> Void) throws(Malformed) {
    guard !sections.isEmpty else { throw Malformed(text: "no case has begun") }
    body(&sections[sections.count - 1])
  }

  /// Adds to what `body` throws where it was read.
  func locate<Result>(
    _ statement: Statement, _ body: () throws(Malformed) -> Result
  ) throws(CorpusFault) -> Result {
    do throws(Malformed) { return try body() } catch {
      throw CorpusFault(file: name, line: statement.line, text: error.text)
    }
  }

  /// Sets the limits that a file gives as `name=value`.
  func read<Limits>(_ names: [Substring: WritableKeyPath<Limits, Int>], into limits: inout Limits) throws(CorpusFault) {
    for statement in self.limits {
      for setting in statement.rest.split(separator: " ") {
        let parts = setting.split(separator: "=")
        guard parts.count == 2, let limit = names[parts[0]], let value = Int(parts[1]) else {
          throw CorpusFault(file: name, line: statement.line, text: "no limit: \(setting)")
        }
        limits[keyPath: limit] = value
      }
    }
  }

  /// The first word, and what stands behind the one space that follows it.
  static func split(_ text: Substring) -> (word: Substring, rest: Substring) {
    let end = text.firstIndex(of: " ") ?? text.endIndex
    return (text[..<end], text[end...].dropFirst())
  }
}

/// Where a file of `fixtures/http` is not written as its head says.
package struct CorpusFault: Error, CustomStringConvertible {
  package var file: String
  /// Counted from 1.
  package var line: Int
  package var text: String
  package var description: String { "\(file), line \(line): \(text)" }
}
