import ArgumentParser

/// A span of time on the command line: a whole number and `ms`, `s`, `m` or `h`.
struct Milliseconds: ExpressibleByArgument, Equatable {
  /// What help and refusals show in a value's place.
  static let examples = "500ms|10s|5m|1h"

  var count: Int64

  init(_ count: Int64) { self.count = count }

  /// Nil unless the text is such a span, longer than nothing and at most a day.
  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
    guard let number = Int64(digits), let unit = units[argument[digits.endIndex...]] else { return nil }
    let (count, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow, (1...86_400_000).contains(count) else { return nil }
    self.count = count
  }

  var defaultValueDescription: String { count % 1000 == 0 ? "\(count / 1000)s" : "\(count)ms" }
}
