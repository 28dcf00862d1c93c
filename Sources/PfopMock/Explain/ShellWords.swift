/// Takes a command line apart as a POSIX shell does, as far as it needs nothing but the line itself.
enum ShellWords {
  struct Mistake: Error, Equatable {
    var what: String
    var allowed: String
  }

  static func split(_ line: String) throws(Mistake) -> [String] {
    var words: [String] = []
    var word: String?
    var rest = Substring(line)
    while let character = rest.popFirst() {
      switch character {
      case "'":
        guard let end = rest.firstIndex(of: "'") else { throw unended("'") }
        word = (word ?? "") + rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"":
        word = (word ?? "") + (try quoted(&rest))
      case "\\":
        guard let next = rest.popFirst() else {
          throw Mistake(what: "ends in a backslash", allowed: "a line to its end")
        }
        // A line that goes on below.
        if !next.isNewline { word = (word ?? "") + String(next) }
      case " ", "\t", "\n", "\r\n":
        if let ended = word { words.append(ended) }
        word = nil
      case "$", "`":
        throw expansion(character)
      case "|", "&", ";", "<", ">", "(", ")":
        throw Mistake(what: "holds the shell's \(character) outside of quotes", allowed: "one command alone")
      default:
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  /// What stands between double quotes, the first of which has been read.
  private static func quoted(_ rest: inout Substring) throws(Mistake) -> String {
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\":
        guard let next = rest.popFirst() else { throw unended("\"") }
        if next.isNewline { continue }
        text += "$`\"\\".contains(next) ? String(next) : "\\" + String(next)
      case "$", "`": throw expansion(character)
      default: text.append(character)
      }
    }
    throw unended("\"")
  }

  private static func unended(_ quote: String) -> Mistake {
    Mistake(what: "has a \(quote) that nothing ends", allowed: "quotes in pairs")
  }

  private static func expansion(_ character: Character) -> Mistake {
    Mistake(
      what: "holds a \(character) that a shell would put something else for",
      allowed: "the line as the shell makes it, or \(character) in single quotes")
  }
}
