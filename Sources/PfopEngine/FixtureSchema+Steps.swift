/// The steps of a `then`.
extension FixtureSchema {
  /// One step, or a list of them; conditions and not alternatives, so that what is wrong is told of the one that is
  /// meant.
  static let steps: SchemaValue = [
    "type": ["object", "array"], "if": ["type": "array"],
    "then": [
      "description": """
      One step a request, in order: a step that is used up is passed over, the last one repeats.
      """,
      "items": reference("step"), "minItems": 1,
    ],
    "else": reference("step"),
  ]

  static let step = object(
    StepField.self,
    [
      "anyOf": .list((StepField.outcomes + [.fault] + StepField.accepting).map { requiring([$0]) }),
      "dependentSchemas": dependencies, "allOf": conditions,
    ]
  ) { field in
    switch field {
    case .accept:
      [
        "description": "The request goes on to the checks of bucket, key and saveas. It does not invent the bucket.",
        "const": true,
      ]
    case .status: number("The request ends with this HTTP status.", in: Outcome.statuses)
    case .fault: ["description": "What goes wrong on purpose."] + choice(Fault.self, words)
    case .rateLimit: rateLimit
    case .error: text("The text of the answer's error, in the place of the usual one for the status.")
    case .body: content("The answer's content, as it is to be sent; JSON in quotes.")
    case .headers: headers
    case .delay: delay
    case .dribble: dribble
    case .bandwidth: bandwidth
    case .times:
      number(
        """
        How many requests the step takes: 1 unless given, but without end on the last step and beside probability or \
        rateLimit.
        """, in: StepDecoder.times)
    case .probability:
      decimal(
        "Which part of the requests it takes; those that it does not take go on to the next step.",
        in: StepDecoder.probabilities)
    case .job: ["description": "How the job goes, in the place of the bucket's."] + reference("job")
    }
  }

  /// What else has to hold in a phase in which less is known.
  static func step(in phase: RulePhase) -> SchemaValue {
    let faults = Fault.allCases.filter { $0.isKnown(in: phase) }.map(\.rawValue)
    let unknown = nothing(StepField.allCases.filter { !$0.isKnown(in: phase) })
    return ["properties": ["fault": ["enum": .texts(faults)]] + unknown]
  }

  // MARK: - What goes with what

  private static func requiring(_ fields: [StepField]) -> SchemaValue {
    ["required": .texts(fields.map(\.rawValue))]
  }

  private static func names(of kind: Fault.Kind) -> SchemaValue {
    .texts(Fault.allCases.filter { $0.kind == kind }.map(\.rawValue))
  }

  /// What one field shuts out.
  private static var dependencies: SchemaValue {
    // A request that is refused has no job.
    let refused = ["fault": ["not": ["enum": names(of: .job)]]] + nothing([StepField.job])
    let outcomes = StepField.outcomes.enumerated().map { index, field -> (String, SchemaValue) in
      let others = nothing(StepField.outcomes[(index + 1)...])
      return (field.rawValue, ["properties": others + (field == .accept ? [:] : refused)])
    }
    let pace: SchemaValue = ["properties": nothing(StepField.paces[1...])]
    return .object(outcomes + [(StepField.paces[0].rawValue, pace)])
  }

  private static var conditions: SchemaValue {
    func when(fault: SchemaValue, and condition: SchemaValue = [:], no fields: [StepField]) -> SchemaValue {
      [
        "if": requiring([.fault]) + ["properties": ["fault": fault]] + condition,
        "then": ["properties": nothing(fields)],
      ]
    }
    return [
      when(fault: ["enum": names(of: .silence)], no: StepField.ofAnswers),
      when(fault: ["enum": names(of: .silence)], and: ["not": requiring([.accept])], no: [.job]),
      when(fault: ["const": .text(Fault.earlyNotification.rawValue)], no: [.delay]),
      when(fault: ["const": .text(Fault.persistentIdAsFloat.rawValue)], no: [.body]),
      [
        "if": ["not": ["anyOf": [requiring([.status]), requiring([.rateLimit])]]],
        "then": ["properties": nothing([StepField.error])],
      ],
    ]
  }

  // MARK: - Fields

  private static let rateLimit =
    [
      "description": "The step takes only what is beyond so many requests a second, and refuses it."
    ]
    + object(RateLimitField.self, required: [.perSecond]) { field in
      switch field {
      case .perSecond: decimal("How many requests a second are let through to the next step.", in: RateLimit.rates)
      case .burst: number("How many may come at once after a pause.", in: RateLimit.bursts, default: 1)
      case .status:
        number("The HTTP status of those that are refused.", in: Outcome.statuses, default: RateLimit.defaultStatus)
      case .retryAfter: number("Seconds, for the field Retry-After.", in: RateLimit.retries)
      }
    }

  private static let delay: SchemaValue = [
    "description": "How long the answer takes: a span of time, or one drawn from a distribution; at most an hour.",
    "type": ["string", "integer", "object"], "if": ["type": "object"],
    "then": object(DelayField.self, ["minProperties": 1, "maxProperties": 1]) { field in
      switch field {
      case .fixed: ["description": "Always the same."] + reference("span")
      case .uniform:
        [
          "description": "Evenly between two: [50ms, 400ms].", "type": "array", "items": reference("span"),
          "minItems": 2, "maxItems": 2,
        ]
      case .lognormal:
        ["description": "Half are shorter than the median, few are much longer."]
          + object(LognormalField.self, required: LognormalField.allCases) { field in
            switch field {
            case .median: reference("span")
            case .sigma: decimal("How far they spread: 0.5 is a little, 2 is a lot.", in: Delay.sigmas)
            }
          }
      }
    },
    "else": reference("span"),
  ]

  private static let dribble =
    ["description": "The answer leaves in pieces, spread evenly over a span of time."]
    + object(DribbleField.self, required: DribbleField.allCases) { field in
      switch field {
      case .chunks: number("How many pieces.", in: Pace.chunkCounts)
      case .over: ["description": "From the first piece to the last."] + reference("span")
      }
    }

  private static let headers: SchemaValue = [
    "description": "Fields of the answer; each replaces those of the same name.", "type": "object",
    "propertyNames": fieldName + ["not": ["pattern": .text(ignoringCase(StepDecoder.framingFields))]],
    "additionalProperties": fieldValue("One line of visible ASCII."),
  ]

  private static func words(_ fault: Fault) -> String {
    switch fault {
    case .connectionResetByPeer: "RST instead of an answer."
    case .emptyResponse: "The connection is closed without a word."
    case .randomDataThenClose: "Octets that are no HTTP, then the connection is closed."
    case .hang: "No answer, until the client leaves."
    case .malformedResponseChunk: "The answer is in chunks, one of which has no size that can be read."
    case .truncatedBody: "Content-Length promises more than comes."
    case .closeAfterHeaders: "Head of the answer, and nothing of its content."
    case .missingReqid: "No X-Reqid: some SDKs take the answer for somebody else's."
    case .wrongContentType: "Content-Type is text/html."
    case .invalidJSON: "The content is cut so that it is no JSON; Content-Length is right."
    case .persistentIdAsFloat: "The id is written as 1.0."
    case .duplicateResponse: "The answer comes twice; then the connection is closed."
    case .earlyNotification: "The notification is there before the answer."
    case .duplicateNotification: "The notification that was taken comes once more."
    case .lateNotification: "The notification comes a minute after the job's end."
    }
  }
}
