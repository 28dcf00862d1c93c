import ByteText

/// The names that a request may ask for with `--strict-host`: those of the real service, and the server's own.
///
/// It finds clients that would reach a stranger in production, for a typing error in the host's name.
struct ServedNames: Sendable {
  /// What official SDKs ask for; the numbered ones belong to the region that this server pretends to be.
  static let service: [String] = [
    // pfop and status.
    "api.qiniu.com", "api.qiniuapi.com", "api-z0.qiniuapi.com",
    // Regions; the third is where SDKs turn when the others fail.
    "uc.qbox.me", "uc.qiniuapi.com", "kodo-config.qiniuapi.com",
    // stat.
    "rs.qiniu.com", "rs.qbox.me", "rs-z0.qiniuapi.com",
    // Uploads: the region's hosts as SDKs and the documentation have them, and the first names, which still serve.
    "up.qiniup.com", "upload.qiniup.com", "up-z0.qiniup.com", "upload-z0.qiniup.com", "up.qbox.me", "up-z0.qbox.me",
    "up.qiniu.com", "upload.qiniu.com",
  ]

  private let hosts: Set<String>
  private let ports: Set<UInt16>
  /// Where every address is listened on, each may be asked for.
  private let listensEverywhere: Bool
  /// Those of the server itself, for messages.
  private let own: [String]

  /// - Parameters:
  ///   - listener: the address that is listened on, without port.
  ///   - port: the one that is listened on.
  ///   - tlsPort: the one where TLS is spoken, if it is.
  ///   - configuredHost: the name or address that the server was told to listen on.
  init(
    listener: String, port: UInt16, tlsPort: UInt16? = nil, configuredHost: String, publicURL: PublicURL?
  ) {
    var own = [listener, configuredHost.lowercased(), "localhost"]
    if let publicURL { own.append(ServedNames.split(publicURL.authority.lowercased()).host) }
    self.own = own.enumerated().filter { !own[..<$0.offset].contains($0.element) }.map(\.element)
    hosts = Set(ServedNames.service + own)
    // Without a port it is that of http or https; Java leaves every other out of Host as well.
    ports = Set([80, 443, port, tlsPort ?? port, publicURL?.port ?? port])
    listensEverywhere = IPAddress(listener)?.isUnspecified == true
  }

  /// How a request is refused; nil if the name is one of these.
  /// - Parameter authority: `host[:port]` of the absolute form, else of the Host field; nil if it has none.
  func refusal(of authority: ByteView?) -> Answer? {
    let sent: String
    if let authority {
      if contains(String(decoding: authority, as: UTF8.self)) { return nil }
      sent = "\"\(authority.visibleText(limit: 128))\" is no name of this server"
    } else {
      sent = "the request names no host"
    }
    let ports = ports.sorted().map(String.init).joined(separator: ", ")
    let names = (own + ServedNames.service).joined(separator: ", ")
    // 421: the request has come to a server that does not answer for that host (RFC 9110, section 15.5.20). 400 would
    // say that it is malformed, 404 that the path is unknown.
    return .failure(
      421, "misdirected request", diagnosis: "\(sent) (--strict-host); allowed, with port \(ports) or none: \(names)")
  }

  private func contains(_ authority: String) -> Bool {
    let (host, port) = ServedNames.split(authority.lowercased())
    if !port.isEmpty {
      guard let number = UInt16(port), ports.contains(number) else { return false }
    }
    return hosts.contains(host) || listensEverywhere && IPAddress(host) != nil
  }

  /// The host goes without the brackets of an IPv6 address.
  private static func split(_ authority: String) -> (host: String, port: String) {
    if authority.hasPrefix("[") {
      let host = authority.dropFirst().prefix { $0 != "]" }
      return (String(host), String(authority.dropFirst(host.count + 2).drop { $0 == ":" }))
    }
    let host = authority.prefix { $0 != ":" }
    return (String(host), String(authority.dropFirst(host.count).drop { $0 == ":" }))
  }
}
