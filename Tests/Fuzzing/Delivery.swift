import ByteText

/// What a fuzzer made up, as octets and the pieces in which they arrive.
///
/// The first line of an input gives the pieces' lengths, a character each, taken in turn and again from the first:
/// `1` to `9`, further characters stand for longer ones (`A` is 17, `a` is 49). A `!` in front asks for strict framing.
/// So the corpus stays readable, and mutating that line moves the cuts alone.
struct Delivery {
  var octets: ByteView
  var isStrict: Bool
  private let lengths: ByteView

  init(_ input: ByteView) {
    let lineEnd = input.firstOffset(of: ASCII.lineFeed) ?? 0
    isStrict = input.first == 0x21
    lengths = input.slice(isStrict ? min(1, lineEnd) : 0, lineEnd)
    octets = input.isEmpty ? input : input.slice(min(lineEnd + 1, input.count), input.count)
  }

  /// Where the pieces end, ascending; the last is the end of the octets.
  var cuts: [Int] {
    var cuts: [Int] = []
    var position = 0
    var turn = 0
    while position < octets.count {
      let length = lengths.isEmpty ? 1 : max(1, Int(lengths[turn % lengths.count] &- 0x30))
      position = min(position + length, octets.count)
      cuts.append(position)
      turn += 1
    }
    return cuts
  }
}
