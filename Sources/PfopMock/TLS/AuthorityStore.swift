import Glibc
import HTTPServer

/// Keeps the authority that signs our certificates, so that whoever trusts it once does so after the next start too.
struct AuthorityStore {
  let folder: String

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

  /// The authority that is kept, or a new one if there is none that can be used. Of several processes that look for it
  /// at once one makes it, and all have the same.
  /// - Parameter now: seconds since 1970.
  /// - Throws: `SmallFileError`, `TLSError`.
  func authority(now: Int64) throws -> CertificateAuthority {
    try SmallFile.makeFolder(folder)
    return try SmallFile.withLock("\(folder)/authority.lock") {
      let path = "\(folder)/authority.pem"
      do {
        return try CertificateAuthority(pem: SmallFile.read(path), now: now)
      } catch {
        // Whatever is wrong with it: nobody but this program writes it.
        let made = try CertificateAuthority(commonName: "pfop-mock CA", now: now)
        try SmallFile.write(made.pem, to: path, mode: 0o600)
        return made
      }
    }
  }
}
