import Files
import HTTPServer

/// What TLS is spoken with, and whom clients have to trust for it.
struct ServerCertificate {
  let context: TLSServerContext
  /// The certificate that clients have to trust, in PEM; nil where the user's own are shown.
  let authorityPEM: [UInt8]?
  /// A warning for the log; nil if there is nothing to warn of.
  let remark: String?

  /// Where SDKs send requests, and what this machine calls itself.
  static let names = [
    "api.qiniu.com", "*.qiniu.com", "*.qiniuapi.com", "*.qbox.me", "localhost", "127.0.0.1", "::1",
  ]

  /// Of a file of certificates or keys, in bytes.
  static let fileLimit = 1 << 20

  /// - Throws: `StartFailure` that names the file or folder.
  init(_ settings: TLSSettings) throws(StartFailure) {
    do {
      switch settings.certificate {
      case .files(let certificate, let key):
        guard settings.caFile == nil else {
          throw StartFailure(problems: ["there is no CA to write to a file: the certificate is given"])
        }
        let pem = try InputFile.read(certificate, limit: ServerCertificate.fileLimit)
        // A pipe can be read once.
        let keyPEM = try key == certificate ? pem : InputFile.read(key, limit: ServerCertificate.fileLimit)
        context = try TLSServerContext(certificate: pem, key: keyPEM, names: (certificate: certificate, key: key))
        authorityPEM = nil
        remark = nil
      case .made(let folder):
        let now = SystemClock.wall / 1_000_000_000
        let store = AuthorityStore(folder: try folder ?? AuthorityStore.usersFolder())
        let (authority, remark) = try store.authority(now: now)
        context = try TLSServerContext(authority.issue(for: ServerCertificate.names, now: now))
        authorityPEM = authority.certificatePEM
        self.remark = remark
        if let file = settings.caFile {
          try ReplacedFile(file, within: 5000).write(authority.certificatePEM, mode: 0o644, isDurable: false)
        }
      }
    } catch let failure as StartFailure {
      throw failure
    } catch {
      throw StartFailure(problems: ["TLS: \(error)"])
    }
  }
}
