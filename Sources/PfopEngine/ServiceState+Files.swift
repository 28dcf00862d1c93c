import ByteText

/// What became of an upload.
package enum UploadOutcome: Sendable, Equatable {
  /// The id is that of the job which the put policy asked for; nil if it asked for none.
  case stored(id: Int64?)
  case refused(Refusal)
}

/// What there is to a file.
package enum FileLookUp: Sendable, Equatable {
  case found(FileFacts)
  case refused(Refusal)
}

/// Files: uploads, and questions about what is there. Rules and buckets' steps are for pfop and have no say here.
extension ServiceState {
  /// The storage service's statuses, whatever the dialect: pfop's alone have changed.
  private static let unknownBucketStatus = 631
  private static let unknownKeyStatus = 612

  /// Puts a file where it was asked to be, and begins the job that goes with it. Its contents are not kept.
  /// - Parameters:
  ///   - accessKey: the account whose token it is.
  ///   - now: the service's clock.
  package mutating func upload(
    _ upload: UploadRequest, reqid: ByteView, accessKey: ByteView, at now: Timestamp
  ) -> UploadOutcome {
    guard let bucket = resources.bucket(named: upload.bucket) else { return .refused(missingBucket(upload.bucket)) }
    let entry = Array(upload.bucket) + [0x3A] + Array(upload.key)
    let hash = String(decoding: upload.hash, as: UTF8.self)
    let isThere = resources.lists(upload.key, in: bucket) || entry.withUnsafeBytes { created.contains($0) }
    // The same file once more changes nothing.
    if isThere, !upload.mayOverwrite, files[entry]?.hash != hash { return .refused(Self.existing(entry)) }
    var id: Int64?
    if let processing = upload.processing {
      guard makeRoom(for: processing, reqid: reqid) else { return .refused(jobsFull) }
      guard let taken = ids.take() else { return .refused(Self.idsExhausted) }
      id = taken
    }
    if isRehearsed { return .stored(id: id) }
    entry.withUnsafeBytes { created.insert($0) }
    files.insert(
      entry,
      FileFacts(
        size: Int64(upload.size), hash: hash,
        mimeType: upload.mimeType.isEmpty ? FileFacts.unknownType : upload.mimeType, putTime: now.nanoseconds / 100))
    if let id, let processing = upload.processing {
      begin(id, processing, resources.job(in: bucket), reqid: reqid, accessKey: accessKey, at: now)
    }
    return .stored(id: id)
  }

  /// What there is to a file that can be read.
  package func lookUp(_ bucket: ByteView, _ key: ByteView) -> FileLookUp {
    guard let index = resources.bucket(named: bucket) else { return .refused(missingBucket(bucket)) }
    let entry = Array(bucket) + [0x3A] + Array(key)
    guard resources.canRead(key, in: index) || entry.withUnsafeBytes({ created.contains($0) }) else {
      return .refused(
        Refusal(
          check: .key, status: Self.unknownKeyStatus, error: "no such file or directory",
          explanation: resources.explainMissingKey(key, in: index, named: bucket)))
    }
    return .found(files[entry] ?? DerivedName.facts(of: entry))
  }

  private func missingBucket(_ name: ByteView) -> Refusal {
    Refusal(
      check: .bucket, status: Self.unknownBucketStatus, error: "no such bucket",
      explanation: resources.explainMissingBucket(name))
  }

  private static func existing(_ entry: [UInt8]) -> Refusal {
    let name = entry.withUnsafeBytes { $0.visibleText(limit: 256) }
    return Refusal(
      check: .key, status: 614, error: "file exists",
      explanation: "\"\(name)\" exists with another content; a scope of <bucket>:<key> without insertOnly overwrites it"
    )
  }
}

extension FileFacts {
  static let unknownType = "application/octet-stream"
}
