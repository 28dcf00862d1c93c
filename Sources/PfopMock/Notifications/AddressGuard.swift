/// Whom notifications may be sent to: this machine always, others only by name or address. A test double must never call
/// a stranger by accident.
package struct AddressGuard: Sendable, Equatable {
  private enum Allowance: Equatable {
    case everyone
    case network(IPNetwork)
    /// In lower case, without a dot at its end.
    case host(String)
  }

  private let allowances: [Allowance]

  /// - Parameter texts: each a host name, an address, a network such as `10.0.0.0/8`, or `*`.
  /// - Throws: `StartFailure` with a line for each that is none of these.
  package init(_ texts: [String]) throws(StartFailure) {
    var allowances: [Allowance] = []
    var problems: [String] = []
    for text in texts {
      let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
      if text == "*" {
        allowances.append(.everyone)
      } else if let network = IPNetwork(bare) {
        allowances.append(.network(network))
      } else if AddressGuard.isHostName(text) {
        allowances.append(.host(AddressGuard.canonical(text)))
      } else {
        problems.append(
          "--notify-allow \(text): allowed: a host name, an address, a network such as 10.0.0.0/8, or * for all")
      }
    }
    if !problems.isEmpty { throw StartFailure(problems: problems) }
    self.allowances = allowances
  }

  /// True if `address` may be called when a notification is for `host`: what counts is where it would go, not what it is
  /// called; but a name that is allowed is so wherever it leads.
  func allows(_ address: IPAddress, for host: String) -> Bool {
    if address.isLoopback { return true }
    return allowances.contains { allowance in
      switch allowance {
      case .everyone: true
      case .network(let network): network.contains(address)
      case .host(let name): name == AddressGuard.canonical(host)
      }
    }
  }

  /// What to do so that a notification for `host` is sent.
  static func advice(for host: String) -> String {
    "not loopback; --notify-allow \(host) would allow it"
  }

  private static func canonical(_ host: String) -> String {
    let lowercase = host.lowercased()
    return lowercase.hasSuffix(".") ? String(lowercase.dropLast()) : lowercase
  }

  /// What the resolver would take for an address in an odd form (`2130706433`, `0x7f.1`) is no name: what it allows is
  /// not what it seems to.
  private static func isHostName(_ text: String) -> Bool {
    let labels = canonical(text).split(separator: ".", omittingEmptySubsequences: false)
    guard let last = labels.last, !last.allSatisfy(\.isNumber), !last.hasPrefix("0x") else { return false }
    return labels.allSatisfy { label in
      !label.isEmpty && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
  }
}
