import ByteText

/// Reads JSON (RFC 8259) of any size from its beginning to its end, value by value as its caller knows them, and says of
/// what is not as it should be where that is.
///
/// Nothing is kept of what has been read, so a document costs what its reader makes of it.
package final class JSONTreeReader {
  private enum Step {
    case name(String)
    case index(Int)
  }

  private let json: ByteView
  private var scanner: JSONScanner
  private var text = ByteBuffer()
  private var steps: [Step] = []

  /// - Parameter json: valid as long as the reader is used.
  /// - Throws: `SnapshotProblem` if it is not UTF-8.
  package init(_ json: ByteView) throws(SnapshotProblem) {
    guard json.isUTF8 else { throw SnapshotProblem(path: "", what: JSONFault.notUTF8.explanation) }
    self.json = json
    scanner = JSONScanner(json, takesLoneSurrogates: false)
  }

  /// Where it is, as in `jobs[3].phase`.
  package var path: String {
    steps.reduce(into: "") { path, step in
      switch step {
      case .name(let name): path += path.isEmpty ? name : ".\(name)"
      case .index(let index): path += "[\(index)]"
      }
    }
  }

  /// Something wrong with the value that was read last, or comes next.
  package func problem(_ what: String, allowed: String? = nil) -> SnapshotProblem {
    SnapshotProblem(path: path, what: what, allowed: allowed)
  }

  /// Nothing but white space is left.
  package func end() throws(SnapshotProblem) {
    guard scanner.skipSpace() == nil else { throw fault }
  }

  // MARK: - Values

  /// An object with these members in any order; `read` is called in front of each one's value and reads that.
  /// - Parameters:
  ///   - required: those that have to be there.
  ///   - optional: at most 64 with those.
  package func fields(
    required: [String], optional: [String] = [], _ read: (String) throws(SnapshotProblem) -> Void
  ) throws(SnapshotProblem) {
    var met: UInt64 = 0
    try eachMember { name throws(SnapshotProblem) in
      let index = required.firstIndex(of: name) ?? optional.firstIndex(of: name).map { $0 + required.count }
      guard let index else {
        let allowed = required + optional
        let hint = NearestName.of(name, among: allowed).map { ", did you mean \($0)?" } ?? ""
        throw problem("is not a field here\(hint)", allowed: allowed.joined(separator: ", "))
      }
      guard met & 1 << UInt64(index) == 0 else { throw problem("is given twice", allowed: "once") }
      met |= 1 << UInt64(index)
      try read(name)
    }
    guard let missing = required.indices.first(where: { met & 1 << UInt64($0) == 0 }) else { return }
    steps.append(.name(required[missing]))
    throw problem("is missing", allowed: "an object with " + required.joined(separator: ", "))
  }

  /// An object with members of any name, each once; see `fields`.
  package func members(_ read: (String) throws(SnapshotProblem) -> Void) throws(SnapshotProblem) {
    var names: Set<String> = []
    try eachMember { name throws(SnapshotProblem) in
      guard names.insert(name).inserted else { throw problem("is given twice", allowed: "once") }
      try read(name)
    }
  }

  private func eachMember(_ read: (String) throws(SnapshotProblem) -> Void) throws(SnapshotProblem) {
    try open(0x7B, "an object")
    if try closes(0x7D) { return }
    repeat {
      guard scanner.skipSpace() == 0x22 else { throw fault }
      let name = try string()
      try scan { scanner, _ throws(JSONFault) in try scanner.expect(0x3A) }
      steps.append(.name(name))
      try read(name)
      steps.removeLast()
    } while try goesOn(until: 0x7D)
  }

  /// A list; `read` is called in front of each item and reads it.
  package func items(_ read: () throws(SnapshotProblem) -> Void) throws(SnapshotProblem) {
    try open(0x5B, "a list")
    if try closes(0x5D) { return }
    var index = 0
    repeat {
      steps.append(.index(index))
      try read()
      steps.removeLast()
      index += 1
    } while try goesOn(until: 0x5D)
  }

  /// An object comes next.
  package var isObject: Bool { scanner.skipSpace() == 0x7B }

  /// A text comes next.
  package var isText: Bool { scanner.skipSpace() == 0x22 }

  package func string() throws(SnapshotProblem) -> String {
    guard isText else { throw problem("is no text", allowed: "a text") }
    text.removeAll(keepingUpTo: 64 << 10)
    try scan { scanner, text throws(JSONFault) in try scanner.readString(into: &text) }
    return String(decoding: text.view, as: UTF8.self)
  }

  package func integer<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) throws(SnapshotProblem) -> Number {
    if isNumber, let number = Number(try numberText()), range.contains(number) { return number }
    throw problem("is no such number", allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  package func decimal(_ range: ClosedRange<Double>) throws(SnapshotProblem) -> Double {
    if isNumber, let number = Double(try numberText()), range.contains(number) { return number }
    throw problem("is no such number", allowed: "a number from \(range.lowerBound) to \(range.upperBound)")
  }

  package func boolean() throws(SnapshotProblem) -> Bool {
    let first = scanner.skipSpace()
    guard first == 0x74 || first == 0x66 else { throw problem("is no boolean", allowed: "true, false") }
    try scan { scanner, _ throws(JSONFault) in try scanner.readWord(first == 0x74 ? "true" : "false") }
    return first == 0x74
  }

  /// True, and behind it, if null comes next.
  package func readNull() throws(SnapshotProblem) -> Bool {
    guard scanner.skipSpace() == 0x6E else { return false }
    try scan { scanner, _ throws(JSONFault) in try scanner.readWord("null") }
    return true
  }

  /// Whatever comes next. It recurs as deep as values are nested: the caller bounds that beforehand.
  package func value() throws(SnapshotProblem) -> JSONValue {
    switch scanner.skipSpace() {
    case 0x22: return .string(try string())
    case 0x7B:
      var values: [String: JSONValue] = [:]
      try members { name throws(SnapshotProblem) in values[name] = try value() }
      return .object(values)
    case 0x5B:
      var values: [JSONValue] = []
      try items { () throws(SnapshotProblem) in values.append(try value()) }
      return .array(values)
    case 0x74, 0x66: return .boolean(try boolean())
    case 0x6E:
      _ = try readNull()
      return .null
    default:
      let text = try numberText()
      if let integer = Int64(text) { return .integer(integer) }
      guard let number = Double(text), number.isFinite else {
        throw problem("is a number out of range", allowed: "less than 1.8e308 and more than -1.8e308")
      }
      return .number(number)
    }
  }

  /// The text of whatever comes next.
  package func raw() throws(SnapshotProblem) -> ByteView {
    _ = scanner.skipSpace()
    let start = scanner.position
    text.removeAll()
    try scan { scanner, text throws(JSONFault) in try scanner.skipValue(depth: 1, scratch: &text) }
    return json.slice(start, scanner.position)
  }

  // MARK: - Parts

  private var fault: SnapshotProblem { problem(JSONFault.syntax(offset: scanner.position).explanation) }

  private var isNumber: Bool {
    guard let byte = scanner.skipSpace() else { return false }
    return byte == 0x2D || ASCII.isDigit(byte)
  }

  private func numberText() throws(SnapshotProblem) -> String {
    let start = scanner.position
    try scan { scanner, _ throws(JSONFault) in _ = try scanner.readNumber() }
    return String(decoding: json.slice(start, scanner.position), as: UTF8.self)
  }

  private func open(_ bracket: UInt8, _ noun: String) throws(SnapshotProblem) {
    guard scanner.skipSpace() == bracket else { throw problem("is not \(noun)", allowed: noun) }
    try scan { scanner, _ throws(JSONFault) in try scanner.expect(bracket) }
  }

  private func closes(_ bracket: UInt8) throws(SnapshotProblem) -> Bool {
    guard scanner.skipSpace() == bracket else { return false }
    try scan { scanner, _ throws(JSONFault) in try scanner.expect(bracket) }
    return true
  }

  private func goesOn(until bracket: UInt8) throws(SnapshotProblem) -> Bool {
    if try closes(bracket) { return false }
    try scan { scanner, _ throws(JSONFault) in try scanner.expect(0x2C) }
    return true
  }

  private func scan(
    _ body: (inout JSONScanner, inout ByteBuffer) throws(JSONFault) -> Void
  ) throws(SnapshotProblem) {
    do throws(JSONFault) {
      try body(&scanner, &text)
    } catch {
      throw problem(error.explanation)
    }
  }
}
