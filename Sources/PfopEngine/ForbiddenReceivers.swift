import ByteText

/// Receivers that may not be called, as far as somebody has found out. Clients in a test name few; when there are more,
/// the first ones are forgotten.
struct ForbiddenReceivers: Sendable {
  static let limit = 16

  /// How the URLs of each begin, up to the end of their authority, one behind the other; and where each ends.
  private var text: [UInt8] = []
  private var ends: [Int] = []
  private var endings: [Delivery.Ending] = []

  var isEmpty: Bool { ends.isEmpty }

  mutating func insert(_ beginning: String, _ reason: String) {
    if ends.count == Self.limit { removeFirst() }
    text += beginning.utf8
    ends.append(text.count)
    endings.append(Delivery.Ending(.suppressed(reason), isShared: true))
  }

  mutating func removeAll() { self = ForbiddenReceivers() }

  /// Which of them `url` names; nil for none.
  func index(of url: ByteView) -> Int? {
    var start = 0
    for index in ends.indices {
      let count = ends[index] - start
      let isMeant = text.span.extracting(start..<ends[index]).withUnsafeBytes { beginning in
        url.count >= count && beginning.equals(url.slice(0, count))
          && (url.count == count || Self.mayFollowAuthority(url[count]))
      }
      if isMeant { return index }
      start = ends[index]
    }
    return nil
  }

  /// What a notification to that one comes to.
  subscript(index: Int) -> Delivery.Ending { endings[index] }

  private mutating func removeFirst() {
    let count = ends.removeFirst()
    text.removeFirst(count)
    endings.removeFirst()
    ends = ends.map { $0 - count }
  }

  /// Behind an authority comes a path, a query or a fragment (RFC 3986, section 3.2).
  private static func mayFollowAuthority(_ byte: UInt8) -> Bool { byte == 0x2F || byte == 0x3F || byte == 0x23 }
}
