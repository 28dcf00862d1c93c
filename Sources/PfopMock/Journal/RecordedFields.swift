import ByteText
import PfopEngine

/// The field lines of a request that was kept, or of its beginning.
struct RecordedFields: FieldLookup {
  let request: ByteView

  func hasField(named name: [UInt8], where matches: (ByteView) -> Bool) -> Bool {
    var lines = Lines(request)
    // The request line, and an empty one that may stand before it.
    while let line = lines.next(), line.isEmpty {}
    while let line = lines.next(), !line.isEmpty {
      guard let colon = line.firstOffset(of: 0x3A) else { continue }
      let isNamed = name.withUnsafeBytes { line.slice(0, colon).equalsIgnoringCase($0) }
      if isNamed, matches(Self.trimmed(line.slice(colon + 1, line.count))) { return true }
    }
    return false
  }

  /// The path within a request target as it was sent, without authority and query.
  static func path(of target: ByteView) -> ByteView {
    var start = 0
    if let scheme = target.firstOffset(of: 0x3A), target.first != 0x2F,
      target.slice(scheme, target.count).starts(with: "://")
    {
      start = target.firstOffset(of: 0x2F, from: scheme + 3) ?? target.count
    }
    return target.slice(start, max(target.firstOffset(of: 0x3F, from: start) ?? target.count, start))
  }

  private static func trimmed(_ value: ByteView) -> ByteView {
    var (start, end) = (0, value.count)
    while start < end, value[start] == ASCII.space || value[start] == ASCII.tab { start += 1 }
    while end > start, value[end - 1] == ASCII.space || value[end - 1] == ASCII.tab { end -= 1 }
    return value.slice(start, end)
  }

  private struct Lines {
    let text: ByteView
    private var start = 0

    init(_ text: ByteView) { self.text = text }

    /// Without its end; nil after the last whole line.
    mutating func next() -> ByteView? {
      guard let end = text.firstOffset(of: ASCII.lineFeed, from: start) else { return nil }
      let last = end > start && text[end - 1] == ASCII.carriageReturn ? end - 1 : end
      defer { start = end + 1 }
      return text.slice(start, last)
    }
  }
}
