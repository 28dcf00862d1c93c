/// How `https://` is spoken, on a port of its own beside `http://`: TLS 1.2 and 1.3.
public struct TLSSettings: Sendable {
  /// What clients are shown, whichever name they ask for.
  public enum Certificate: Sendable {
    /// One for the names of Qiniu's API and for this machine, made at each start. It is signed by an authority of this
    /// user's own, which is made once and kept in `folder`; nil means `pfop-mock` in the user's cache folder.
    case made(folder: String? = nil)
    /// The user's own, in PEM: the certificate with those that lead to one that clients trust, and its private key
    /// without a passphrase.
    case files(certificate: String, key: String)
  }

  /// The port to listen on; 0 takes any that is free.
  public var port: UInt16 = 0

  /// What clients are shown.
  public var certificate = Certificate.made()

  /// A file to write the certificate to that clients have to trust, in PEM; only for a certificate that is made.
  public var caFile: String?

  /// The default settings.
  public init() {}
}
