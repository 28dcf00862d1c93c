import ByteText
import PfopEngine

extension JSONWriter {
  /// All that is known of a request.
  mutating func value(_ entry: JournalEntry) {
    object { writer in
      writer.summary(of: entry)
      writer.name("request")
      writer.object { $0.message(entry.request) }
      writer.name("answer")
      writer.object { writer in
        writer.message(entry.answer)
        writer.passage(entry.passage)
      }
      writer.name("microseconds")
      writer.object { writer in
        writer.member("connected", entry.timings.connected / 1000)
        writer.member("receiving", entry.timings.receiving / 1000)
        writer.member("deciding", entry.duration / 1000)
        writer.name("sending")
        if let sending = entry.timings.sending { writer.value(sending / 1000) } else { writer.null() }
      }
      writer.tried(entry.trail, omittedCount: entry.omittedTrialCount)
      if entry.areRulesForgotten { writer.member("rulesForgotten", true) }
    }
  }

  /// The same without octets, timings and trials.
  mutating func line(_ entry: JournalEntry) { object { $0.summary(of: entry) } }

  private mutating func summary(of entry: JournalEntry) {
    member("number", entry.number)
    member("reqid", entry.reqid)
    member("time", Timestamp(nanoseconds: entry.time).rfc3339)
    member("status", entry.status)
    member("method", entry.method)
    member("target", entry.target)
    member("tls", entry.usesTLS)
    optional("userAgent", entry.userAgent)
    optional("accessKey", entry.accessKey)
    if entry.authorization != .unchecked { member("authorization", "\(entry.authorization)") }
    optional("bucket", entry.bucket)
    optional("key", entry.key)
    optional("fops", entry.fops)
    optional("pipeline", entry.pipeline)
    optional("notifyURL", entry.notifyURL)
    if entry.id > 0 { member("id", entry.id) }
    if entry.attempt > 0 { member("attempt", entry.attempt) }
    member("decidedBy", entry.decidedBy)
    optional("diagnosis", entry.diagnosis)
    optional("remark", entry.remark)
  }

  /// What is empty is left out.
  private mutating func optional(_ name: String, _ text: String) {
    if !text.isEmpty { member(name, text) }
  }

  private mutating func message(_ message: JournalEntry.Message) {
    member("octets", message.count)
    if message.kept.count < message.count { member("kept", message.kept.count) }
    if message.isUnchunked { member("unchunked", true) }
    // A character that was cut in two is no reason to make text unreadable.
    let text = String(validating: message.kept.dropLast(message.cutCount), as: UTF8.self)
    if let text {
      member("text", text)
    } else {
      let letters = message.kept.withUnsafeBytes { URLSafeBase64.encode($0, alphabet: .standard) }
      member("base64", String(decoding: letters, as: UTF8.self))
    }
  }

  private mutating func passage(_ passage: JournalEntry.Passage) {
    member("sent", passage.sentCount)
    member("end", passage.end.map { "\($0)" } ?? "underWay")
    guard !passage.steps.isEmpty else { return }
    name("steps")
    array { writer in
      for step in passage.steps { writer.value(step) }
    }
    member("stepsBegun", passage.begunCount)
  }

  /// Every check and rule on a request's way.
  /// - Parameter omittedCount: how many rules that were tried are not among them.
  mutating func tried(_ trials: [JournalEntry.Trial], omittedCount: Int) {
    name("tried")
    array { writer in
      for trial in trials { writer.trial(trial) }
    }
    if omittedCount > 0 { member("rulesOmitted", omittedCount) }
  }

  private mutating func trial(_ trial: JournalEntry.Trial) {
    object { writer in
      writer.member(trial.phase == nil ? "check" : "rule", trial.name)
      if let phase = trial.phase { writer.member("phase", phase.rawValue) }
      writer.member("verdict", trial.verdict.rawValue)
      writer.optional("reason", trial.reason)
      if let mismatch = trial.mismatch {
        writer.name("mismatch")
        writer.value(mismatch)
      }
    }
  }

  /// A condition that does not hold.
  mutating func value(_ mismatch: ConditionMismatch) {
    object { writer in
      writer.member("field", mismatch.field)
      writer.member("expected", mismatch.expected)
      writer.name("actual")
      if let actual = mismatch.actual { writer.value(actual) } else { writer.null() }
    }
  }
}

extension JournalEntry.Message {
  /// Octets at the end of what was kept that are the beginning of a character.
  fileprivate var cutCount: Int {
    guard kept.count < count else { return 0 }
    for length in 1...3 where length <= kept.count {
      let octet = kept[kept.count - length]
      if octet & 0xC0 == 0x80 { continue }
      let needed = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : octet >= 0xC0 ? 2 : 1
      return needed > length ? length : 0
    }
    return 0
  }
}
