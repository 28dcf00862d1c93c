import ByteText

/// One field line: its name and its value without the white space around it.
package struct FieldLine: Equatable, Sendable {
  package var known: FieldName
  package var name: ByteRange
  package var value: ByteRange
}

/// The field lines of a message in their order, repeated ones kept (RFC 9110, section 5.3).
package struct FieldSection: Equatable, Sendable {
  package private(set) var lines: [FieldLine] = []

  package init() {}

  mutating func append(_ line: FieldLine) { lines.append(line) }

  /// The last line has been continued on the next one.
  mutating func replaceLast(_ line: FieldLine) { lines[lines.count - 1] = line }

  mutating func removeAll() { lines.removeAll(keepingCapacity: true) }

  /// The value of the first line with this name.
  package func first(_ name: FieldName) -> ByteRange? {
    for line in lines where line.known == name { return line.value }
    return nil
  }

  package func count(of name: FieldName) -> Int {
    var count = 0
    for line in lines where line.known == name { count += 1 }
    return count
  }

  /// Hands the members of the comma-separated list that all lines of this name make together, without the white
  /// space around them, to `body`; empty members included. Stops when `body` returns false.
  func forEachListMember(of name: FieldName, in message: ByteView, _ body: (ByteView) -> Bool) {
    for line in lines where line.known == name {
      let value = line.value.view(in: message)
      var start = 0
      while true {
        let end = value.firstOffset(of: 0x2C, from: start) ?? value.count
        guard body(value.slice(start, end).trimmingBlanks()) else { return }
        if end == value.count { break }
        start = end + 1
      }
    }
  }

  /// What version and Connection fields say of the connection behind this message (RFC 9112, section 9.3).
  func sayToStayOpen(in message: ByteView, minorVersion: Int) -> Bool {
    var saysClose = false
    var saysKeepAlive = false
    forEachListMember(of: .connection, in: message) { member in
      if member.equalsIgnoringCase("close") { saysClose = true }
      if member.equalsIgnoringCase("keep-alive") { saysKeepAlive = true }
      return true
    }
    return !saysClose && (minorVersion > 0 || saysKeepAlive)
  }
}

extension ByteView {
  /// Without the spaces and tabs at both ends (OWS of RFC 9110, section 5.6.3). Where a value was continued on the next
  /// line its CRLF counts as one; nowhere else do values hold any.
  func trimmingBlanks() -> ByteView {
    var start = 0
    var end = count
    while start < end, ByteView.isBlank(self[start]) { start += 1 }
    while end > start, ByteView.isBlank(self[end - 1]) { end -= 1 }
    return slice(start, end)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.tab || byte == ASCII.carriageReturn || byte == ASCII.lineFeed
  }
}
