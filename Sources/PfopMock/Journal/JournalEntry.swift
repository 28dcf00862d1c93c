import ByteText
import HTTPServer
import PfopEngine

/// One request as the journal tells it. No secret is in it.
package struct JournalEntry: Sendable, Equatable {
  /// Counts all requests from 0.
  package var number: UInt64
  /// When it was there as a whole. Nanoseconds since 1970-01-01T00:00:00Z.
  package var time: Int64
  /// From then until it was decided. Nanoseconds.
  package var duration: Int64
  /// 0 if a script left it without an answer.
  package var status: Int
  package var authorization: AuthorizationMark
  package var reqid: String
  /// Empty if the request could not be read.
  package var method: String
  package var target: String
  package var userAgent: String
  /// Empty if the request was refused before it was known; so are the next two.
  package var bucket: String
  package var key: String
  /// The issued id, or the one asked for; 0 if there is none.
  package var id: Int64
  /// The check or rule that decided, such as `authorization`, `bucket`, `rule transcoder down`, `accepted`.
  package var decidedBy: String
  /// Why, for people; empty where there is nothing to explain.
  package var diagnosis: String
  /// What was noticed and tolerated, such as unknown form fields; empty if nothing was.
  package var remark: String
  /// The one that is claimed, whether the signature is right or not.
  package var accessKey = ""
  package var fops = ""
  package var pipeline = ""
  package var notifyURL = ""
  /// Which request of its content it is; 0 if nobody counts.
  package var attempt = 0
  package var usesTLS = false
  /// As it came.
  package var request = Message()
  /// As it left.
  package var answer = Message()
  package var passage = Passage.withRound
  package var timings = Timings()
  /// Every check and rule on its way, in their order.
  package var trail: [Trial] = []
  /// How many rules that were tried are not in it.
  package var omittedTrialCount = 0
  /// The rules have changed too often since for anybody to know what was tried.
  package var areRulesForgotten = false

  /// What became of the Authorization field.
  package enum AuthorizationMark: UInt8, Sendable, BitwiseCopyable {
    /// The request was decided before anyone looked.
    case unchecked
    case none
    case valid
    case invalid
  }

  /// The octets of a request or an answer.
  package struct Message: Sendable, Equatable {
    /// All of them, or as many as are kept.
    package var kept: [UInt8] = []
    /// How many there were.
    package var count = 0
    /// The content came in chunks, and is kept without them.
    package var isUnchunked = false
  }

  /// How the answer left.
  package struct Passage: Sendable, Equatable {
    /// How many octets the socket has taken.
    package var sentCount = 0
    /// In which steps it leaves; empty if at once.
    package var steps: [String] = []
    /// How many of them have begun.
    package var begunCount = 0
    /// Nil while it is under way.
    package var end: Departure.End?

    /// At once, with the others of its round.
    package static let withRound = Passage(end: .complete)
  }

  /// Spans of time, one behind the other. Nanoseconds.
  package struct Timings: Sendable, Equatable {
    /// From when the connection was accepted to the request's first octet.
    package var connected: Int64 = 0
    /// From there until it was whole.
    package var receiving: Int64 = 0
    /// From when it was decided to the answer's last octet; nil while that has not left.
    package var sending: Int64?
  }

  /// What a check or a rule said.
  package struct Trial: Sendable, Equatable {
    package enum Verdict: String, CaseIterable, Sendable {
      /// A check that the request passed.
      case passed
      /// The request was decided here.
      case decided
      /// The request did not come so far.
      case notReached
      /// A rule that did not hold, or had no step left.
      case passedOver
      /// A rule that had its turn, and let the request go on.
      case wentOn
    }

    /// The name of a check, or that of a rule as in `decidedBy`.
    package var name: String
    package var verdict: Verdict
    /// Of a rule, when it has its say.
    package var phase: RulePhase?
    /// Why, in words; empty for a check.
    package var reason = ""
    /// Of a rule that did not hold.
    package var mismatch: ConditionMismatch?
  }
}

extension JournalEntry {
  /// - Parameters:
  ///   - copy: with its secrets masked.
  ///   - isBrief: what fits on a line is enough: no octets, and nothing of what was tried.
  init(_ copy: JournalCopy, isBrief: Bool = false) {
    self = copy.withView { view in
      var entry = JournalEntry(view)
      if !isBrief { entry.complete(by: view, copy.outline) }
      return entry
    }
  }

  private init(_ view: JournalView) {
    let facts = view.facts
    func text(_ text: JournalRecord.Text) -> String { String(decoding: view[text], as: UTF8.self) }
    self.init(
      number: view.number, time: facts.time, duration: facts.decided - facts.whole, status: Int(facts.status),
      authorization: facts.authorization, reqid: text(.reqid), method: text(.method), target: text(.target),
      userAgent: text(.userAgent), bucket: text(.bucket), key: text(.key), id: facts.id, decidedBy: text(.decidedBy),
      diagnosis: text(.diagnosis), remark: text(.remark))
    accessKey = text(.accessKey)
    fops = text(.fops)
    pipeline = text(.pipeline)
    notifyURL = text(.notifyURL)
    attempt = Int(facts.attempt)
    usesTLS = facts.usesTLS
    let steps = String(decoding: view.steps, as: UTF8.self)
    passage = Passage(
      sentCount: facts.sentCount, steps: steps.isEmpty ? [] : steps.split(separator: "\n").map(String.init),
      begunCount: Int(facts.stepCount), end: facts.passage.end)
    timings = Timings(
      connected: max(facts.arrival.firstOctet - facts.arrival.connection, 0),
      receiving: max(facts.whole - facts.arrival.firstOctet, 0),
      sending: facts.passage.end.map { _ in max(facts.ended - facts.decided, 0) })
  }

  private mutating func complete(by view: JournalView, _ outline: RuleOutline?) {
    let facts = view.facts
    request = Message(kept: Array(view.request), count: facts.requestCount, isUnchunked: facts.isChunked)
    answer = Message(kept: Array(view.answer), count: facts.answerCount)
    trail = Trail(view, outline, decidedBy: decidedBy).trials
    omittedTrialCount = view.omittedTrialCount
    areRulesForgotten = outline == nil && view.outline > 0
  }
}

extension JournalFacts.Passage {
  /// Nil while the answer is under way.
  var end: Departure.End? {
    switch self {
    case .leaves, .underWay: nil
    case .ended(let end): end
    }
  }
}
