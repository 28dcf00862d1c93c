import CLinux
import Glibc

/// One end of a connection, a client's as a rule: sends bytes as they are, over TLS or not, blocks, and waits at most ten
/// seconds for anything. One thread may send while another one receives.
package final class RawClient {
  package enum Failure: Error, Equatable {
    case connect(code: Int32)
    case listen(code: Int32)
    case send(code: Int32)
    /// The connection ended by RST or another error instead of FIN.
    case receive(code: Int32)
    case timedOut
    /// Over TLS: FIN without close_notify, so it may come from anybody.
    case truncated
    /// OpenSSL's own words.
    case tls(String)
    case notAResponse(String)
  }

  private let descriptor: Int32
  private var tls: RawTLS?
  /// What has come and is not a whole answer yet.
  package private(set) var received: [UInt8] = []
  private var isOpen = true

  /// Connects to 127.0.0.1, and over TLS shakes hands.
  package convenience init(port: UInt16, over transport: Transport, settings: RawTLS.Settings = .init()) throws {
    try self.init(port: port)
    switch transport {
    case .plain: break
    case .tls: try shakeHands(settings)
    }
  }

  /// Connects to 127.0.0.1.
  package init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    prepare()
    if RawClient.connect(descriptor, port: port) != 0 {
      let code = errno
      close(descriptor)
      isOpen = false
      throw Failure.connect(code: code)
    }
  }

  /// The other end, taken over from a listener.
  init(accepted: Int32) {
    descriptor = accepted
    prepare()
  }

  private func prepare() {
    RawClient.setDeadlines(of: descriptor)
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  static func setDeadlines(of socket: Int32) {
    var wait = timeval(tv_sec: 10, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
  }

  static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// The result of connect(2), with its errno.
  static func connect(_ socket: Int32, port: UInt16) -> Int32 {
    withUnsafePointer(to: loopback(port: port)) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// Returns once nobody listens on that port any more. Whatever else a connect may fail with, such as no port of our
  /// own being left, says nothing about the other side.
  package static func awaitRefusal(port: UInt16) throws {
    while true {
      do {
        _ = try RawClient(port: port)
      } catch Failure.connect(code: ECONNREFUSED) {
        return
      } catch Failure.connect {
        continue
      }
    }
  }

  deinit { leave() }

  /// Speaks TLS from here on.
  package func shakeHands(_ settings: RawTLS.Settings = .init()) throws {
    let tls = try RawTLS(settings)
    self.tls = tls
    do {
      while try !tls.shakeHands() {
        try sendRaw(tls.takeOutput())
        guard try feed(tls) else { throw Failure.truncated }
      }
    } catch Failure.tls(let reason) {
      // The peer is told why.
      try sendRaw(tls.takeOutput())
      throw Failure.tls(reason)
    }
    try sendRaw(tls.takeOutput())
  }

  /// What was agreed upon, such as `TLSv1.3`; nil without TLS.
  package var tlsVersion: String? { tls?.version }

  /// The connection went on with what an earlier one had agreed upon.
  package var isResumed: Bool { tls?.isResumed == true }

  /// How many tickets have come, with what was read so far.
  package var ticketCount: Int { tls?.ticketCount ?? 0 }

  /// What `RawTLS.Settings` needs to go on with this connection's session.
  package var session: RawTLS.Session? { tls?.session }

  /// Asks for another handshake on the same connection, which is possible up to TLS 1.2.
  package func renegotiate() throws {
    guard let tls else { return }
    try sendRaw(tls.beginRenegotiation())
  }

  /// Closes the connection.
  package func leave() {
    guard isOpen else { return }
    bidFarewell()
    cut()
  }

  /// Closes the connection without the farewell that TLS has.
  package func cut() {
    if isOpen { close(descriptor) }
    isOpen = false
  }

  /// Closes the connection with RST.
  package func abort() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    cut()
  }

  package func send(_ bytes: [UInt8]) throws { try sendRaw(tls?.encrypt(bytes) ?? bytes) }

  /// What `send` would send: over TLS these are records.
  package func wireOctets(_ text: String) throws -> [UInt8] { try tls?.encrypt(Array(text.utf8)) ?? Array(text.utf8) }

  /// Sends bytes as they are, also where TLS is spoken.
  package func sendRaw(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure.send(code: errno) }
      sent += count
    }
  }

  /// Sends as much as fits into the sockets' buffers.
  /// - Throws: `send` with EAGAIN if that is not all.
  package func sendWithoutWaiting(_ bytes: [UInt8]) throws {
    let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    guard count == bytes.count else { throw Failure.send(code: count < 0 ? errno : EAGAIN) }
  }

  package func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Sends FIN, over TLS behind close_notify; reading goes on.
  package func finishSending() {
    bidFarewell()
    cutSending()
  }

  private func bidFarewell() {
    guard let tls else { return }
    do {
      try sendRaw(tls.finish())
    } catch {
      // Whoever has gone needs none.
    }
  }

  /// Sends FIN alone, as somebody between the two could.
  package func cutSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next `count` octets.
  package func read(_ count: Int) throws -> [UInt8] {
    while received.count < count {
      guard try readMore() else { throw Failure.notAResponse(String(decoding: received, as: UTF8.self)) }
    }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  /// Everything up to the peer's FIN.
  package func readToEnd() throws -> [UInt8] {
    while try readMore() {}
    defer { received = [] }
    return received
  }

  /// The next octets, as they come; none at the peer's FIN.
  package func readPiece() throws -> [UInt8] {
    _ = try readMore()
    defer { received = [] }
    return received
  }

  /// True once there is something to read, be it the connection's end.
  /// - Parameter milliseconds: how long to wait for it at most.
  package func hasMore(within milliseconds: Int32 = 0) -> Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard let tls else { return poll(&watched, 1, milliseconds) > 0 }
    if !received.isEmpty { return true }
    do {
      while true {
        switch try tls.decrypt() {
        case .octets(let octets):
          received += octets
          return true
        case .ended: return true
        case .needsMore:
          // A session ticket is nothing that anybody reads.
          guard poll(&watched, 1, milliseconds) > 0 else { return false }
          if try !feed(tls) { return true }
        }
      }
    } catch {
      return true
    }
  }

  /// The next answer, interim ones (1xx) included.
  /// - Parameter toHead: the request was HEAD, so the answer has no content whatever its fields say.
  package func readResponse(toHead: Bool = false) throws -> RawResponse {
    while true {
      if let (response, length) = try RawResponse.parse(received, toHead: toHead) {
        received.removeFirst(length)
        return response
      }
      guard try readMore() else { throw Failure.notAResponse(String(decoding: received, as: UTF8.self)) }
    }
  }

  /// Reads what comes as it is, also where TLS is spoken, to the end.
  package func readRawToEnd() throws -> [UInt8] {
    var all: [UInt8] = []
    while case let octets = try receiveRaw(), !octets.isEmpty { all += octets }
    return all
  }

  /// Waits for more of what `received` holds.
  package func receiveMore() throws { _ = try readMore() }

  private func readMore() throws -> Bool {
    guard let tls else {
      let octets = try receiveRaw()
      received += octets
      return !octets.isEmpty
    }
    while true {
      switch try tls.decrypt() {
      case .octets(let octets):
        received += octets
        return true
      case .needsMore:
        guard try feed(tls) else { throw Failure.truncated }
      case .ended:
        // FIN has to follow, and nothing else.
        guard try receiveRaw().isEmpty else { throw Failure.tls("octets behind close_notify") }
        return false
      }
    }
  }

  /// - Returns: false at the peer's FIN.
  private func feed(_ tls: RawTLS) throws -> Bool {
    let octets = try receiveRaw()
    tls.feed(octets)
    return !octets.isEmpty
  }

  private func receiveRaw() throws -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    if count < 0 { throw errno == EAGAIN ? Failure.timedOut : Failure.receive(code: errno) }
    return Array(chunk[..<count])
  }
}
