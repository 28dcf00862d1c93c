import Guarded

/// Whom a client trusts over TLS: what the machine trusts, and one file of certificates more.
package final class TLSTrust: Sendable {
  private let caFile: String?
  private let context: Guarded<TLSClientContext?>

  /// - Parameter caFile: certificates in PEM; nil for none.
  /// - Throws: `TLSError`, which names the file, if there is no certificate in it.
  package init(caFile: String?) throws(TLSError) {
    self.caFile = caFile
    // Reading what the machine trusts takes its time: without a file of ours it can wait until it is needed.
    let context = try caFile.map { file throws(TLSError) in try TLSClientContext(caFile: file) }
    self.context = Guarded(context)
  }

  func makeContext() throws(TLSError) -> TLSClientContext {
    try context.withLock { context throws(TLSError) in
      if let context { return context }
      let made = try TLSClientContext(caFile: caFile)
      context = made
      return made
    }
  }
}
