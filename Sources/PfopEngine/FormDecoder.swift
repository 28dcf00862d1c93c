import ByteText

/// Decodes `application/x-www-form-urlencoded` text: request bodies and query strings.
///
/// It owns the decoded text and keeps its storage from one form to the next, so that decoding allocates nothing once
/// the storage is large enough. Not copyable, so that views into it have one owner: one event loop.
package struct FormDecoder: ~Copyable {
  /// More fields than this are refused: a client's form has about ten.
  package static let maximumFieldCount = 1000
  /// Longer forms are refused, so that every length in this module fits 32 bits. The server's own limit is far lower.
  package static let maximumLength = 1 << 30
  /// What one unusually large form may leave behind in storage, in bytes.
  private static let keptCapacity = 64 << 10

  private struct Extent {
    var nameStart: Int
    var nameEnd: Int
    var valueStart: Int
    var valueEnd: Int
  }

  private var text = ByteBuffer(capacity: 4096)
  private var extents: [Extent] = []

  package init() {}

  /// The number of fields, in the order they were sent.
  package var count: Int { extents.count }

  /// One field, decoded; the views are valid until the next call of `decode`.
  package subscript(index: Int) -> (name: ByteView, value: ByteView) {
    let extent = extents[index]
    let bytes = text.view
    return (bytes.slice(extent.nameStart, extent.nameEnd), bytes.slice(extent.valueStart, extent.valueEnd))
  }

  /// The value of the field of that name, valid until the next call of `decode`; nil when there is none.
  /// - Throws: `ParameterError.givenTwice`.
  package func value(of name: StaticString) throws(ParameterError) -> ByteView? {
    var found: ByteView?
    for index in 0..<count where self[index].name.equals(name) {
      guard found == nil else { throw .givenTwice(field: name.description) }
      found = self[index].value
    }
    return found
  }

  /// Takes `form` apart: fields end at `&`, a name ends at the first `=`, empty pieces are skipped, escapes are decoded.
  /// - Throws: `ParameterError`; the decoder is then empty.
  package mutating func decode(_ form: ByteView) throws(ParameterError) {
    extents.removeAll(keepingCapacity: true)
    text.removeAll(keepingUpTo: Self.keptCapacity)
    do throws(ParameterError) {
      guard form.count <= Self.maximumLength else { throw .formTooLong(limit: Self.maximumLength) }
      try split(form)
      try validateUTF8()
    } catch {
      extents.removeAll(keepingCapacity: true)
      throw error
    }
  }

  private mutating func split(_ form: ByteView) throws(ParameterError) {
    // Taken out for the while, so that the text and the list of fields can grow side by side.
    var fields: [Extent] = []
    swap(&fields, &extents)
    defer { swap(&fields, &extents) }
    try text.append(upTo: form.count) { output throws(ParameterError) in
      try Self.split(form, into: output, &fields)
    }
  }

  /// Separators are copied as well: what is written never overtakes what is read, and a UTF-8 sequence that a
  /// separator cut in two stays broken.
  private static func split(
    _ form: ByteView, into output: UnsafeMutableRawBufferPointer, _ extents: inout [Extent]
  ) throws(ParameterError) -> Int {
    var written = 0
    var start = 0
    while start < form.count {
      let end = form.firstOffset(of: 0x26, from: start) ?? form.count
      defer { start = end + 1 }
      guard end > start else { continue }
      guard extents.count < maximumFieldCount else { throw .tooManyFields(limit: maximumFieldCount) }
      if written > 0 {
        output[written] = 0x26
        written += 1
      }
      let piece = form.slice(start, end)
      let equals = piece.firstOffset(of: 0x3D)
      var extent = Extent(nameStart: written, nameEnd: 0, valueStart: 0, valueEnd: 0)
      written += try decode(piece.slice(0, equals ?? piece.count), at: start, nil, to: output, from: written)
      extent.nameEnd = written
      if let equals {
        output[written] = 0x3D
        written += 1
        let name = ByteView(rebasing: ByteView(output)[extent.nameStart..<extent.nameEnd])
        extent.valueStart = written
        written += try decode(
          piece.slice(equals + 1, piece.count), at: start + equals + 1, name, to: output, from: written)
      } else {
        extent.valueStart = written
      }
      extent.valueEnd = written
      extents.append(extent)
    }
    return written
  }

  private static func decode(
    _ escaped: ByteView, at offset: Int, _ field: ByteView?, to output: UnsafeMutableRawBufferPointer, from start: Int
  ) throws(ParameterError) -> Int {
    do {
      return try PercentEncoding.decodeForm(escaped, into: UnsafeMutableRawBufferPointer(rebasing: output[start...]))
    } catch {
      let escape = escaped.slice(error.offset, min(error.offset + 3, escaped.count)).visibleText()
      throw .badEscape(field: field?.visibleText(limit: 64), escape: escape, offset: offset + error.offset)
    }
  }

  private func validateUTF8() throws(ParameterError) {
    do {
      _ = try UTF8Span(validating: text.view.bindMemory(to: UInt8.self).span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      let index = extents.firstIndex { offset <= $0.valueEnd } ?? 0
      let (name, value) = self[index]
      let isInValue = offset >= extents[index].valueStart && !value.isEmpty
      let text = (isInValue ? value : name).visibleText(limit: 64)
      throw .notUTF8(field: isInValue ? name.visibleText(limit: 64) : nil, text: text)
    }
  }
}
