import Glibc

/// An address of the internet protocol, version 4 or 6. One of version 4 that is written as version 6
/// (`::ffff:192.0.2.1`) is the same as without that.
struct IPAddress: Equatable, Sendable {
  /// 4 or 16.
  let octets: [UInt8]

  /// - Parameter octets: 4 or 16 of them.
  init(octets: [UInt8]) {
    precondition(octets.count == 4 || octets.count == 16)
    let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
    self.octets = octets.starts(with: mapped) ? Array(octets[12...]) : octets
  }

  /// The address that `text` spells in the usual way, without brackets; nil for anything else, short forms such as
  /// `127.1` included.
  init?(_ text: some StringProtocol) {
    var octets = [UInt8](repeating: 0, count: 16)
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] where inet_pton(family, String(text), &octets) == 1 {
      self.init(octets: Array(octets[..<count]))
      return
    }
    return nil
  }

  /// This machine, without any network in between (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3).
  var isLoopback: Bool { octets.count == 4 ? octets[0] == 127 : octets == Array(repeating: 0, count: 15) + [1] }

  /// Listened on, it stands for every address that this machine has.
  var isUnspecified: Bool { octets.allSatisfy { $0 == 0 } }
}

/// All addresses that begin with the same bits, as `10.0.0.0/8`.
struct IPNetwork: Equatable, Sendable {
  private let address: IPAddress
  private let bitCount: Int

  /// An address alone is the network of just itself. Bits behind the prefix do not matter.
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(parts[0]) else { return nil }
    self.address = address
    let all = address.octets.count * 8
    guard parts.count == 2 else {
      bitCount = all
      return
    }
    // A network that is written as version 6 counts its bits from there.
    let offset = parts[0].contains(":") && all == 32 ? 96 : 0
    guard let count = Int(parts[1]), parts[1].allSatisfy(\.isNumber), (offset...all + offset).contains(count) else {
      return nil
    }
    bitCount = count - offset
  }

  func contains(_ other: IPAddress) -> Bool {
    guard other.octets.count == address.octets.count else { return false }
    let whole = bitCount / 8
    guard address.octets[..<whole] == other.octets[..<whole] else { return false }
    guard bitCount % 8 > 0 else { return true }
    return (address.octets[whole] ^ other.octets[whole]) >> UInt8(8 - bitCount % 8) == 0
  }
}
