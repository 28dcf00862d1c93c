import ByteText
import Yams

extension FixtureProblem {
  /// A file in which there is nothing but comments.
  static func emptyFile(_ file: String) -> FixtureProblem {
    FixtureProblem(
      file: file, place: FixturePlace(line: 1, column: 1), path: "", what: "the file is empty",
      allowed: "a mapping with \(FixtureDecoder.Field.list)")
  }

  /// What the YAML parser says. Its own texts show the line at fault, which may hold a secret: so they are not used.
  init(file: String, _ error: YamlError) {
    self.init(file: file, place: nil, path: "", what: "", allowed: nil)
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      place = FixturePlace(line: mark.line, column: mark.column)
      what = "not YAML: " + (context.map { "\($0.text.trimmed), " } ?? "") + problem
      if problem.contains("nesting level") {
        what = "nested too deep"
        // libyaml's limit (MAX_NESTING_LEVEL).
        allowed = "1000 levels"
      } else if problem.contains("another document") {
        what = "a second document begins"
        allowed = "one document a file"
      }
    case .duplicatedKeysInMapping(let duplicates, let context):
      // The place is that of the first name, in an order that only names have which are different texts.
      let isOrdered = Set(duplicates).count == duplicates.count && !duplicates.contains("<uncovertable>")
      if isOrdered || duplicates.count == 1 {
        place = FixturePlace(line: context.mark.line, column: context.mark.column)
      }
      what = "given more than once: " + duplicates.sorted().map(Self.quoted).joined(separator: ", ")
      allowed = "each name once"
    case .reader(let problem, let offset, _, let text):
      let before = offset.map { text.prefix($0).split(separator: "\n", omittingEmptySubsequences: false) } ?? [""]
      place = FixturePlace(line: before.count, column: before[before.count - 1].count + 1)
      what = "not YAML: \(problem)"
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      what = "not readable as YAML"
    }
  }

  /// In quotes on one line, cut when it is long. Letters of every script stay as they are.
  static func quoted(_ text: String) -> String { text.quoted() }
}

extension String {
  fileprivate var trimmed: Substring { drop { $0 == " " }.prefix { $0 != "\n" } }
}
