/// What the layer test wants to know of a Swift file: a reading of its text line by line, no parser. Comments at the
/// start of a line and strings do not deceive it; whoever wants to deceive it can.
struct SourceText {
  /// The modules that are imported; of `import struct Foundation.Data` it is Foundation.
  private(set) var imports: [String] = []
  /// The names of declared types, those of extensions included.
  private(set) var typeNames: [String] = []
  /// The numbers of lines with a `public` or `open` declaration, counted from 1.
  private(set) var publicLines: [Int] = []
  private(set) var lineCount = 0

  private static let attributesAndModifiers: Set<String> = [
    "public", "package", "internal", "fileprivate", "private", "open", "final", "static", "class", "indirect",
    "nonisolated", "override", "convenience", "required", "mutating", "nonmutating", "lazy", "weak", "consuming",
    "borrowing", "prefix", "postfix", "infix", "dynamic", "optional", "unowned",
  ]
  private static let typeKeywords: Set<String> = [
    "struct", "class", "enum", "actor", "protocol", "typealias", "extension", "associatedtype",
  ]
  private static let kinds = typeKeywords.union(["func", "var", "let"])

  init(_ text: String) {
    var commentDepth = 0
    var isInString = false
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    lineCount = lines.count - (lines.last?.isEmpty == true ? 1 : 0)
    for (index, line) in lines.enumerated() {
      let code = SourceText.code(of: line, commentDepth: &commentDepth, isInString: &isInString)
      for statement in code.split(separator: ";") { read(statement, line: index + 1) }
    }
  }

  private mutating func read(_ statement: Substring, line: Int) {
    var words = statement.split { $0 == " " || $0 == "\t" }[...]
    var isPublic = false
    // Words before the one that says what is declared: `@testable`, `package`, `nonisolated(unsafe)`, `private(set)`.
    while let word = words.first {
      let bare = String(word.prefix { $0 != "(" })
      if bare == "public" || word == "open" { isPublic = true }
      // `class` is a modifier only before another keyword.
      if bare == "class", words.count > 1, !SourceText.kinds.contains(String(words[words.startIndex + 1])) { break }
      guard bare.hasPrefix("@") || SourceText.attributesAndModifiers.contains(bare) else { break }
      words = words.dropFirst()
      // The rest of an attribute whose arguments hold blanks.
      if word.contains("("), !word.contains(")") { words = words.drop { !$0.contains(")") }.dropFirst() }
    }
    guard let keyword = words.first.map(String.init) else { return }
    words = words.dropFirst()
    if isPublic { publicLines.append(line) }
    if keyword == "import" {
      if let word = words.first, SourceText.kinds.contains(String(word)) { words = words.dropFirst() }
      if let path = words.first { imports.append(String(path.prefix { $0 != "." && $0 != "/" })) }
    } else if SourceText.typeKeywords.contains(keyword), let name = words.first {
      typeNames.append(String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }))
    }
  }

  /// The line without comments and without what stands in quotes.
  private static func code(of line: Substring, commentDepth: inout Int, isInString: inout Bool) -> String {
    var code = ""
    var rest = line
    var isInQuotes = false
    while let character = rest.first {
      if commentDepth == 0, rest.hasPrefix("\"\"\"") {
        isInString.toggle()
        rest = rest.dropFirst(3)
      } else if isInString {
        rest = rest.dropFirst()
      } else if isInQuotes {
        if character == "\"" { isInQuotes = false }
        rest = rest.dropFirst(character == "\\" ? 2 : 1)
      } else if rest.hasPrefix("/*") {
        commentDepth += 1
        rest = rest.dropFirst(2)
      } else if commentDepth > 0 {
        if rest.hasPrefix("*/") { commentDepth -= 1 }
        rest = rest.dropFirst(rest.hasPrefix("*/") ? 2 : 1)
      } else if rest.hasPrefix("//") {
        break
      } else {
        if character == "\"" { isInQuotes = true }
        code.append(character)
        rest = rest.dropFirst()
      }
    }
    return code
  }
}
