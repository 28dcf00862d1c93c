import ArgumentParser

/// How far a request's date may be from the clock: a span of time, or 0 for as far as it likes.
struct MaximumSkew: ExpressibleByArgument, Equatable {
  /// Nil means that nobody looks.
  var milliseconds: Milliseconds?

  init(_ milliseconds: Milliseconds?) { self.milliseconds = milliseconds }

  init?(argument: String) {
    milliseconds = Milliseconds(argument: argument)
    if milliseconds == nil, argument != "0" { return nil }
  }

  var defaultValueDescription: String { milliseconds?.defaultValueDescription ?? "0" }
}
