import HTTPServer
import PfopEngine

/// What has come, for a test in the same process. Criteria are texts in the words of a rule's `when`, YAML or JSON, with
/// `status` beside them: `{bucket: media, status: 500..}`.
extension PfopMockServer {
  /// The requests that meet the criteria and are still in the journal, oldest first. Admin calls are not among them.
  /// - Parameter criteria: conditions, such as `{bucket: media, status: 500..}`; `{}` takes every request.
  /// - Throws: ``StartFailure`` with every mistake in the criteria, its place and what is allowed there.
  public func requests(_ criteria: String = "{}") throws(StartFailure) -> [ReceivedRequest] {
    let criteria = try read(criteria: criteria)
    var position: UInt64 = 0
    var found: [ReceivedRequest] = []
    while true {
      let start = position
      let copies = core.copies(from: &position, limit: 256) {
        criteria.mismatchCount($0.subject, status: Int($0.facts.status)) == 0
      }
      found += copies.map { ReceivedRequest(JournalEntry($0, isBrief: true)) }
      if position == start { return found }
    }
  }

  /// Returns once so many requests meet the criteria.
  /// - Parameters:
  ///   - criteria: conditions, such as `{bucket: media, status: 500..}`; `{}` takes every request.
  ///   - count: how many are expected.
  ///   - within: how long they may take to come, by real time, if they have not yet.
  /// - Throws: ``VerificationFailure``; at once if more have come than are expected.
  public func verify(
    _ criteria: String = "{}", exactly count: Int, within: Duration = .zero
  ) async throws(VerificationFailure) {
    try await verify(criteria, max(count, 0)...max(count, 0), within)
  }

  /// Returns once as many requests meet the criteria as are expected, one or more if nothing is said.
  /// - Parameters:
  ///   - criteria: conditions, such as `{bucket: media, status: 500..}`; `{}` takes every request.
  ///   - least: nil for none if `most` is given, or else 1.
  ///   - most: nil for no bound.
  ///   - within: how long they may take to come, by real time, if they have not yet.
  /// - Throws: ``VerificationFailure``; at once if more have come than are expected.
  public func verify(
    _ criteria: String = "{}", atLeast least: Int? = nil, atMost most: Int? = nil, within: Duration = .zero
  ) async throws(VerificationFailure) {
    let upper = max(most ?? .max, 0)
    let lower = max(least ?? (most == nil ? 1 : 0), 0)
    try await verify(criteria, min(lower, upper)...upper, within)
  }

  private func verify(
    _ criteria: String, _ expected: ClosedRange<Int>, _ within: Duration
  ) async throws(VerificationFailure) {
    let read: RequestCriteria
    do throws(StartFailure) {
      read = try self.read(criteria: criteria)
    } catch {
      throw VerificationFailure(problems: error.problems)
    }
    // A wait of centuries has an end that the clock can still say.
    let span = min(max(within.nanoseconds, 0), Int64.max / 4)
    let deadline = (SystemClock.monotonic + span) / 1_000_000
    let core = core
    let problems = await Pending<[String]>.wait { pending in
      core.backstage.post(
        .awaitRequests(
          RequestWaiter(expected: expected, deadline: deadline, tally: CriteriaTally(read, since: 0)) {
            pending.tell($0 ? [] : VerificationFailure.problems($1, core))
          }))
    }
    guard problems?.isEmpty == true else {
      throw VerificationFailure(problems: problems ?? ["the server is stopping"])
    }
  }

  private func read(criteria: String) throws(StartFailure) -> RequestCriteria {
    try read("criteria", criteria) { reader, value in RequestCriteria(value, reader) }
  }
}

/// Not as many requests have come as were expected, or the criteria are none.
public struct VerificationFailure: Error, CustomStringConvertible {
  /// How many there are; then, a line each, the requests that came nearest and in what they differ. Or what is wrong with
  /// the criteria.
  public let problems: [String]

  /// All problems, a line each.
  public var description: String { problems.joined(separator: "\n") }

  static func problems(_ waiter: RequestWaiter, _ core: MockCore) -> [String] {
    let misses = waiter.tally.nearMisses(core).map { miss in
      let entry = miss.entry
      let differences = miss.mismatches.map(\.description).joined(separator: "; ")
      return "request \(entry.number), \(entry.method) \(entry.target), \(entry.status): \(differences)"
    }
    return [RequestsVerifyCall.complaint(waiter, core)] + misses
  }
}
