import ArgumentParser
import PfopMock

/// A span of time on the command line, in whole milliseconds.
struct Milliseconds: ExpressibleByArgument, Equatable {
  /// What help and refusals show in a value's place.
  static let examples = "500ms|10s|5m|1h"

  var count: Int64

  init(_ count: Int64) { self.count = count }

  /// Nil unless the text is such a span, longer than nothing and at most a day.
  init?(argument: String) {
    guard let nanoseconds = DurationText.parse(argument), nanoseconds % 1_000_000 == 0,
      (1...86_400_000).contains(nanoseconds / 1_000_000)
    else { return nil }
    count = nanoseconds / 1_000_000
  }

  var defaultValueDescription: String { DurationText.text(count * 1_000_000) }
}
