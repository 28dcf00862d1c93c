import ByteText
import CLinux
import Glibc

/// An address to listen on, or that a socket has.
package struct SocketAddress: Sendable {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  /// Resolves a host name or address literal; may block on name resolution.
  /// - Throws: `unresolvable` with the resolver's own words.
  package init(host: String, port: UInt16) throws(ServerError) {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0, let first = list?.pointee, let address = first.ai_addr else {
      throw .unresolvable(host: host, reason: String(cString: gai_strerror(code)))
    }
    defer { freeaddrinfo(list) }
    self.init(address, length: first.ai_addrlen)
  }

  /// All addresses behind a host name or address literal, in the resolver's order; may block.
  /// - Throws: `unresolvable` with the resolver's own words.
  package static func resolve(host: String, port: UInt16) throws(ServerError) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else { throw .unresolvable(host: host, reason: String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = list
    while let found = entry?.pointee {
      entry = found.ai_next
      guard let pointer = found.ai_addr, found.ai_family == AF_INET || found.ai_family == AF_INET6 else { continue }
      let address = SocketAddress(pointer, length: found.ai_addrlen)
      if !addresses.contains(address) { addresses.append(address) }
    }
    return addresses
  }

  private init(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
    self.length = length
    withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: ByteView(start: address, count: Int(length))) }
  }

  /// The address that `socket` is bound to.
  init(boundTo socket: Int32) throws(SystemError) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
    }
    try Syscall.check(result, "getsockname")
    self.storage = storage
    self.length = length
  }

  var family: Int32 { Int32(storage.ss_family) }

  package var port: UInt16 {
    withUnsafeBytes(of: storage) {
      // sin_port and sin6_port both follow the family, in network order.
      UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
  }

  /// The address itself: 4 octets, or 16 of version 6.
  package var octets: [UInt8] {
    withUnsafeBytes(of: storage) { bytes in
      // sin_addr follows the port; before sin6_addr there is the flow information too.
      family == AF_INET6 ? Array(bytes[8..<24]) : Array(bytes[4..<8])
    }
  }

  /// The address without the port, such as `127.0.0.1` or `::1`.
  package var host: String {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = withSocketAddress { getnameinfo($0, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) }
    guard code == 0 else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// `host:port`, with brackets around an IPv6 address.
  package var authority: String { family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// `host:port` as a client on this machine can use it: where every address is listened on, the loopback one.
  package var reachableAuthority: String {
    switch host {
    case "0.0.0.0": "127.0.0.1:\(port)"
    case "::": "[::1]:\(port)"
    default: authority
    }
  }

  func bind(_ socket: Int32) throws(SystemError) {
    try Syscall.check(withSocketAddress { Glibc.bind(socket, $0, length) }, "bind")
  }

  /// The result of connect(2), with its errno.
  func connect(_ socket: Int32) -> Int32 { withSocketAddress { Glibc.connect(socket, $0, length) } }

  private func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
  }
}

extension SocketAddress: Equatable {
  package static func == (left: SocketAddress, right: SocketAddress) -> Bool {
    left.family == right.family && left.port == right.port && left.octets == right.octets
  }
}
