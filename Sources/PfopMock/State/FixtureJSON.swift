import PfopEngine

extension Fixture {
  /// A fixture without its accounts, in the words of fixture files: what reads those reads this.
  var parts: [JSONPart] {
    let members = JSONWriter.object { writer in
      if let dialect { writer.member("dialect", dialect.rawValue) }
      if let idFormat { writer.member("idFormat", idFormat.rawValue) }
      writer.name("buckets")
    }
    var parts: [JSONPart] = [.text(members.dropLast() + "{".utf8)]
    for (index, bucket) in buckets.enumerated() {
      let name = JSONWriter.json { $0.value(bucket.name.pattern) }
      parts += [.text((index > 0 ? ",\n" : "").utf8 + name + ": ".utf8), .value(bucket.definition)]
    }
    parts.append(.text(Array("}, \"rules\": [".utf8)))
    for (index, rule) in rules.enumerated() {
      if index > 0 { parts.append(.text(Array(",\n".utf8))) }
      parts.append(.value(rule.definition))
    }
    return parts + [.text(Array("]}".utf8))]
  }
}

extension JSONWriter {
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
