/// What a step says of how an answer looks and how it leaves. Empty for a plain answer.
package struct AnswerScript: Sendable, Equatable {
  /// Nanoseconds of the service's clock before it leaves.
  package var delay: Int64 = 0
  /// It waits for a held clock or for a notification, under this number; the delay has no other meaning then.
  package var hold: Int?
  package var pace: Pace?
  package var fault: Fault?
  /// In the place of the content.
  package var body: String?
  /// Field lines; each replaces those of the same name that the answer has anyway.
  package var headers: [Header] = []
  /// For octets that are made up.
  package var random: SeededRandom

  package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(random: SeededRandom) { self.random = random }
}
