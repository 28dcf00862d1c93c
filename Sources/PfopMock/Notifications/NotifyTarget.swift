/// Where a notification goes, read from a notifyURL.
struct NotifyTarget: Equatable {
  /// Notifications for one of these share connections.
  struct Destination: Hashable, Sendable {
    var usesTLS: Bool
    /// Name or address, in lower case, without brackets.
    var host: String
    var port: UInt16
  }

  var destination: Destination
  /// The value of the Host field.
  var authority: String
  /// Path and query, as they go on the request line.
  var target: String

  /// - Parameter url: as `NotifyURL` finds it sound; user information and fragment are not sent.
  /// - Returns: nil for a URL that is not sound.
  init?(_ url: String) {
    let (schemeEnd, authorityEnd) = NotifyTarget.ends(of: url)
    // No scheme means http, where the dialect lets it be left out.
    let scheme = schemeEnd.map { url[..<$0.lowerBound].lowercased() } ?? "http"
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = url[(schemeEnd?.upperBound ?? url.startIndex)...].prefix { $0 != "#" }
    let hostAndPort = rest[..<authorityEnd].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let usesTLS = scheme == "https"
    let standardPort: UInt16 = usesTLS ? 443 : 80
    let colon = hostAndPort.lastIndex(of: ":").flatMap { hostAndPort[$0...].contains("]") ? nil : $0 }
    let host = hostAndPort[..<(colon ?? hostAndPort.endIndex)]
    let portText = colon.map { hostAndPort[hostAndPort.index(after: $0)...] }
    guard !host.isEmpty, let port = portText.map({ UInt16($0) }) ?? standardPort, port > 0 else { return nil }
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
    destination = Destination(usesTLS: usesTLS, host: bare.lowercased(), port: port)
    authority = port == standardPort ? String(host) : "\(host):\(port)"
    let path = rest[authorityEnd...]
    target = (path.hasPrefix("/") ? "" : "/") + String(path.unicodeScalars.map(NotifyTarget.sendable).joined())
  }

  /// The beginning that all URLs for one receiver share which are spelt like this one: up to the end of the authority.
  static func receiver(of url: String) -> String { String(url[..<ends(of: url).authority]) }

  /// Where the `://` behind the scheme is, if there is one, and where the authority ends.
  private static func ends(of url: String) -> (scheme: Range<String.Index>?, authority: String.Index) {
    let schemeEnd = url.firstRange(of: "://").flatMap {
      url[..<$0.lowerBound].contains { "/?#".contains($0) } ? nil : $0
    }
    let rest = url[(schemeEnd?.upperBound ?? url.startIndex)...]
    return (schemeEnd, rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex)
  }

  /// Octets that may not stand on a request line are escaped (RFC 3986, section 2.1); all others go as they came.
  private static func sendable(_ scalar: Unicode.Scalar) -> String {
    if 0x21...0x7E ~= scalar.value { return String(scalar) }
    return String(scalar).utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
  }
}
