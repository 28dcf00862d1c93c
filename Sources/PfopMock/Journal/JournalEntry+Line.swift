import ByteText
import Logging

extension JournalEntry {
  /// The entry as one line for people: status, request, resource, what decided, how long it took, and why.
  var line: String {
    var line =
      "\(status > 0 ? "\(status)" : "---") \(method.isEmpty ? "-" : method) \(target.isEmpty ? "-" : target)"
    if !bucket.isEmpty || !key.isEmpty { line += " \(bucket)/\(key)" }
    line += " [\(decidedBy)]"
    if id > 0 { line += " id=\(id)" }
    line += " \(duration / 1000)us"
    if !diagnosis.isEmpty { line += " - \(diagnosis)" }
    if !remark.isEmpty { line += " (\(remark))" }
    // What came from outside never moves a terminal's cursor; UTF-8 letters stay readable.
    return line.visibleLine
  }

  /// The same for machines; what is empty is left out.
  var metadata: Logger.Metadata {
    let texts = [
      "reqid": reqid, "method": method, "target": target, "userAgent": userAgent, "bucket": bucket, "key": key,
      "decidedBy": decidedBy, "diagnosis": diagnosis, "remark": remark,
    ]
    var metadata = texts.filter { !$0.value.isEmpty }.mapValues { Logger.MetadataValue.string($0) }
    metadata["status"] = .stringConvertible(status)
    metadata["durationMicroseconds"] = .stringConvertible(Int(duration / 1000))
    if id > 0 { metadata["id"] = "\(id)" }
    if authorization != .unchecked { metadata["authorization"] = "\(authorization)" }
    return metadata
  }
}
