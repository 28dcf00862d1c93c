import Glibc

/// An IP address as it is written: `127.0.0.1` or `::1`, without brackets, port and zone.
package struct AddressLiteral: Equatable, Sendable {
  /// 4 octets, or 16.
  private let octets: [UInt8]

  private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

  /// Nil for anything else, above all for names: nothing is resolved.
  package init?(_ text: String) {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var octets = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &octets) == 1 {
        // An IPv4 address that was reached through a socket of IPv6 is the same address.
        let isMapped = octets.starts(with: AddressLiteral.mappedPrefix)
        self.octets = isMapped ? Array(octets.dropFirst(AddressLiteral.mappedPrefix.count)) : octets
        return
      }
    }
    return nil
  }

  /// Only this machine can speak to it (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3).
  package var isLoopback: Bool {
    octets.count == 4 ? octets[0] == 127 : octets.dropLast().allSatisfy { $0 == 0 } && octets[15] == 1
  }

  /// Listened on, it stands for every address that the machine has.
  package var isUnspecified: Bool { octets.allSatisfy { $0 == 0 } }
}
