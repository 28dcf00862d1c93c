import ByteText

extension String {
  /// The text as one line of visible ASCII, cut after `limit` bytes; see `ByteView.visibleText(limit:)`.
  func visibleText(limit: Int) -> String {
    var text = self
    return text.withUTF8 { ByteView($0).visibleText(limit: limit) }
  }
}
