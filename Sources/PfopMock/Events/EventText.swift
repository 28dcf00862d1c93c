import PfopEngine

/// Happenings as server-sent events (WHATWG HTML, section 9.2): a number to go on from, a kind, and one line of JSON.
enum EventText {
  /// A happening, with what there is to it.
  private enum Fact {
    /// Nil if it has left the journal.
    case request(UInt64, JournalCopy?)
    case job(id: Int64, phase: JobState.Phase, at: Timestamp, Job?)
    /// Nil if it has left.
    case delivery(Int64, Delivery?)
  }

  /// Happenings that are looked up in one go, so that the lock is not held for long.
  private static let batch: UInt64 = 32

  /// The happenings from `position` on, at most `limit` of them; if that one has left the ring, how many have.
  /// - Parameter octets: how long it becomes at most, but for what is told last: what clients name may be long.
  static func piece(from position: UInt64, limit: Int, octets: Int, _ core: MockCore) -> (text: [UInt8], next: UInt64) {
    var text: [UInt8] = []
    var next = position
    while next - position < limit, text.count < octets {
      guard let facts = facts(from: next, octets: octets - text.count, core) else {
        let oldest = core.withService { $0.happenings.oldest }
        return (text + Array(dropped(after: next - 1, next: oldest, count: oldest - next).utf8), oldest)
      }
      if facts.isEmpty { break }
      let secrets = core.secrets.withLock { $0 }
      for fact in facts {
        text += event(fact, number: next, secrets)
        next += 1
      }
    }
    return (text, next)
  }

  /// What a listener is told who has asked to go on behind `number`.
  /// - Returns: where he goes on, and what he has to know of it.
  static func greeting(goingOnBehind number: UInt64?, _ core: MockCore) -> (position: UInt64, text: String) {
    let (oldest, next) = core.withService { service in
      service.happenings.keep()
      return (service.happenings.oldest, service.happenings.next)
    }
    guard let number else { return (next, ": listening\n\n") }
    if number < next, number + 1 >= oldest { return (number + 1, ": listening\n\n") }
    // Who has a number that was never given out comes from another server, or from before it was started anew.
    return (oldest, dropped(after: number, next: oldest, count: number < next ? oldest - number - 1 : nil))
  }

  private static func dropped(after number: UInt64, next: UInt64, count: UInt64?) -> String {
    let data = JSONWriter.object { writer in
      writer.member("after", number)
      writer.member("next", next)
      writer.name("count")
      if let count { writer.value(count) } else { writer.null() }
    }
    return "event: dropped\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
  }

  private static func facts(from position: UInt64, octets limit: Int, _ core: MockCore) -> [Fact]? {
    core.state.letOthersGoFirst()
    return core.state.withLock { state -> [Fact]? in
      let happenings = state.service.happenings
      guard position >= happenings.oldest, position <= happenings.next else { return nil }
      var (facts, octets) = ([Fact](), 0)
      for number in position..<min(position + batch, happenings.next) where octets < limit {
        switch happenings[number] {
        case .request(let number):
          facts.append(.request(number, state.journal.withEntry(number) { JournalCopy($0, nil) }))
        case .job(let id, let phase, let at):
          let job = state.service.lookUp(id).job
          octets += (job?.key.utf8.count ?? 0) + (job?.fops.utf8.count ?? 0)
          facts.append(.job(id: id, phase: phase, at: Timestamp(nanoseconds: at), job))
        case .delivery(let number, let hasEnded):
          var delivery = state.service.delivery(number)
          if !hasEnded { delivery?.outcome = .underWay }
          facts.append(.delivery(number, delivery))
        }
      }
      return facts
    }
  }

  private static func event(_ fact: Fact, number: UInt64, _ secrets: SecretMask) -> [UInt8] {
    let (kind, data) =
      switch fact {
      case .request(let number, let entry):
        (
          "request",
          entry.map { entry in JSONWriter.json { $0.line(JournalEntry(entry.masked(secrets), isBrief: true)) } }
            ?? alone("number", number)
        )
      case .job(let id, let phase, let at, let job):
        (
          "job",
          JSONWriter.object { writer in
            writer.member("id", id)
            writer.member("phase", phase.name)
            writer.member("at", at.rfc3339)
            if let job {
              writer.member("bucket", job.bucket)
              writer.member("key", job.key)
            }
          }
        )
      case .delivery(let number, let delivery):
        (
          "notification",
          delivery.map { delivery in JSONWriter.object { $0.members(of: delivery) } } ?? alone("number", number)
        )
      }
    return Array("id: \(number)\nevent: \(kind)\ndata: ".utf8) + data + Array("\n\n".utf8)
  }

  /// What is left of something that has gone before it could be told.
  private static func alone(_ name: String, _ number: some FixedWidthInteger) -> [UInt8] {
    JSONWriter.object { $0.member(name, number) }
  }
}
