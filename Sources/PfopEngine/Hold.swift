/// An answer that leaves once a held clock has come to a time. Nanoseconds of the service's clock.
struct Hold: Comparable, Sendable {
  var time: Int64
  var number: Int

  static func < (first: Hold, second: Hold) -> Bool {
    first.time < second.time || first.time == second.time && first.number < second.number
  }
}
