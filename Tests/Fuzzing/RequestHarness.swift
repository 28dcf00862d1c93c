import ByteText

@testable import HTTPCore
@testable import HTTPServer

/// Whatever pieces a connection's octets come in, the same requests are read from it and the same error ends it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequests(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let delivery = Delivery(ByteView(start: start, count: count))
  var whole = Reading(delivery)
  whole.readWithFreshParsers()
  var growing = Reading(delivery)
  growing.readGrowing()
  precondition(growing == whole, "in pieces: \(growing), whole: \(whole)")
  var served = Reading(delivery)
  served.readAsServed()
  precondition(served == whole, "as served: \(served), whole: \(whole)")
  return 0
}

/// One connection's octets, read.
private struct Reading: Equatable, CustomStringConvertible {
  struct Request: Equatable {
    var head: RequestHead
    var headOctets: [UInt8]
    var content: [UInt8]
  }

  enum Ending: Equatable {
    /// The offset counts from the first octet of the request that is at fault.
    case refused(ParseError)
    case unfinished(awaitsContent: Bool)
  }

  private(set) var requests: [Request] = []
  private(set) var ending = Ending.unfinished(awaitsContent: false)
  private let delivery: Delivery

  /// Small, so that an input of a few hundred octets passes each of them.
  private static var limits: ParserLimits {
    var limits = ParserLimits()
    limits.requestLine = 96
    limits.headerBlock = 256
    limits.fieldCount = 8
    limits.content = 128
    limits.chunkSizeLine = 24
    limits.trailerBlock = 64
    return limits
  }

  init(_ delivery: Delivery) { self.delivery = delivery }

  static func == (left: Reading, right: Reading) -> Bool {
    left.requests == right.requests && left.ending == right.ending
  }

  var description: String { "\(requests.map { "\($0.head.method) \($0.head.framing)" }), \(ending)" }

  private var newParser: RequestParser { RequestParser(limits: Self.limits, strictFraming: delivery.isStrict) }

  /// Everything at once, and nothing left over from one request to the next.
  mutating func readWithFreshParsers() {
    var rest = delivery.octets
    while !rest.isEmpty {
      var parser = newParser
      guard let length = read(rest, with: &parser) else { return }
      rest = rest.slice(length, rest.count)
    }
  }

  /// The same parser is given more and more of each request.
  mutating func readGrowing() {
    var parser = newParser
    var start = 0
    for cut in delivery.cuts {
      while start < cut {
        guard let length = read(delivery.octets.slice(start, cut), with: &parser) else { break }
        start += length
        parser.reset()
        ending = .unfinished(awaitsContent: false)
      }
      if case .refused = ending { return }
    }
  }

  /// As `ConnectionDriver` does: read octets are buffered, those of answered requests dropped, decoded ones released.
  mutating func readAsServed() {
    let partial = PartialInput(ByteView(start: nil, count: 0), parser: newParser, at: 0)
    var start = 0
    for cut in delivery.cuts {
      partial.buffer.append(delivery.octets.slice(start, cut))
      start = cut
      var consumed = 0
      while consumed < partial.buffer.count {
        let message = partial.buffer.view.slice(consumed, partial.buffer.count)
        guard let length = read(message, with: &partial.parser) else { break }
        consumed += length
        partial.parser.reset()
        ending = .unfinished(awaitsContent: false)
      }
      if case .refused = ending { return }
      partial.consumed(consumed)
      partial.releaseDecodedOctets()
    }
  }

  /// Notes what the parser says of `message`.
  /// - Returns: the length of the request, if one is complete.
  private mutating func read(_ message: ByteView, with parser: inout RequestParser) -> Int? {
    do throws(ParseError) {
      guard case .complete(let length) = try parser.parse(message) else {
        ending = .unfinished(awaitsContent: parser.awaitsContent)
        return nil
      }
      let head = parser.head
      check(head, in: message)
      let content = parser.content(in: message)
      precondition(length > 0 && length <= message.count && content.count <= Self.limits.content)
      requests.append(
        Request(head: head, headOctets: Array(message.slice(0, head.length)), content: Array(content)))
      return length
    } catch {
      // At the end: what is missing is said to be there.
      precondition(0...delivery.octets.count ~= error.offset, "\(error) is in nothing that was sent")
      precondition(!error.explanation.isEmpty && 400...599 ~= error.status.code)
      ending = .refused(error)
      return nil
    }
  }

  /// What every caller of the parser relies on.
  private func check(_ head: RequestHead, in message: ByteView) {
    let octets = message.slice(0, head.length)
    precondition(head.methodName.view(in: octets).allSatisfy(OctetClass.isToken) && !head.methodName.isEmpty)
    precondition(!head.target.asSent.isEmpty && head.target.path.view(in: octets).count <= head.target.asSent.count)
    precondition(head.target.pathAndQuery.end == head.target.asSent.end)
    precondition(head.fields.lines.count <= Self.limits.fieldCount)
    for line in head.fields.lines {
      precondition(!line.name.isEmpty && line.name.view(in: octets).allSatisfy(OctetClass.isToken))
      let value = line.value.view(in: octets)
      precondition(!value.contains { $0 < 0x20 && $0 != ASCII.tab || $0 == 0x7F }, "a control octet in a value")
    }
    precondition(head.fields.count(of: .host) == 1 || head.minorVersion == 0 && head.fields.count(of: .host) == 0)
  }
}
