import PfopEngine

/// A fixture without its accounts, in the words of fixture files: what reads those reads this.
extension JSONWriter {
  mutating func value(_ fixture: Fixture) {
    object { writer in
      if let dialect = fixture.dialect { writer.member("dialect", dialect.rawValue) }
      if let format = fixture.idFormat { writer.member("idFormat", format.rawValue) }
      writer.name("buckets")
      writer.object { writer in
        for bucket in fixture.buckets {
          writer.name(bucket.name.pattern)
          writer.value(bucket.definition)
        }
      }
      writer.name("rules")
      writer.array { writer in
        for rule in fixture.rules { writer.value(rule.definition) }
      }
    }
  }

  mutating func value(_ plan: JobPlan) {
    object { writer in
      writer.duration("waiting", plan.waiting)
      writer.duration("processing", plan.processing)
      switch plan.result {
      case .success: writer.member("result", "success")
      case .failed(let error, let index):
        writer.member("result", "failed")
        writer.member("error", error)
        if let index { writer.member("errorIndex", index) }
      }
      writer.duration("notifyAfter", plan.notifyAfter)
    }
  }

  private mutating func duration(_ name: String, _ nanoseconds: Int64) { member(name, JSONWriter.exact(nanoseconds)) }

  /// To the nanosecond, which `DurationText.text` is not.
  static func exact(_ nanoseconds: Int64) -> String {
    let (milliseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return rest == 0
      ? DurationText.text(nanoseconds) : "\(milliseconds).\(String(String(rest + 1_000_000).dropFirst()))ms"
  }
}
