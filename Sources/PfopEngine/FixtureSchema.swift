/// What a fixture may say, as JSON Schema (draft 2020-12), for editors that complete and explain.
///
/// Names, choices and limits are the decoder's own, so that a new one is in both. A schema says less than the decoder
/// where a value bears on another, such as a range whose ends are the wrong way round.
package enum FixtureSchema {
  package static let root: SchemaValue =
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "A fixture of pfop-mock",
      "description": "Who may ask, what exists, and what is scripted. Several files make one fixture.",
    ] + object(FixtureDecoder.Field.self) { field($0) }
    + [
      "$defs": [
        "account": account, "bucket": bucket, "rule": rule, "when": when, "steps": steps, "step": step,
        "stepOfConnection": step(in: .connection), "stepOfRequest": step(in: .request), "job": job, "span": span,
      ]
    ]

  private static func field(_ field: FixtureDecoder.Field) -> SchemaValue {
    switch field {
    case .dialect: dialect
    case .idFormat: idFormat
    case .accounts: ["description": "Those who may sign requests.", "type": "array", "items": reference("account")]
    case .buckets:
      [
        "description": """
        The buckets that exist, by their names, which may hold * for any characters. The one of just that name counts, \
        else the first pattern that matches.
        """,
        "type": "object", "propertyNames": pattern, "additionalProperties": reference("bucket"),
      ]
    case .rules:
      [
        "description": "What is scripted. The first rule that holds decides, before the buckets' own then.",
        "type": "array", "items": reference("rule"),
      ]
    }
  }

  private static let dialect: SchemaValue =
    ["description": "Which generation of the API is spoken."]
    + choice(Dialect.self, default: .classic) { dialect in
      switch dialect {
      case .classic: "The API as first documented."
      case .current: "What today's official SDKs expect."
      }
    }

  private static let idFormat: SchemaValue =
    ["description": "How a persistentId is written in JSON; the dialect's own form unless given."]
    + choice(IDFormat.self) { format in
      switch format {
      case .int64: "A number."
      case .string: "A string of decimal digits."
      case .zoned: "A string such as z0.1a2b."
      }
    }

  private static let account = object(AccountDecoder.Field.self, required: [.accessKey, .secretKey]) { field in
    switch field {
    case .accessKey:
      text("The public part of the account.", pattern: "[!-9;-~]+")
    case .secretKey: text("What the account's requests are signed with.")
    }
  }

  /// A bucket of which nothing is said exists and is empty.
  private static let bucket = object(BucketDecoder.Field.self, or: "null") { field in
    switch field {
    case .keys:
      [
        "description": """
        The keys that can be read; * stands for any characters, \\* for a star. Only a key that is named counts as an \
        existing target of saveas.
        """,
        "type": "array", "items": pattern,
      ]
    case .dialect: dialect
    case .idFormat: idFormat
    case .job: ["description": "How the jobs on its keys go, where no step says otherwise."] + reference("job")
    case .then: ["description": "What becomes of requests that no rule decides."] + reference("steps")
    }
  }

  static let job = object(
    ScriptDecoder.JobField.self,
    // Only what fails has an error.
    [
      "if": ["not": ["required": ["result"], "properties": ["result": ["const": .text(failed)]]]],
      "then": ["properties": nothing(ScriptDecoder.JobField.ofFailures)],
    ]
  ) { field in
    switch field {
    case .waiting: ["description": "How long the job waits before it is processed."] + reference("span")
    case .processing: ["description": "How long the job is processed."] + reference("span")
    case .result:
      ["description": "How the job ends."]
        + choice(ScriptDecoder.ResultName.self, default: .success) { result in
          switch result {
          case .success: "Every command has its result."
          case .failed: "One command fails, or all."
          }
        }
    case .error: text("What is told with the command that failed.") + ["default": .text(JobResult.defaultError)]
    case .errorIndex:
      number("The place of the command that fails, from 0; all fail unless given.", in: JobResult.errorIndexes)
    case .notifyAfter: ["description": "How long after the result the notifyURL is told."] + reference("span")
    }
  }

  private static var failed: String { ScriptDecoder.ResultName.failed.rawValue }
}
