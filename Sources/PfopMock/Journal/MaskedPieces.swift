import ByteText
import PfopEngine

extension SecretMask {
  /// JSON, or a text with JSON strings in it, such as server-sent events, with asterisks where secrets are in its strings.
  func masked(json: [UInt8]) -> [UInt8] {
    var pieces = MaskedPieces()
    let masked = pieces.next(json, self)
    let rest = pieces.finish(self)
    return rest.isEmpty ? masked : masked + rest
  }
}

/// JSON that comes in pieces, with no secret in its strings, nor in the octets of those called `base64`. What stands
/// outside of strings stays as it is, and so do words of the API: JSON stays JSON, and has the same members.
struct MaskedPieces {
  /// The beginning of a string that goes on in the next piece.
  private var rest: [UInt8] = []
  /// The string that ended last is the name of octets.
  private var areOctets = false

  /// - Returns: the piece, without a string at its end that is not whole.
  mutating func next(_ piece: [UInt8], _ mask: SecretMask) -> [UInt8] {
    if mask.isEmpty, rest.isEmpty { return piece }
    let text = rest.isEmpty ? piece : rest + piece
    var masked: [UInt8] = []
    var (copied, position) = (0, text.count)
    text.withUnsafeBytes { text in
      position = MaskedPieces.forEachString(of: text) { string, end in
        guard let replacement = self.masked(string, mask) else { return }
        masked += text.slice(copied, end - string.count)
        masked += replacement
        copied = end
      }
    }
    rest = Array(text[position...])
    return copied == 0 && position == text.count ? text : masked + text[copied..<position]
  }

  /// - Returns: what is left of a text that ends within a string.
  mutating func finish(_ mask: SecretMask) -> [UInt8] {
    defer { rest = [] }
    return rest.withUnsafeBytes { mask.masked($0) } ?? rest
  }

  /// Calls `body` with each string, its marks included, and the offset behind it.
  /// - Returns: where a string begins that is not whole, or the text ends.
  static func forEachString(of text: ByteView, _ body: (_ string: ByteView, _ end: Int) -> Void) -> Int {
    var position = 0
    while let start = text.firstOffset(of: 0x22, from: position) {
      var end = start + 1
      while end < text.count, text[end] != 0x22 { end += text[end] == 0x5C ? 2 : 1 }
      guard end < text.count else { return start }
      position = end + 1
      body(text.slice(start, position), position)
    }
    return text.count
  }

  /// - Parameter string: with its marks.
  /// - Returns: nil if there is no secret in it.
  private mutating func masked(_ string: ByteView, _ mask: SecretMask) -> [UInt8]? {
    let content = string.slice(1, string.count - 1)
    let isBase64 = areOctets
    areOctets = content.equals("base64")
    if isBase64 {
      let octets = URLSafeBase64.decode(content).flatMap { $0.withUnsafeBytes { mask.masked($0) } }
      return octets.map { [0x22] + $0.withUnsafeBytes { URLSafeBase64.encode($0) } + [0x22] }
    }
    var octets: [UInt8]?
    if content.firstOffset(of: 0x5C) == nil {
      octets = mask.masked(content)
    } else {
      var decoded = ByteBuffer(capacity: content.count)
      var scanner = JSONScanner(string, takesLoneSurrogates: true)
      do throws(JSONFault) {
        try scanner.readString(into: &decoded)
        octets = mask.masked(decoded.view)
      } catch {
        // It is no string of JSON, and asterisks do no harm to its escapes.
        octets = mask.masked(content)
      }
    }
    guard let octets else { return nil }
    var written = ByteBuffer(capacity: octets.count + 2)
    octets.withUnsafeBytes { written.append(jsonString: $0) }
    return Array(written.view)
  }
}
