import ByteText
import PfopEngine

/// The body of an admin call: JSON, whatever its Content-Type says, since `curl -d` says that it is a form.
enum AdminBody {
  /// The reader goes one call deeper for each level, and the stack of a thread is small.
  static let maximumDepth = 32
  /// Every value costs memory, and several calls may be under way at a time.
  static let maximumValues = 20_000

  /// The fields of the one object that the body is; see `AdminRequest.readBody`.
  static func read<Value>(
    _ content: ByteView, _ allowed: [String], _ read: (FixtureReader, FixtureFields) -> Value
  ) throws(AdminError) -> Value {
    try self.read(content) { reader, root in read(reader, reader.fields(of: root, allowed: allowed)) }
  }

  /// The body as a whole, read as fixtures are; see `AdminRequest.readEntry`.
  static func read<Value>(
    _ content: ByteView, _ read: (FixtureReader, FixtureValue) -> Value
  ) throws(AdminError) -> Value {
    let reader = FixtureReader()
    let json = try decode(content)
    // In a file nothing at all is the same as null, and some entries may have nothing in them.
    guard json != .null else {
      throw .fields([FixtureProblem(SnapshotProblem(path: "", what: "null is no object", allowed: "an object, {…}"))])
    }
    let value = read(reader, reader.root(of: json))
    guard reader.problems.isEmpty else { throw .fields(reader.problems) }
    return value
  }

  /// Nothing at all counts as `{}`.
  /// - Throws: `AdminError.body`; and `AdminError.fields` for a name that an object has twice, and a number out of range.
  static func decode(_ content: ByteView) throws(AdminError) -> JSONValue {
    try measure(content)
    if content.allSatisfy(isWhiteSpace) { return .object([:]) }
    do throws(SnapshotProblem) {
      let reader = try JSONTreeReader(content)
      let value = try reader.value()
      try reader.end()
      return value
    } catch {
      // What is no JSON is told by its byte.
      if error.allowed == nil { throw .body(error.what, field: error.path) }
      throw .fields([FixtureProblem(error)])
    }
  }

  /// Nesting and number of values, before anything is made of them.
  private static func measure(_ content: ByteView) throws(AdminError) {
    var depth = 0
    var values = 1
    var isInString = false
    var isEscaped = false
    for byte in content {
      if isEscaped {
        isEscaped = false
      } else if isInString {
        if byte == 0x5C { isEscaped = true }
        if byte == 0x22 { isInString = false }
      } else {
        switch byte {
        case 0x22: isInString = true
        case 0x5B, 0x7B: (depth, values) = (depth + 1, values + 1)
        case 0x5D, 0x7D: depth -= 1
        case 0x2C: values += 1
        // UTF-16 and UTF-32 hold it everywhere.
        case 0: throw .body("it holds NUL; allowed: JSON in UTF-8")
        default: break
        }
      }
      guard depth <= maximumDepth else { throw .body("it is nested too deep; allowed: \(maximumDepth) levels") }
      guard values <= maximumValues else { throw .body("it has too many values; allowed: \(maximumValues)") }
    }
  }

  /// RFC 8259, section 2.
  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    [ASCII.space, ASCII.tab, ASCII.lineFeed, ASCII.carriageReturn].contains(byte)
  }
}
