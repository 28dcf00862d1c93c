import Guarded

/// Whom a client trusts over TLS: what the machine trusts, and one file of certificates more.
package final class TLSTrust: Sendable {
  private let context: Guarded<TLSClientContext?>

  /// - Parameter own: certificates in PEM, and the name of their file for messages; nil for none.
  /// - Throws: `TLSError`, which names the file, if there is no certificate in it.
  package init(own: (pem: [UInt8], file: String)? = nil) throws(TLSError) {
    // Reading what the machine trusts takes its time: without a file of ours it can wait until it is needed.
    let context = try own.map { own throws(TLSError) in try TLSClientContext(trusting: own) }
    self.context = Guarded(context)
  }

  func makeContext() throws(TLSError) -> TLSClientContext {
    try context.withLock { context throws(TLSError) in
      if let context { return context }
      let made = try TLSClientContext(trusting: nil)
      context = made
      return made
    }
  }
}
