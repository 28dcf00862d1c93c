import ByteText
import HTTPCore
import Testing

struct ChunkedEncoderTests {
  private static func encoded(_ pieces: [String]) -> String {
    var buffer = ByteBuffer()
    for piece in pieces { Array(piece.utf8).withUnsafeBytes { ChunkedEncoder.append($0, to: &buffer) } }
    buffer.append(ChunkedEncoder.end)
    return String(decoding: buffer.view, as: UTF8.self)
  }

  @Test func eachPieceIsAChunkAndNothingIsNone() {
    #expect(Self.encoded(["a", "", "bc"]) == "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")
    #expect(Self.encoded([String(repeating: "x", count: 256)]).hasPrefix("100\r\nx"))
  }
}
