import ByteText

/// An answer as it was written, taken apart so that a script can change it.
struct WrittenAnswer: Equatable {
  struct Line: Equatable {
    var name: String
    var value: String
  }

  /// `HTTP/1.1 200 OK`
  var statusLine: String
  var lines: [Line]
  var body: [UInt8]

  /// - Parameter octets: a whole answer of ours; or nothing, as an answer that was never written.
  init(_ octets: ByteView) {
    guard let end = WrittenAnswer.headEnd(of: octets) else {
      statusLine = ""
      lines = []
      body = []
      return
    }
    let head = String(decoding: octets.slice(0, end), as: UTF8.self).split(separator: "\r\n")
    statusLine = head.first.map(String.init) ?? ""
    lines = head.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return Line(name: String(parts[0]), value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
    }
    body = Array(octets.slice(end + 4, octets.count))
  }

  /// Head, with its empty line.
  var head: [UInt8] {
    let lines = lines.map { "\($0.name): \($0.value)\r\n" }.joined()
    return Array("\(statusLine)\r\n\(lines)\r\n".utf8)
  }

  /// Puts a field in the place of all of that name; without one it is added at the end.
  mutating func set(_ name: String, _ value: String) {
    let first = lines.firstIndex { $0.name.lowercased() == name.lowercased() }
    remove(name)
    lines.insert(Line(name: name, value: value), at: min(first ?? lines.count, lines.count))
  }

  mutating func remove(_ name: String) { lines.removeAll { $0.name.lowercased() == name.lowercased() } }

  func has(_ name: String) -> Bool { lines.contains { $0.name.lowercased() == name.lowercased() } }

  private static func headEnd(of octets: ByteView) -> Int? {
    var position = 0
    while let found = octets.firstOffset(of: ASCII.carriageReturn, from: position), found + 4 <= octets.count {
      if octets.slice(found, found + 4).equals("\r\n\r\n") { return found }
      position = found + 1
    }
    return nil
  }
}
