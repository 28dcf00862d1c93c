import ByteText

/// What an upload token allows, and what it asks for: the put policy of Qiniu's documentation. The views belong to the
/// `JSONObjectReader` it was read with and are valid until its next object.
package struct PutPolicy {
  package let bucket: ByteView
  /// The key, or what it begins with, if the scope names one.
  package let key: ByteView?
  /// The scope's key is the beginning of those that may be uploaded.
  package let isPrefix: Bool
  /// Existing files stay as they are.
  package let insertOnly: Bool
  /// Seconds since 1970-01-01T00:00:00Z.
  package let deadline: Int64
  /// Each is empty when it was not sent.
  package let persistentOps: ByteView
  package let notifyURL: ByteView
  package let pipeline: ByteView
  package let workflowTemplateID: ByteView
  package let isIdleType: Bool
  /// The members that are ignored.
  package let ignored: [String]

  /// - Throws: `UploadError`, for the first thing found wrong.
  package init(_ json: borrowing JSONObjectReader) throws(UploadError) {
    let scope = try Self.text(json["scope"], "scope")
    guard !scope.isEmpty else { throw .scopeMissing }
    let colon = scope.firstOffset(of: 0x3A)
    bucket = scope.slice(0, colon ?? scope.count)
    key = colon.map { scope.slice($0 + 1, scope.count) }
    guard !bucket.isEmpty else { throw .scopeMissing }
    isPrefix = try Self.number(json["isPrefixalScope"], "isPrefixalScope") ?? 0 != 0
    insertOnly = try Self.number(json["insertOnly"], "insertOnly") ?? 0 != 0
    guard let deadline = try Self.number(json["deadline"], "deadline") else {
      throw .badPolicy("deadline is missing")
    }
    self.deadline = deadline
    persistentOps = try Self.text(json["persistentOps"], "persistentOps")
    notifyURL = try Self.text(json["persistentNotifyUrl"], "persistentNotifyUrl")
    pipeline = try Self.text(json["persistentPipeline"], "persistentPipeline")
    workflowTemplateID = try Self.text(json["persistentWorkflowTemplateID"], "persistentWorkflowTemplateID")
    isIdleType = try Self.type(json["persistentType"])
    ignored = json.names.filter { !Self.known.contains($0) }
  }

  private static let known: Set<String> = [
    "scope", "deadline", "insertOnly", "isPrefixalScope", "persistentOps", "persistentNotifyUrl", "persistentPipeline",
    "persistentType", "persistentWorkflowTemplateID",
  ]

  /// Empty if there is none.
  private static func text(_ value: JSONObjectReader.Value?, _ name: String) throws(UploadError) -> ByteView {
    switch value {
    case .string(let text): return text
    case nil, .null: return ByteView(start: nil, count: 0)
    case .boolean, .integer, .otherNumber, .composite: throw .badPolicy("\(name) is no text")
    }
  }

  private static func number(_ value: JSONObjectReader.Value?, _ name: String) throws(UploadError) -> Int64? {
    switch value {
    case .integer(let number): return number
    case nil, .null: return nil
    case .boolean, .otherNumber, .string, .composite: throw .badPolicy("\(name) is no whole number")
    }
  }

  /// The documentation has it as a text in one place and as a number in another.
  private static func type(_ value: JSONObjectReader.Value?) throws(UploadError) -> Bool {
    switch value {
    case nil, .null, .integer(0): return false
    case .integer(1): return true
    case .string(let text) where text.isEmpty || text.equals("0"): return false
    case .string(let text) where text.equals("1"): return true
    case .string(let text): throw .badType(text: text.visibleText(limit: 64))
    case .integer(let number): throw .badType(text: "\(number)")
    case .boolean, .otherNumber, .composite: throw .badPolicy("persistentType is neither a whole number nor a text")
    }
  }
}
