/// How much of an answer is read before it is given up.
package struct ResponseLimits: Equatable, Sendable {
  /// Octets of one head, the status line included.
  package var head = 32 << 10
  package var fieldCount = 100
  /// How many interim answers (1xx) may come before the final one.
  package var interimAnswers = 8
  /// Octets of the content, decoded.
  package var content = 1 << 20
  /// How many octets of the content are kept.
  package var excerpt = 4096

  package init() {}

  /// The limits of what requests and answers have in common.
  var parser: ParserLimits {
    var limits = ParserLimits()
    limits.content = content
    return limits
  }
}
