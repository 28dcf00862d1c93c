import ByteText

/// A form field that pfop knows in one dialect or the other; each may be given once.
package enum PfopField: Int, CaseIterable, Sendable {
  case bucket, key, fops, notifyURL, pipeline, force, type, workflowTemplateID

  /// The field of that name, which is compared byte by byte; nil for a name that no dialect knows.
  package init?(name: ByteView) {
    // Their lengths tell nearly all apart, so one comparison is enough.
    let field: (field: PfopField, name: StaticString)
    switch name.count {
    case 3: field = (.key, "key")
    case 4: field = name[0] == 0x66 ? (.fops, "fops") : (.type, "type")
    case 5: field = (.force, "force")
    case 6: field = (.bucket, "bucket")
    case 8: field = (.pipeline, "pipeline")
    case 9: field = (.notifyURL, "notifyURL")
    case 18: field = (.workflowTemplateID, "workflowTemplateID")
    default: return nil
    }
    guard name.equals(field.name) else { return nil }
    self = field.field
  }

  /// False for a field that only another dialect knows.
  func isKnown(in dialect: Dialect) -> Bool {
    switch self {
    case .bucket, .key, .fops, .notifyURL, .pipeline, .force: true
    case .type, .workflowTemplateID: dialect.knowsTemplates
    }
  }

  package var name: String {
    switch self {
    case .bucket: "bucket"
    case .key: "key"
    case .fops: "fops"
    case .notifyURL: "notifyURL"
    case .pipeline: "pipeline"
    case .force: "force"
    case .type: "type"
    case .workflowTemplateID: "workflowTemplateID"
    }
  }
}
