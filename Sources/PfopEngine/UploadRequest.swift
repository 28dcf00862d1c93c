import ByteText

/// One upload of a file by form, checked as far as that goes without knowing what exists. The views belong to the form, to
/// the reader of the put policy and to whoever owns the hash.
package struct UploadRequest {
  /// By Qiniu's documentation, in bytes.
  package static let maximumKeyLength = 750
  /// What is kept of a file's type, in bytes.
  private static let maximumTypeLength = 200

  package let bucket: ByteView
  /// The hash if the form has none.
  package let key: ByteView
  /// The file's Qiniu etag.
  package let hash: ByteView
  package let size: Int
  package let mimeType: String
  /// An existing file may be overwritten: the scope names its key.
  package let mayOverwrite: Bool
  /// What to do with the file once it is there; nil if nothing was asked for.
  package let processing: PfopRequest?
  /// The members of the put policy that are ignored.
  package let ignored: [String]

  /// - Parameter hash: the Qiniu etag of the part `file`.
  /// - Throws: `UploadError`, for the first thing found wrong.
  package init(
    _ form: MultipartForm, _ policy: PutPolicy, hash: ByteView, _ idioms: IdiomTable
  ) throws(UploadError) {
    guard let file = try Self.part("file", of: form) else { throw .fileMissing }
    let sent = try Self.part("key", of: form)?.content
    try Self.check(key: sent, against: policy)
    if let text = try Self.part("crc32", of: form)?.content { try Self.check(checksum: text, of: file.content) }
    let idiom = idioms.idiom(of: policy.bucket)
    let template = idiom.dialect.knowsTemplates ? policy.workflowTemplateID : ByteView(start: nil, count: 0)
    bucket = policy.bucket
    key = sent ?? hash
    self.hash = hash
    size = file.content.count
    mimeType = file.contentType.map { String(decoding: $0.prefix(Self.maximumTypeLength), as: UTF8.self) } ?? ""
    mayOverwrite = policy.key != nil && !policy.insertOnly
    processing =
      policy.persistentOps.isEmpty && template.isEmpty
      ? nil : try PfopRequest(policy, key: key, template: template, idiom: idiom)
    ignored =
      policy.ignored
      + (idiom.dialect.knowsTemplates || policy.workflowTemplateID.isEmpty ? [] : ["persistentWorkflowTemplateID"])
  }

  private static func part(_ name: StaticString, of form: MultipartForm) throws(UploadError) -> MultipartForm.Part? {
    do throws(MultipartFault) {
      return try form.part(name)
    } catch {
      throw .multipart(error)
    }
  }

  private static func check(key: ByteView?, against policy: PutPolicy) throws(UploadError) {
    if let key {
      guard key.isUTF8 else { throw .keyNotUTF8(text: key.visibleText(limit: 128)) }
      guard key.count <= maximumKeyLength else { throw .keyTooLong(limit: maximumKeyLength) }
    }
    guard let allowed = policy.key else { return }
    let isAllowed = key.map { policy.isPrefix ? $0.prefix(allowed.count).elementsEqual(allowed) : $0.equals(allowed) }
    guard isAllowed != true else { return }
    let scope = "\(policy.isPrefix ? "keys that begin with" : "the key") \"\(allowed.visibleText(limit: 128))\""
    throw .scopeMismatch(scope: scope, key: key?.visibleText(limit: 128))
  }

  private static func check(checksum text: ByteView, of file: ByteView) throws(UploadError) {
    guard let sent = DecimalText.parse(text).flatMap(UInt32.init(exactly:)) else {
      throw .badChecksum(text: text.visibleText(limit: 32))
    }
    let computed = CRC32.of(file)
    guard sent == computed else { throw .checksumMismatch(sent: sent, computed: computed) }
  }
}

extension PfopRequest {
  /// What a put policy asks to be done with the file.
  /// - Throws: `UploadError`.
  fileprivate init(_ policy: PutPolicy, key: ByteView, template: ByteView, idiom: Idiom) throws(UploadError) {
    if !policy.persistentOps.isEmpty, !template.isEmpty { throw .opsAndTemplate }
    let targets: [EntryURI]
    do throws(ParameterError) {
      targets = policy.persistentOps.isEmpty ? [] : try FopPipeline(policy.persistentOps).saveasTargets()
    } catch {
      guard case .badCommand(let number, let text, let fault) = error else {
        preconditionFailure("a pipeline has no other faults than those of its commands: \(error)")
      }
      throw .badCommand(number: number, text: text, fault)
    }
    if !policy.notifyURL.isEmpty,
      let fault = NotifyURL.fault(in: policy.notifyURL, schemeRequired: idiom.dialect.requiresNotifyURL)
    {
      throw .badNotifyURL(text: policy.notifyURL.visibleText(limit: 256), fault)
    }
    self.init(
      idiom: idiom, bucket: policy.bucket, key: key, fops: policy.persistentOps, workflowTemplateID: template,
      notifyURL: policy.notifyURL, pipeline: policy.pipeline.isEmpty ? nil : policy.pipeline,
      isIdleType: policy.isIdleType && idiom.dialect.knowsTemplates, saveasTargets: targets)
  }
}
