import ByteText

@testable import HTTPCore

/// Whatever pieces an answer's octets come in, and whether what is done with is taken away or kept, the same is read of
/// it. A `!` in front of the pieces' lengths: the peer closes the connection behind the octets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponses(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let delivery = Delivery(ByteView(start: start, count: count))
  let whole = AnswerReading.of(delivery, cuts: [delivery.octets.count], releases: false)
  let growing = AnswerReading.of(delivery, cuts: delivery.cuts, releases: false)
  precondition(growing == whole, "in pieces: \(growing), whole: \(whole)")
  let released = AnswerReading.of(delivery, cuts: delivery.cuts, releases: true)
  precondition(released == whole, "in released pieces: \(released), whole: \(whole)")
  whole.check(delivery)
  return 0
}

/// What became of one answer.
private struct AnswerReading: Equatable {
  enum Ending: Equatable {
    case unfinished
    /// Behind so many octets.
    case complete(length: Int, keepsAlive: Bool)
    case refused(ResponseError)
  }

  var head: ReceivedHead?
  var contentCount = 0
  var excerpt: [UInt8] = []
  var ending = Ending.unfinished

  /// Small, so that an input of a few hundred octets passes each of them.
  private static var limits: ResponseLimits {
    var limits = ResponseLimits()
    limits.head = 256
    limits.fieldCount = 8
    limits.interimAnswers = 2
    limits.content = 128
    limits.excerpt = 48
    return limits
  }

  /// As `ClientDriver` does.
  /// - Parameter releases: what is done with is taken away before the next piece comes.
  static func of(_ delivery: Delivery, cuts: [Int], releases: Bool) -> AnswerReading {
    var reading = AnswerReading()
    var parser = ResponseParser(limits: limits)
    var input = ByteBuffer()
    var (start, released) = (0, 0)
    for cut in cuts where reading.ending == .unfinished {
      input.append(delivery.octets.slice(start, cut))
      start = cut
      reading.parse(&parser, input.view, inputEnded: false, released)
      guard releases, reading.ending == .unfinished else { continue }
      let count = parser.releaseOctets()
      precondition(count <= input.count, "\(count) of \(input.count) octets are done with")
      input.remove(0, count)
      released += count
    }
    if delivery.isStrict, reading.ending == .unfinished {
      reading.parse(&parser, input.view, inputEnded: true, released)
      precondition(reading.ending != .unfinished, "nothing more comes, and still there is no end")
    }
    reading.head = parser.head
    reading.contentCount = parser.contentCount
    reading.excerpt = Array(parser.excerpt)
    return reading
  }

  private mutating func parse(
    _ parser: inout ResponseParser, _ message: ByteView, inputEnded: Bool, _ released: Int
  ) {
    do throws(ResponseError) {
      guard case .complete(let length) = try parser.parse(message, inputEnded: inputEnded) else { return }
      precondition(length <= message.count)
      ending = .complete(length: released + length, keepsAlive: parser.keepsAlive)
    } catch {
      ending = .refused(error)
    }
  }

  /// What every caller of the parser relies on.
  func check(_ delivery: Delivery) {
    precondition(excerpt.count == min(contentCount, Self.limits.excerpt) && contentCount <= Self.limits.content)
    switch ending {
    case .unfinished: precondition(head != nil || contentCount == 0)
    case .complete(let length, let keepsAlive):
      guard let head else { preconditionFailure("complete without a head") }
      precondition(length > 0 && length <= delivery.octets.count)
      precondition(200...999 ~= head.statusCode && 0...1 ~= head.minorVersion)
      precondition(keepsAlive == head.allowsReuse)
      switch head.framing {
      case .none: precondition(contentCount == 0)
      case .contentLength(let count): precondition(contentCount == count)
      case .chunked: break
      case .untilClose: precondition(!keepsAlive && length == delivery.octets.count && delivery.isStrict)
      }
    case .refused(let error):
      // At the end: what is missing is said to be there.
      precondition(0...delivery.octets.count ~= error.offset, "\(error) is in nothing that was sent")
      precondition(!error.explanation.isEmpty)
    }
  }
}
