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
  package var outcome = Outcome.underWay
  /// From its beginning to its end, in nanoseconds of real time.
  package var duration: Int64 = 0
  /// The value of the Authorization field that was sent; empty if there was none.
  package var authorization = ""
  /// The address that was called, as `host:port`; empty if none was.
  package var address = ""

  package enum Outcome: Sendable, Equatable {
    case underWay
    /// The receiver answered; `content` is the beginning of what it said, `remark` what was odd about it.
    case answered(status: Int, content: [UInt8], remark: String?)
    /// It did not, for this reason.
    case failed(String)
    /// The address may not be called, for this reason.
    case suppressed(String)

    /// The receiver has been told: it answered 2xx.
    package var isDelivered: Bool {
      switch self {
      case .answered(let status, _, _): 200..<300 ~= status
      case .underWay, .failed, .suppressed: false
      }
    }
  }
}
