import ByteText

/// The pieces of a text between separators, the empty ones included; a text of n separators has n + 1 pieces.
///
/// Nothing is copied: a piece is valid as long as the text is.
package struct Pieces: Sequence, IteratorProtocol {
  private let text: ByteView
  private let separator: UInt8
  private var start = 0

  package init(of text: ByteView, separatedBy separator: UInt8) {
    self.text = text
    self.separator = separator
  }

  package mutating func next() -> ByteView? {
    guard start <= text.count else { return nil }
    let end = text.firstOffset(of: separator, from: start) ?? text.count
    defer { start = end + 1 }
    return text.slice(start, end)
  }
}
