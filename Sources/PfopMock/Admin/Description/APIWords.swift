import ByteText

/// Texts that the admin API says whatever clients send: names of members, and values such as `processing`. A SecretKey that
/// is the same as one of them is not masked where that is all there is: it would tell nothing, and without the word an
/// answer, above all a state, could not be read.
enum APIWords {
  static func contains(_ text: ByteView) -> Bool { all.contains(Array(text)) }

  /// As far as they are as long as a secret. Made when the first of these is met.
  private static let all: Set<[UInt8]> = {
    var words = Set(inner.map { Array($0.utf8) })
    for document in [OpenAPICall.document(of: AdminRoutes.all), Array(FixtureSchemaText.text.utf8)] {
      document.withUnsafeBytes { document in
        _ = MaskedPieces.forEachString(of: document) { string, _ in
          if string.count - 2 >= SecretMask.minimumCount { words.insert(Array(string.slice(1, string.count - 1))) }
        }
      }
    }
    return words
  }()

  /// Those that no description has: of a state, of the status of a job, and names of checks.
  private static let inner = [
    "answered", "createdAt", "duration", "encounters", "fileExists", "mimeType", "returnedOld", "workflowTemplateID",
    "creationDate", "inputBucket", "inputKey", "returnOld", "taskFrom", "accepted", "connections", "parameter",
  ]
}
