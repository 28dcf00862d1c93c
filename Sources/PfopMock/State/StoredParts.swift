import ByteText
import PfopEngine

/// How the parts of a service's state are read; see `StoredJSON`.
extension JSONTreeReader {
  /// One of the values that have these names.
  func choice<Value>(_ values: [Value], _ name: (Value) -> String) throws(SnapshotProblem) -> Value {
    let text = try string()
    if let value = values.first(where: { name($0) == text }) { return value }
    throw problem("is none of these", allowed: values.map(name).joined(separator: ", "))
  }

  func octets() throws(SnapshotProblem) -> [UInt8] {
    if isText { return Array(try string().utf8) }
    guard isObject else { throw problem("is neither a text nor octets", allowed: "a text, or an object with base64") }
    var octets: [UInt8]?
    try fields(required: ["base64"]) { _ throws(SnapshotProblem) in
      var text = try string()
      octets = text.withUTF8 { URLSafeBase64.decode(ByteView($0)) }
      if octets == nil { throw problem("is no URL-safe base64", allowed: "letters, digits, -, _ and =") }
    }
    return octets ?? []
  }

  func row() throws(SnapshotProblem) -> ServiceSnapshot.Row {
    var row = ServiceSnapshot.Row(name: [], taken: [], limits: [])
    try fields(required: ["name", "taken"], optional: ["limits"]) { name throws(SnapshotProblem) in
      switch name {
      case "name": row.name = try octets()
      case "taken": try items { () throws(SnapshotProblem) in row.taken.append(try integer(StateReader.counts)) }
      default:
        try items { () throws(SnapshotProblem) in row.limits.append(try readNull() ? nil : try tokenBucket()) }
      }
    }
    if row.limits.isEmpty { row.limits = row.taken.map { _ in nil } }
    return row
  }

  private func tokenBucket() throws(SnapshotProblem) -> TokenBucket {
    var (tokens, time) = (0.0, Int64(0))
    try fields(required: ["tokens", "time"]) { name throws(SnapshotProblem) in
      if name == "tokens" { tokens = try decimal(0...1e6) } else { time = try integer(Timestamp.clockRange) }
    }
    return TokenBucket(tokens: tokens, time: time)
  }

  func file() throws(SnapshotProblem) -> ServiceSnapshot.File {
    var file = ServiceSnapshot.File(entry: [], facts: .blank)
    let names = ["entry", "size", "hash", "mimeType", "putTime"]
    try fields(required: names) { name throws(SnapshotProblem) in
      switch name {
      case "entry": file.entry = try octets()
      case "size": file.facts.size = try integer(0...Int64.max)
      case "hash": file.facts.hash = try string()
      case "mimeType": file.facts.mimeType = try string()
      default: file.facts.putTime = try integer(StateReader.times)
      }
    }
    return file
  }

  func delivery() throws(SnapshotProblem) -> Delivery {
    var delivery = Delivery.blank
    var (outcome, reason, status, content) = ("", "", 0, [UInt8]())
    var remark: String?
    let needed = ["number", "id", "attempt", "at", "duration", "authorization", "address", "outcome"]
    try fields(required: needed, optional: ["reason", "status", "content", "remark"]) { name throws(SnapshotProblem) in
      switch name {
      case "number": delivery.number = try integer(1...Int64(StateReader.counts.upperBound))
      case "id": delivery.id = try integer(1...Int64.max)
      case "attempt": delivery.attempt = try integer(0...255)
      case "at": delivery.at = Timestamp(nanoseconds: try integer(Timestamp.clockRange))
      case "duration": delivery.duration = try integer(StateReader.times)
      case "authorization": delivery.authorization = try string()
      case "address": delivery.address = try string()
      case "outcome": outcome = try choice(["underWay", "failed", "suppressed", "answered"]) { $0 }
      case "reason": reason = try string()
      case "status": status = try integer(100...999)
      case "content": content = try octets()
      default: remark = try string()
      }
    }
    switch outcome {
    case "failed": delivery.outcome = .failed(reason)
    case "suppressed": delivery.outcome = .suppressed(reason)
    case "answered":
      if status == 0 { throw problem("an answer has no status", allowed: "status beside answered") }
      delivery.outcome = .answered(status: status, content: content, remark: remark)
    default: break
    }
    return delivery
  }
}
