import ByteText
import HTTPCore

/// Connections to where TLS is spoken: hands are shaken first, and from then on either direction may need the other.
extension ConnectionDriver {
  /// The first octet of a TLS record with a handshake in it (RFC 8446, section 5.1).
  private static let handshakeRecord: UInt8 = 22

  /// Takes over a connected socket. Until its first octet comes it costs no more than any other.
  /// - Parameter isTurnedAway: there is no room, which it is told over TLS.
  func acceptOverTLS(_ descriptor: Int32, isTurnedAway: Bool) {
    table.insert(descriptor)
    table[descriptor].state.connectedOverTLS(isTurnedAway: isTurnedAway)
    watch(descriptor, deadline: limits.handshakeDeadline)
  }

  /// Whichever direction is ready, it is what the connection has waited for.
  func readyOverTLS(_ slot: Int32, _ readiness: Readiness) {
    guard !readiness.isDisjoint(with: [.input, .output]) else {
      return perform(slot, table[slot].state.transferFailed())
    }
    switch table[slot].state.phase {
    case .shakingHands: shakeHands(slot)
    case .lingering: finishSending(slot)
    case .closed: perform(slot, .close)
    case .idle, .receivingHead, .receivingContent, .answering, .awaitingAnswer:
      table[slot].outgoing == nil ? read(slot) : continueSending(slot)
    }
  }

  /// The connection is done with, but for a farewell that the socket has no room for yet.
  func awaitFarewell(_ slot: Int32) {
    table[slot].partial = nil
    cutAnswers(slot, .clientGone)
    setDeadline(slot, after: limits.lingerDeadline)
    setInterest(slot, .output)
  }

  /// Octets that have been taken from a socket already wake nobody: they are read here.
  func readUnread() {
    guard !unread.isEmpty else { return }
    let tokens = unread
    unread = []
    for token in tokens {
      guard let slot = table.slot(of: token), table[slot].tls?.hasUnread == true, table[slot].outgoing == nil else {
        continue
      }
      switch table[slot].state.phase {
      case .idle, .receivingHead, .receivingContent: read(slot)
      // Whoever gets past these asks for input again.
      case .shakingHands, .answering, .awaitingAnswer, .lingering, .closed: continue
      }
    }
  }

  /// - Parameter interest: what the connection would watch for if nothing lay between it and the socket.
  func interestOverTLS(_ slot: Int32, _ tls: TLSStream, _ interest: Readiness) -> Readiness {
    guard interest == .input || interest == .output else { return interest }
    if interest == .input, tls.hasUnread { unread.append(table[slot].token) }
    return tls.awaited
  }

  private func shakeHands(_ slot: Int32) {
    guard let stream = table[slot].tls ?? beginHandshake(slot) else { return }
    switch stream.handshake() {
    case .done: handsShaken(slot)
    case .wouldBlock: updateInterest(slot)
    case .failed:
      table[slot].tls = nil
      handler.handshakeFailed(because: stream.failure)
      perform(slot, table[slot].state.handshakeFailed())
    }
  }

  /// Nil if there is no handshake to go on with.
  private func beginHandshake(_ slot: Int32) -> TLSStream? {
    switch Syscall.peek(slot, into: input) {
    case .transferred(let count):
      guard input[0] == ConnectionDriver.handshakeRecord else {
        refuseAsNotTLS(slot, ByteView(rebasing: ByteView(input)[..<count]))
        return nil
      }
    case .wouldBlock: return nil
    case .ended:
      perform(slot, table[slot].state.inputEnded())
      return nil
    case .failed:
      perform(slot, table[slot].state.transferFailed())
      return nil
    }
    do throws(TLSError) {
      table[slot].tls = try tls?.accept(slot)
    } catch {
      handler.handshakeFailed(because: "\(error)")
      perform(slot, table[slot].state.transferFailed())
    }
    return table.isOpen(slot) ? table[slot].tls : nil
  }

  private func handsShaken(_ slot: Int32) {
    let isTurnedAway = table[slot].state.isTurnedAway
    table[slot].state.handsShaken()
    if isTurnedAway { return refuseAsTooMany(slot) }
    setDeadline(slot, after: limits.idleDeadline)
    welcome(slot)
    if table.isOpen(slot) { updateInterest(slot) }
  }

  private func refuseAsNotTLS(_ slot: Int32, _ bytes: ByteView) {
    table[slot].state.requestReceived()
    do throws(ParseError) {
      // Only to tell what it was, as far as that can be told.
      _ = try parser.parse(bytes)
    } catch {}
    refuse(slot, .notTLS, received: bytes, head: parser.headSoFar)
    parser.reset()
    finishTurn(slot)
  }
}
