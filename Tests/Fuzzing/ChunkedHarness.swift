import ByteText

@testable import HTTPCore

/// A chunked content decodes to the same octets and ends at the same place, or fails for the same reason, in any pieces;
/// and what was decoded decodes again when it is sent in chunks of our own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChunks(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let delivery = Delivery(ByteView(start: start, count: count))
  let octets = delivery.octets
  let whole = Decoding.of(octets, cuts: [octets.count], mustBeEmpty: delivery.isStrict)
  let growing = Decoding.of(octets, cuts: delivery.cuts, mustBeEmpty: delivery.isStrict)
  precondition(growing == whole, "in pieces: \(growing), whole: \(whole)")
  let released = Decoding.of(octets, cuts: delivery.cuts, mustBeEmpty: delivery.isStrict, releases: true)
  precondition(released == whole, "in released pieces: \(released), whole: \(whole)")
  if case .ended(let end) = whole.ending {
    precondition(end <= octets.count && whole.content.count <= Decoding.limits.content)
    precondition(!delivery.isStrict || whole.content.isEmpty, "data where there must be none")
    Decoding.checkEncoding(of: whole.content, cuts: delivery.cuts)
  }
  return 0
}

/// What became of one chunked content.
private struct Decoding: Equatable {
  enum Ending: Equatable {
    case unfinished
    /// Behind so many octets.
    case ended(at: Int)
    case refused(ParseError)
  }

  var content: [UInt8] = []
  var ending = Ending.unfinished

  static var limits: ParserLimits {
    var limits = ParserLimits()
    limits.content = 256
    limits.chunkSizeLine = 32
    limits.trailerBlock = 96
    return limits
  }

  /// - Parameter releases: what has been used up is taken away before the next piece comes.
  static func of(_ octets: ByteView, cuts: [Int], mustBeEmpty: Bool, releases: Bool = false) -> Decoding {
    var decoding = Decoding()
    var decoder = ChunkedDecoder(limits: limits, mustBeEmpty: mustBeEmpty)
    var content = ByteBuffer()
    var start = 0
    for cut in cuts {
      var position = 0
      do throws(ParseError) {
        let message = octets.slice(start, cut)
        if !releases { position = decoding.position }
        let hasEnded = try decoder.decode(message, from: &position, to: &content)
        precondition(position <= message.count && content.count <= limits.content)
        if hasEnded { decoding.ending = .ended(at: start + position) }
      } catch {
        precondition(error.offset <= cut - start, "\(error) is not in the message")
        decoding.ending = .refused(ParseError(error.reason, at: start + error.offset))
      }
      if releases { start += position } else { decoding.position = position }
      guard decoding.ending == .unfinished else { break }
    }
    decoding.content = Array(content.view)
    decoding.position = 0
    return decoding
  }

  /// Where decoding goes on in octets that are kept.
  private var position = 0

  /// One chunk up to each of the cuts, as far as there is content, with an extension and a trailer.
  static func checkEncoding(of content: [UInt8], cuts: [Int]) {
    var encoded: [UInt8] = []
    var start = 0
    for cut in cuts where cut > start && start < content.count {
      let end = min(cut, content.count)
      encoded += Array("\(String(end - start, radix: 16));n=\"v\"\r\n".utf8) + content[start..<end] + [0x0D, 0x0A]
      start = end
    }
    encoded += Array("0\r\nName: value\r\n\r\n".utf8)
    let again = encoded.withUnsafeBytes { of($0, cuts: [$0.count], mustBeEmpty: false) }
    precondition(again.content == content && again.ending == .ended(at: encoded.count), "encoded again: \(again)")
  }
}
