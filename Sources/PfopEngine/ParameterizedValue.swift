import ByteText

/// A field value such as `form-data; name="key"`: a word, and parameters behind it (RFC 9110, section 5.6.6).
struct ParameterizedValue {
  let word: ByteView
  /// Values without their quotes; a backslash in them is left as it is.
  private var parameters: [(name: ByteView, value: ByteView)] = []

  /// Nil if that is malformed.
  init?(_ text: ByteView) {
    var position = text.firstOffset(of: 0x3B) ?? text.count
    word = text.slice(0, position).trimmingBlanks()
    while position < text.count {
      // An empty parameter is allowed.
      let start = position + 1
      let end = text.firstOffset(of: 0x3B, from: start) ?? text.count
      guard !text.slice(start, end).trimmingBlanks().isEmpty else {
        position = end
        continue
      }
      guard let equals = text.firstOffset(of: 0x3D, from: start), equals < end else { return nil }
      let name = text.slice(start, equals).trimmingBlanks()
      guard let value = ParameterizedValue.value(in: text, from: equals + 1), !name.isEmpty else { return nil }
      parameters.append((name, value.text))
      position = value.end
    }
  }

  /// Nil if there is no parameter of that name, or more than one. `name` is in lower case.
  subscript(name: StaticString) -> ByteView? {
    let found = parameters.filter { $0.name.equalsIgnoringCase(name) }
    return found.count == 1 ? found[0].value : nil
  }

  /// A token or a quoted string, and where the next semicolon or the end is.
  private static func value(in text: ByteView, from start: Int) -> (text: ByteView, end: Int)? {
    guard start < text.count, text[start] == 0x22 else {
      let end = text.firstOffset(of: 0x3B, from: start) ?? text.count
      let token = text.slice(start, end).trimmingBlanks()
      return token.contains(0x22) ? nil : (token, end)
    }
    var position = start + 1
    while position < text.count, text[position] != 0x22 { position += text[position] == 0x5C ? 2 : 1 }
    guard position < text.count else { return nil }
    let end = text.firstOffset(of: 0x3B, from: position) ?? text.count
    guard text.slice(position + 1, end).trimmingBlanks().isEmpty else { return nil }
    return (text.slice(start + 1, position), end)
  }
}

extension ByteView {
  /// Without the spaces and tabs at both ends.
  func trimmingBlanks() -> ByteView {
    var start = 0
    var end = count
    while start < end, self[start] == ASCII.space || self[start] == ASCII.tab { start += 1 }
    while end > start, self[end - 1] == ASCII.space || self[end - 1] == ASCII.tab { end -= 1 }
    return slice(start, end)
  }
}
