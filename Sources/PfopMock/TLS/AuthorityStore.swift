import Files
import Glibc
import HTTPServer

/// Keeps the authority that signs our certificates, so that whoever trusts it once does so after the next start too.
struct AuthorityStore {
  let folder: String

  private var path: String { "\(folder)/authority.pem" }

  /// How long another process may take to make it. Milliseconds.
  private static let patience: Int64 = 5000

  /// `pfop-mock` in `$XDG_CACHE_HOME`, or in `~/.cache` where that is not set (XDG Base Directory Specification).
  static func usersFolder(
    environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
  ) throws(StartFailure) -> String {
    // One that is not absolute is to be ignored, says the specification.
    if let cache = environment("XDG_CACHE_HOME"), cache.hasPrefix("/") { return cache + "/pfop-mock" }
    if let home = environment("HOME"), home.hasPrefix("/") { return home + "/.cache/pfop-mock" }
    throw StartFailure(problems: [
      "TLS: no folder for the CA, since neither XDG_CACHE_HOME nor HOME is an absolute path; "
        + "set one of them, or give --tls-cert and --tls-key"
    ])
  }

  /// The authority that is kept, or a new one if there is none or its time is over. Of several processes that look for it
  /// at once one makes it, and all have the same.
  /// - Parameter now: seconds since 1970.
  /// - Returns: with a remark if clients have to trust another one from now on.
  /// - Throws: `FileError`, `TLSError`. One that is damaged, or that others than its owner may read, is not replaced: that
  ///   would break the trust of clients without a word.
  func authority(now: Int64) throws -> (authority: CertificateAuthority, remark: String?) {
    if let kept = try kept(), kept.validity(at: now) == .lasting { return (kept, nil) }
    try Folder.make(folder)
    let file = try ReplacedFile(path, within: AuthorityStore.patience)
    // Another process may have made it meanwhile.
    let former = try kept()
    if let former {
      switch former.validity(at: now) {
      case .lasting: return (former, nil)
      case .notYet: throw FileError(path, "the CA is not valid yet by this machine's clock; \(AuthorityStore.advice)")
      case .ending: break
      }
    }
    let made = try CertificateAuthority(commonName: "pfop-mock CA", now: now)
    try file.write(made.pem, mode: 0o600)
    let remark = "\(path): the CA has expired, or is about to; there is a new one now, which clients have to trust"
    return (made, former == nil ? nil : remark)
  }

  /// - Returns: nil if there is none.
  private func kept() throws -> CertificateAuthority? {
    do {
      return try CertificateAuthority(pem: InputFile.read(path, limit: 1 << 20, kinds: .regular, isPrivate: true))
    } catch let error as FileError where error.isMissing {
      return nil
    } catch let error as TLSError {
      throw FileError(path, "the CA cannot be used: \(error); \(AuthorityStore.advice)")
    }
  }

  private static let advice = "if it is removed a new one is made, which clients have to trust then"
}
