import ByteText

/// A form field that pfop knows; each may be given once.
package enum PfopField: Int, CaseIterable, Sendable {
  case bucket, key, fops, notifyURL, pipeline, force

  /// The field of that name, which is compared byte by byte; nil for a name that pfop does not know.
  package init?(name: ByteView) {
    // Their lengths tell them apart, so one comparison is enough.
    let field: (field: PfopField, name: StaticString)
    switch name.count {
    case 3: field = (.key, "key")
    case 4: field = (.fops, "fops")
    case 5: field = (.force, "force")
    case 6: field = (.bucket, "bucket")
    case 8: field = (.pipeline, "pipeline")
    case 9: field = (.notifyURL, "notifyURL")
    default: return nil
    }
    guard name.equals(field.name) else { return nil }
    self = field.field
  }

  package var name: String {
    switch self {
    case .bucket: "bucket"
    case .key: "key"
    case .fops: "fops"
    case .notifyURL: "notifyURL"
    case .pipeline: "pipeline"
    case .force: "force"
    }
  }
}
