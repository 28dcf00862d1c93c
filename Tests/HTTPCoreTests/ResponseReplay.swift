import ByteText
import TestSupport

@testable import HTTPCore

/// A connection as the parser of answers sees it: pieces arrive until the answer ends.
struct ResponseReplay: ~Copyable {
  private(set) var ending = ResponseCase.Ending.unfinished
  private(set) var buffer = ByteBuffer()
  private(set) var parser: ResponseParser
  private let releases: Bool
  private var released = 0

  /// - Parameter releases: what is done with is taken out of the buffer after each piece.
  init(_ limits: ResponseLimits, releases: Bool) {
    parser = ResponseParser(limits: limits)
    self.releases = releases
  }

  mutating func receive(_ octets: ArraySlice<UInt8>) {
    octets.withUnsafeBytes { buffer.append($0) }
    parse(inputEnded: false)
  }

  /// The peer closes the connection.
  mutating func close() { parse(inputEnded: true) }

  private mutating func parse(inputEnded: Bool) {
    guard ending == .unfinished else { return }
    do throws(ResponseError) {
      switch try parser.parse(buffer.view, inputEnded: inputEnded) {
      case .complete(let length): ending = .complete(length: released + length, keepsAlive: parser.keepsAlive)
      case .needsMore where releases:
        let count = parser.releaseOctets()
        buffer.remove(0, count)
        released += count
      case .needsMore: break
      }
    } catch {
      ending = .refused(reason: error.reason.name, offset: error.offset)
    }
  }

  /// What the replay has come to, in the words of a case.
  func outcome(of example: ResponseCase) -> ResponseCase {
    var outcome = example
    outcome.status = parser.head?.statusCode
    outcome.content = Array(parser.excerpt)
    outcome.ending = ending
    return outcome
  }
}

extension ResponseCase {
  /// The same has become of both.
  func agrees(with other: ResponseCase) -> Bool {
    status == other.status && content == other.content && ending == other.ending
  }
}

extension ResponseError.Reason {
  /// As the corpus calls it.
  var name: String {
    switch self {
    case .syntax(let reason): "\(reason)"
    case .endedInContent(let received, let count): "endedInContent:\(received)/\(count.map(String.init) ?? "?")"
    case .statusLineMalformed, .versionUnsupported, .statusCodeOutOfRange, .switchesProtocols, .tooManyInterimAnswers,
      .transferEncodingUnsupported, .contentTooLarge, .endedInHead:
      "\(self)"
    }
  }
}

extension ResponseLimits {
  /// The limits that the corpus is made for.
  init(_ limits: ResponseCorpus.Limits) {
    self.init()
    head = limits.head
    fieldCount = limits.fieldCount
    interimAnswers = limits.interimAnswers
    content = limits.content
    excerpt = limits.excerpt
  }
}
