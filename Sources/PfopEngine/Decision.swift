/// What became of a pfop request.
package enum Decision: Sendable, Equatable {
  /// A job was made. `rule` is the one that let the request go on, if any did.
  case accepted(id: Int64, rule: RuleReference?)
  case refused(Refusal)
  /// Nothing was done, and nothing is said.
  case unanswered(RuleReference)
}

/// An answer other than success, and why.
package struct Refusal: Sendable, Equatable {
  package var check: Check
  /// The HTTP status.
  package var status: Int
  /// The `error` field of the answer.
  package var error: String
  /// One line of visible ASCII for people.
  package var explanation: String

  package init(check: Check, status: Int, error: String, explanation: String) {
    self.check = check
    self.status = status
    self.error = error
    self.explanation = explanation
  }

  package init(_ error: ParameterError) {
    self.init(check: error.check, status: 400, error: error.errorText, explanation: error.explanation)
  }
}

/// The check of the contract's order that decided a request.
package enum Check: Sendable, Equatable {
  case form
  case parameter
  case rule(RuleReference)
  case bucket
  case key
  case saveas
  /// What would be kept of the request has no room.
  case memory
  /// No id is left.
  case id

  /// A short name for the journal.
  package var name: String {
    switch self {
    case .form: "form"
    case .parameter: "parameter"
    case .rule(let reference): reference.ownerName
    case .bucket: "bucket"
    case .key: "key"
    case .saveas: "saveas"
    case .memory: "memory"
    case .id: "id"
    }
  }
}

/// What early rules make of a request or a connection.
package enum Screening: Sendable, Equatable {
  case goesOn(RuleReference)
  case refused(Refusal)
  /// Nothing is said.
  case unanswered(RuleReference)
}

/// A decision, and what is scripted about its answer; nil for a plain one.
package struct Scripted<Decision: Sendable & Equatable>: Sendable, Equatable {
  package var decision: Decision
  @BoxedScript package var script: AnswerScript?

  package init(_ decision: Decision, _ script: AnswerScript? = nil) {
    self.decision = decision
    self.script = script
  }
}
