/// One try to notify somebody of a job's result.
package struct Delivery: Sendable, Equatable {
  /// Counts all of them from 1, in the order in which they began.
  package var number: Int64
  /// The job.
  package var id: Int64
  /// Which try it is, from 1; 0 if a tester asked for it.
  package var attempt: Int
  /// When it was due, on the service's clock.
  package var at: Timestamp
  /// From its beginning to its end, in nanoseconds of real time.
  package var duration: Int64 = 0
  /// That of the order which it is for.
  var era = 0
  /// Deliveries that ended in the same way may share it: hundreds of thousands that nobody may be told of do.
  var ending: Ending

  package enum Outcome: Sendable, Equatable {
    case underWay
    /// The receiver answered; `content` is the beginning of what it said, `remark` what was odd about it.
    case answered(status: Int, content: [UInt8], remark: String?)
    /// It did not, for this reason.
    case failed(String)
    /// The address may not be called, for this reason.
    case suppressed(String)

    /// Those of its texts.
    fileprivate var octets: Int {
      switch self {
      case .underWay: 0
      case .answered(_, let content, let remark): content.count + (remark?.utf8.count ?? 0)
      case .failed(let reason), .suppressed(let reason): reason.utf8.count
      }
    }

    /// The receiver has been told: it answered 2xx.
    package var isDelivered: Bool {
      switch self {
      case .answered(let status, _, _): 200..<300 ~= status
      case .underWay, .failed, .suppressed: false
      }
    }
  }

  /// How one ended, and what is known of whom it went to.
  package final class Ending: Sendable {
    let outcome: Outcome
    let authorization: String
    let address: String
    /// What it takes in memory for each delivery; 0 if any number of them share it.
    let octets: Int

    static let underWay = Ending(.underWay, isShared: true)

    package init(_ outcome: Outcome, authorization: String = "", address: String = "", isShared: Bool = false) {
      self.outcome = outcome
      self.authorization = authorization
      self.address = address
      octets = isShared ? 0 : Self.overhead + outcome.octets + authorization.utf8.count + address.utf8.count
    }

    /// The object, and the headers of what it refers to.
    private static let overhead = 256
  }

  package init(number: Int64, id: Int64, attempt: Int, at: Timestamp, _ ending: Ending? = nil) {
    self.number = number
    self.id = id
    self.attempt = attempt
    self.at = at
    self.ending = ending ?? .underWay
  }

  package var outcome: Outcome {
    get { ending.outcome }
    set { ending = Ending(newValue, authorization: authorization, address: address) }
  }

  /// The value of the Authorization field that was sent; empty if there was none.
  package var authorization: String {
    get { ending.authorization }
    set { ending = Ending(outcome, authorization: newValue, address: address) }
  }

  /// The address that was called, as `host:port`; empty if none was.
  package var address: String {
    get { ending.address }
    set { ending = Ending(outcome, authorization: authorization, address: newValue) }
  }

  package static func == (first: Delivery, second: Delivery) -> Bool {
    first.number == second.number && first.id == second.id && first.attempt == second.attempt && first.at == second.at
      && first.duration == second.duration && first.outcome == second.outcome
      && first.authorization == second.authorization && first.address == second.address
  }
}
