import HTTPServer

/// Asks a server whether it is ready, from another process.
package enum HealthCheck {
  package static let allowed = "http://host[:port]"

  /// - Parameters:
  ///   - url: of the listener that answers admin calls.
  ///   - within: for all of it.
  /// - Throws: `StartFailure` that says why it is not.
  package static func check(url: String, within: Duration) throws(StartFailure) {
    guard let target = PublicURL(url), url.hasPrefix("http://") else {
      throw StartFailure(problems: ["\(url) is no URL for this; allowed: \(allowed)"])
    }
    let authority = target.authority
    // The brackets of an IPv6 address are no part of it.
    let host = authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    let status: Int
    do {
      let address = try SocketAddress(host: String(host), port: target.port)
      status = try StatusProbe.status(
        of: "\(AdminRoutes.prefix)ready", at: address, authority: target.authority,
        within: max(within.nanoseconds / 1_000_000, 1))
    } catch {
      throw StartFailure(problems: ["\(url) is not ready: \(error)"])
    }
    guard status == 200 else { throw StartFailure(problems: ["\(url) is not ready: it answers \(status)"]) }
  }
}
