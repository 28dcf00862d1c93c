import ByteText

/// The parameters of one pfop request, checked. The views belong to the `FormDecoder` they were read from and are
/// valid until its next form.
package struct PfopRequest {
  /// Where it is asked for; SDKs use both.
  package static let paths: [StaticString] = ["/pfop", "/pfop/"]

  /// How the server speaks about the bucket.
  package let idiom: Idiom
  package let bucket: ByteView
  package let key: ByteView
  /// Empty when a template was named instead.
  package let fops: ByteView
  /// Empty unless a template was named.
  package let workflowTemplateID: ByteView
  /// Empty when nobody wants to be told.
  package let notifyURL: ByteView
  /// Nil when none was asked for.
  package let pipeline: ByteView?
  /// True if existing targets may be overwritten.
  package let force: Bool
  /// `type=1`: to be worked on when there is nothing else to do.
  package let isIdleType: Bool
  /// Where results are to be saved, in the order of the commands.
  package let saveasTargets: [EntryURI]
  /// Octets of its texts that a job keeps.
  var octetCount: Int {
    bucket.count + key.count + fops.count + workflowTemplateID.count + notifyURL.count + (pipeline?.count ?? 0)
  }
  /// How many fields of the form pfop does not know; see `unknownFieldNames(in:)`.
  package let unknownFieldCount: Int

  /// Checks a decoded form, in the contract's order: fields given twice, required fields, `fops`, `notifyURL`, `force`,
  /// `type`.
  /// - Throws: `ParameterError`, for the first thing found wrong.
  package init(_ form: borrowing FormDecoder, _ idioms: IdiomTable) throws(ParameterError) {
    var values = Values(form)
    let idiom = idioms.idiom(of: values[.bucket] ?? ByteView(start: nil, count: 0))
    let dialect = idiom.dialect
    values.drop { !$0.isKnown(in: dialect) }
    if let field = values.givenTwice { throw .givenTwice(field: field.name) }
    func required(_ field: PfopField) throws(ParameterError) -> ByteView {
      guard let value = values[field] else {
        let sent = Self.unknownFieldNames(in: form, dialect)
        throw .missing(field, dialect, similar: NearestName.of(field.name, among: sent))
      }
      guard !value.isEmpty else { throw .empty(field, dialect) }
      return value
    }
    /// Some SDKs send every optional field, empty when it was not set.
    func optional(_ field: PfopField) -> ByteView? { values[field].flatMap { $0.isEmpty ? nil : $0 } }

    self.idiom = idiom
    bucket = try required(.bucket)
    key = try required(.key)
    let template = optional(.workflowTemplateID)
    workflowTemplateID = template ?? ByteView(start: nil, count: 0)
    if template != nil {
      if optional(.fops) != nil { throw .fopsAndTemplate }
      fops = ByteView(start: nil, count: 0)
    } else {
      fops = try required(.fops)
    }
    if dialect.requiresNotifyURL {
      notifyURL = try required(.notifyURL)
    } else {
      notifyURL = optional(.notifyURL) ?? ByteView(start: nil, count: 0)
    }
    pipeline = optional(.pipeline)
    saveasTargets = template == nil ? try FopPipeline(fops).saveasTargets() : []
    if !notifyURL.isEmpty, let fault = NotifyURL.fault(in: notifyURL, schemeRequired: dialect.requiresNotifyURL) {
      throw .badNotifyURL(text: notifyURL.visibleText(limit: 256), fault, dialect)
    }
    force = try Self.flag(.force, optional(.force))
    isIdleType = try Self.flag(.type, optional(.type))
    unknownFieldCount = values.unknownCount
  }

  /// One that came by another way than a form of its own.
  init(
    idiom: Idiom, bucket: ByteView, key: ByteView, fops: ByteView, workflowTemplateID: ByteView, notifyURL: ByteView,
    pipeline: ByteView?, isIdleType: Bool, saveasTargets: [EntryURI]
  ) {
    self.idiom = idiom
    self.bucket = bucket
    self.key = key
    self.fops = fops
    self.workflowTemplateID = workflowTemplateID
    self.notifyURL = notifyURL
    self.pipeline = pipeline
    force = false
    self.isIdleType = isIdleType
    self.saveasTargets = saveasTargets
    unknownFieldCount = 0
  }

  /// One that was written down, as far as it was known then; for conditions to look at.
  package init(
    recordedBucket bucket: ByteView, key: ByteView, fops: ByteView, pipeline: ByteView, notifyURL: ByteView,
    force: Bool, isIdleType: Bool
  ) {
    idiom = Idiom(.classic, nil)
    self.bucket = bucket
    self.key = key
    self.fops = fops
    workflowTemplateID = ByteView(start: nil, count: 0)
    self.notifyURL = notifyURL
    self.pipeline = pipeline
    self.force = force
    self.isIdleType = isIdleType
    saveasTargets = []
    unknownFieldCount = 0
  }

  /// The names of the fields that pfop ignores, escaped, for the journal.
  package func unknownFieldNames(in form: borrowing FormDecoder) -> [String] {
    Self.unknownFieldNames(in: form, idiom.dialect)
  }

  private static func unknownFieldNames(in form: borrowing FormDecoder, _ dialect: Dialect) -> [String] {
    (0..<form.count).compactMap { index in
      let name = form[index].name
      return PfopField(name: name)?.isKnown(in: dialect) == true ? nil : name.visibleText(limit: 64)
    }
  }

  private static func flag(_ field: PfopField, _ value: ByteView?) throws(ParameterError) -> Bool {
    guard let value, !value.equals("0") else { return false }
    guard value.equals("1") else { throw .badFlag(field, text: value.visibleText(limit: 64)) }
    return true
  }

  /// The form's fields by what pfop calls them.
  private struct Values: ~Copyable {
    private var values = InlineArray<8, ByteView?>(repeating: nil)
    private var counts = InlineArray<8, Int>(repeating: 0)
    /// In the order in which they came the second time.
    private var twice: [PfopField] = []
    private(set) var unknownCount = 0

    init(_ form: borrowing FormDecoder) {
      for index in 0..<form.count {
        let (name, value) = form[index]
        guard let field = PfopField(name: name) else {
          unknownCount += 1
          continue
        }
        counts[field.rawValue] += 1
        if values[field.rawValue] == nil { values[field.rawValue] = value } else { twice.append(field) }
      }
    }

    subscript(field: PfopField) -> ByteView? { values[field.rawValue] }

    var givenTwice: PfopField? { twice.first { values[$0.rawValue] != nil } }

    /// Takes fields for unknown ones.
    mutating func drop(where isUnknown: (PfopField) -> Bool) {
      for field in PfopField.allCases where counts[field.rawValue] > 0 && isUnknown(field) {
        values[field.rawValue] = nil
        unknownCount += counts[field.rawValue]
      }
    }
  }
}
