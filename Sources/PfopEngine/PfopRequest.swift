import ByteText

/// The parameters of one pfop request, checked. The views belong to the `FormDecoder` they were read from and are
/// valid until its next form.
package struct PfopRequest {
  package let bucket: ByteView
  package let key: ByteView
  package let fops: ByteView
  package let notifyURL: ByteView
  /// Nil when none was asked for.
  package let pipeline: ByteView?
  /// True if existing targets may be overwritten.
  package let force: Bool
  /// Where results are to be saved, in the order of the commands.
  package let saveasTargets: [EntryURI]
  /// How many fields of the form pfop does not know; see `unknownFieldNames(in:)`.
  package let unknownFieldCount: Int

  /// Checks a decoded form, in the contract's order: fields given twice, required fields, `fops`, `notifyURL`, `force`.
  /// - Throws: `ParameterError`, for the first thing found wrong.
  package init(_ form: borrowing FormDecoder) throws(ParameterError) {
    var values = InlineArray<6, ByteView?>(repeating: nil)
    var unknownFieldCount = 0
    for index in 0..<form.count {
      let (name, value) = form[index]
      guard let field = PfopField(name: name) else {
        unknownFieldCount += 1
        continue
      }
      guard values[field.rawValue] == nil else { throw .givenTwice(field: field.name) }
      values[field.rawValue] = value
    }
    func required(_ field: PfopField) throws(ParameterError) -> ByteView {
      guard let value = values[field.rawValue] else {
        throw .missing(field, similar: NearestName.of(field.name, among: Self.unknownFieldNames(in: form)))
      }
      guard !value.isEmpty else { throw .empty(field) }
      return value
    }
    /// Some SDKs send every optional field, empty when it was not set.
    func optional(_ field: PfopField) -> ByteView? { values[field.rawValue].flatMap { $0.isEmpty ? nil : $0 } }

    bucket = try required(.bucket)
    key = try required(.key)
    fops = try required(.fops)
    notifyURL = try required(.notifyURL)
    pipeline = optional(.pipeline)
    saveasTargets = try FopPipeline(fops).saveasTargets()
    if let fault = NotifyURL.fault(in: notifyURL) {
      throw .badNotifyURL(text: notifyURL.visibleText(limit: 256), fault)
    }
    force = try Self.flag(optional(.force))
    self.unknownFieldCount = unknownFieldCount
  }

  /// The names of the fields that pfop ignores, escaped, for the journal.
  package static func unknownFieldNames(in form: borrowing FormDecoder) -> [String] {
    (0..<form.count).compactMap { index in
      let name = form[index].name
      return PfopField(name: name) == nil ? name.visibleText(limit: 64) : nil
    }
  }

  private static func flag(_ value: ByteView?) throws(ParameterError) -> Bool {
    guard let value, !value.equals("0") else { return false }
    guard value.equals("1") else { throw .badForce(text: value.visibleText(limit: 64)) }
    return true
  }
}
