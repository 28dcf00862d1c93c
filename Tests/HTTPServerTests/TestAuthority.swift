import TestSupport

@testable import HTTPServer

/// One authority for all tests of this process, and a certificate of its for servers on this machine.
enum TestAuthority {
  static let shared = Result { () throws(TLSError) in
    try CertificateAuthority(commonName: "test", now: SystemClock.wall / 1_000_000_000)
  }

  static let context = Result { () throws(TLSError) in
    let identity = try shared.get().issue(for: ["localhost", "127.0.0.1"], now: SystemClock.wall / 1_000_000_000)
    return try TLSServerContext(identity)
  }
}

extension Transport {
  /// What a server needs to be spoken to like that; nil for nothing.
  var listening: TLSListening? {
    get throws {
      switch self {
      case .plain: nil
      case .tls:
        TLSListening(address: try SocketAddress(host: "127.0.0.1", port: 0), context: try TestAuthority.context.get())
      }
    }
  }
}

extension HTTPServer {
  func port(for transport: Transport) -> UInt16 {
    switch transport {
    case .plain: addresses.plain.port
    case .tls: addresses.tls?.port ?? 0
    }
  }
}
