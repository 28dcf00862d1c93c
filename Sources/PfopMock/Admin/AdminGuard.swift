import ByteText

/// Decides who may make admin calls. They change what the server answers, so neither the network nor a web page in a
/// browser on this machine may make them unasked.
struct AdminGuard {
  /// What is looked at of a request.
  struct Caller {
    /// Where the request says it goes, `host[:port]`; nil if it does not.
    var authority: String?
    var origins: [String] = []
    var authorizations: [String] = []
    /// What a browser says of the page that makes the request (Fetch Metadata, section 2.4): `Sec-Fetch-Site`.
    var sites: [String] = []
    /// A person opens the address in a browser, by a link or by typing it.
    var isNavigation = false
  }

  private let listener: IPAddress?
  private let hasOwnPort: Bool
  private let configuredHost: String
  private let token: AdminToken?

  /// - Parameters:
  ///   - listener: the address that is listened on, without port.
  ///   - hasOwnPort: the listener is for admin calls alone: who may reach it is for whoever set it up.
  ///   - configuredHost: the name or address that the server was told to listen on.
  init(listener: String, hasOwnPort: Bool = false, configuredHost: String, token: AdminToken?) {
    self.hasOwnPort = hasOwnPort
    // A zone, as in fe80::1%eth0, says nothing of what kind of address it is.
    self.listener = IPAddress(listener.prefix { $0 != "%" })
    self.configuredHost = configuredHost.lowercased()
    self.token = token
  }

  /// How the call is refused; nil if it is let in.
  /// - Parameter needsToken: false for what tells and changes nothing, such as the page that asks for the token. Links on
  ///   other sites may lead there.
  func refusal(of caller: Caller, needsToken: Bool = true) -> Answer? {
    if let token {
      guard !needsToken || caller.authorizations.count == 1 && token.admits(authorization: caller.authorizations[0])
      else {
        var answer = Answer.failure(401, "this admin call needs the field Authorization: Bearer <the --admin-token>")
        answer.challenge = "Bearer"
        return answer
      }
    } else if !hasOwnPort, listener?.isLoopback != true {
      return .failure(
        403,
        "admin calls are for loopback addresses only, and this server listens on another; start it with "
          + "--admin-token, or with an --admin-port of its own")
    }
    let authority = caller.authority?.lowercased()
    if let host = authority.map(AdminGuard.host), !isOurs(host) {
      return .failure(
        403,
        "admin calls are not answered for the Host \(host.quoted(limit: 128)), which a web page could have made up; "
          + "use an address of this server, localhost, or the name that --host gives")
    }
    // A page can make its browser send anything but another Origin.
    for origin in caller.origins where authority == nil || AdminGuard.authority(of: origin) != authority {
      return .failure(
        403, "admin calls are not answered for web pages of another origin: \(origin.quoted(limit: 128))")
    }
    // A request without Origin is made by anything that a page shows, such as an image.
    for site in caller.sites where site != "same-origin" && site != "none" {
      if caller.isNavigation, !needsToken { continue }
      return .failure(
        403, "admin calls are not answered for web pages of another site: Sec-Fetch-Site is \(site.quoted(limit: 64))")
    }
    return nil
  }

  /// A name of somebody else's may lead here by DNS rebinding; an address or our own name may not.
  private func isOurs(_ host: String) -> Bool {
    if host == "localhost" || host == configuredHost { return true }
    guard let literal = IPAddress(host) else { return false }
    return literal.isLoopback || literal == listener || listener?.isUnspecified == true
  }

  /// Of `host[:port]`, without the brackets of an IPv6 address.
  private static func host(of authority: String) -> String {
    if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
    return String(authority.prefix { $0 != ":" })
  }

  /// Of `scheme://host[:port]` (RFC 6454, section 6.2), in lower case; nil for `null`.
  private static func authority(of origin: String) -> String? {
    guard let scheme = origin.firstRange(of: "://") else { return nil }
    return origin[scheme.upperBound...].lowercased()
  }
}
