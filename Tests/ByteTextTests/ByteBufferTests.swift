import Testing

@testable import ByteText

struct ByteBufferTests {
  private func text(_ buffer: borrowing ByteBuffer) -> String { String(decoding: buffer.view, as: UTF8.self) }

  @Test func growsAndKeepsWhatItHas() {
    var buffer = ByteBuffer(capacity: 0)
    #expect(buffer.count == 0)
    var expected: [UInt8] = []
    for count in 0..<200 {
      let piece = (0..<count).map { UInt8(truncatingIfNeeded: $0 ^ count) }
      withOctets(piece) { buffer.append($0) }
      expected += piece
    }
    #expect(buffer.count == expected.count)
    #expect(Array(buffer.view) == expected)
  }

  @Test func appendsEveryKind() {
    var buffer = ByteBuffer()
    buffer.append("static ")
    buffer.append(byte: 0x21)
    buffer.append(text: " \u{4E2D}")
    buffer.append(ByteView(start: nil, count: 0))
    buffer.append("")
    #expect(text(buffer) == "static ! \u{4E2D}")
  }

  @Test(arguments: [0, 9, 10, 99, 100, 1 << 32, 9_999_999_999_999_999_999, 10_000_000_000_000_000_000, UInt64.max])
  func appendsDecimals(value: UInt64) {
    // One octet short of its capacity, so that the digits do not fit without growing.
    var buffer = ByteBuffer(capacity: 16)
    for _ in 0..<15 { buffer.append(byte: 0x78) }
    buffer.append(decimal: value)
    buffer.append(byte: 0x7C)
    #expect(text(buffer) == String(repeating: "x", count: 15) + "\(value)|")
  }

  @Test func fillsRoom() throws {
    var buffer = ByteBuffer(capacity: 16)
    buffer.append("head:")
    buffer.append(upTo: 100) { room in
      #expect(room.count == 100)
      room[0] = 0x61
      room[1] = 0x62
      return 2
    }
    buffer.append(upTo: 5) { _ in 0 }
    #expect(text(buffer) == "head:ab")
  }

  @Test func keepsItsLengthWhenFillingFails() {
    struct NoMore: Error {}
    var buffer = ByteBuffer()
    buffer.append("kept")
    do throws(NoMore) {
      try buffer.append(upTo: 8) { _ throws(NoMore) in throw NoMore() }
      Issue.record("the failure was swallowed")
    } catch {
      #expect(text(buffer) == "kept")
    }
  }

  @Test(arguments: [
    (0, 0, "abcdef"), (0, 2, "cdef"), (2, 4, "abef"), (4, 6, "abcd"), (6, 6, "abcdef"), (0, 6, ""), (1, 2, "acdef"),
  ])
  func removesAPart(start: Int, end: Int, rest: String) {
    var buffer = ByteBuffer()
    buffer.append("abcdef")
    buffer.remove(start, end)
    #expect(text(buffer) == rest)
    buffer.append("!")
    #expect(text(buffer) == rest + "!")
  }

  @Test func emptyingKeepsStorageUpToALimit() {
    var buffer = ByteBuffer(capacity: 1000)
    buffer.append("x")
    buffer.removeAll()
    #expect(buffer.count == 0)
    #expect(buffer.capacity == 1000)
    buffer.removeAll(keepingUpTo: 1000)
    #expect(buffer.capacity == 1000)
    buffer.removeAll(keepingUpTo: 64)
    #expect(buffer.capacity == 64)
    buffer.append("usable again")
    #expect(text(buffer) == "usable again")
  }
}
