/// Rules, and when they hold.
extension FixtureSchema {
  static let rule = object(
    ScriptDecoder.RuleField.self, required: [.then],
    // What is not known yet in an early phase.
    ["allOf": [phase(.connection, steps: "stepOfConnection"), phase(.request, steps: "stepOfRequest")]]
  ) { field in
    switch field {
    case .name: text("What the rule is called in the journal and in diagnoses.")
    case .phase:
      ["description": "When the rule has its say."]
        + choice(RulePhase.self, default: .outcome) { phase in
          switch phase {
          case .connection: "On every connection, before anything is read from it."
          case .request: "On every request, before its authorization is looked at."
          case .outcome: "On every pfop request that is authorized and sound."
          }
        }
    case .when: ["description": "All of it must hold; without it the rule is for everything."] + reference("when")
    case .countBy:
      ["description": "Whose requests are counted together."]
        + choice(CountBy.self, default: .rule) { countBy in
          switch countBy {
          case .rule: "All of them."
          case .bucket: "Each bucket has the steps for itself."
          case .key: "Each key has the steps for itself."
          case .accessKey: "Each account has the steps for itself."
          case .connection: "Each connection has the steps for itself."
          }
        }
    case .then: ["description": "What becomes of the requests."] + reference("steps")
    }
  }

  static let when = object(MatcherField.self) { field in
    switch field {
    case .bucket: pattern("The bucket that is asked for.")
    case .key: pattern("The key that is asked for.")
    case .fops: pattern("Any one stage of any command of fops.")
    case .pipeline: pattern("The pipeline that is asked for; none is an empty one.")
    case .notifyURL: pattern("The notifyURL that is given.")
    case .accessKey: pattern("The account that asks; in the phase request the one that is claimed.")
    case .type: number("1 for requests to be worked on when there is nothing else to do, 0 for others.", in: 0...1)
    case .force: number("1 for requests that may overwrite their targets, 0 for others.", in: 0...1)
    case .path: pattern("The request's path as it was sent, without the query.")
    case .method: pattern("The request's method.")
    case .header:
      [
        "description": "Fields of the request, by their names, in letters of either case.", "type": "object",
        "propertyNames": fieldName, "additionalProperties": pattern,
      ]
    case .userAgent: pattern("The User-Agent; none is an empty one.")
    case .attempt:
      range(
        ofNumbers: MatcherDecoder.attempts,
        "Which of the requests with the same content it is, from 1: 3, or a range such as 2..3, 3.. or ..2.")
    case .time: range(ofSpans: "When it comes, since the server's start: 10s..1m, 10s.. or ..30s.")
    }
  }

  /// - Parameter steps: the name of the schema for steps in that phase.
  private static func phase(_ phase: RulePhase, steps: String) -> SchemaValue {
    let early: SchemaValue = [
      "when": ["properties": nothing(MatcherField.allCases.filter { !$0.isKnown(in: phase) })],
      "countBy": ["enum": .texts(CountBy.allCases.filter { $0.isKnown(in: phase) }.map(\.rawValue))],
      // One step, or a list of them.
      "then": reference(steps) + ["items": reference(steps)],
    ]
    return [
      "if": ["required": ["phase"], "properties": ["phase": ["const": .text(phase.rawValue)]]],
      "then": ["properties": early],
    ]
  }
}
