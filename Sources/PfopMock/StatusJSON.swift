import ByteText
import PfopEngine

extension ByteBuffer {
  /// Appends a status body, its fields as the contract lists them.
  mutating func append(_ report: StatusReport) {
    append("{\"id\": ")
    append(report.id, as: report.idFormat)
    append(", \"code\": ")
    append(decimal: UInt64(report.code.rawValue))
    append(member: "desc", report.desc)
    append(member: "inputBucket", report.inputBucket)
    append(member: "inputKey", report.inputKey)
    append(member: "pipeline", report.pipeline)
    append(member: "reqid", report.reqid)
    append(member: "creationDate", report.creationDate)
    append(", \"type\": ")
    append(decimal: UInt64(report.type))
    if let template = report.taskFrom { append(member: "taskFrom", template) }
    append(", \"items\": [")
    for (index, item) in report.items.enumerated() {
      if index > 0 { append(", ") }
      append(item)
    }
    append("]}")
  }

  /// Appends an id as JSON.
  mutating func append(_ id: Int64, as format: IDFormat) {
    switch format {
    case .int64: append(decimal: UInt64(id))
    case .string:
      append(byte: 0x22)
      append(decimal: UInt64(id))
      append(byte: 0x22)
    case .zoned: append(jsonString: format.text(id))
    }
  }

  private mutating func append(_ item: StatusReport.Item) {
    append("{\"cmd\": ")
    append(jsonString: item.cmd)
    append(", \"code\": ")
    append(decimal: UInt64(item.code.rawValue))
    append(member: "desc", item.desc)
    if let error = item.error { append(member: "error", error) }
    if let index = item.errorIndex {
      append(", \"errorIndex\": ")
      append(decimal: UInt64(index))
    }
    append(member: "hash", item.hash)
    append(member: "key", item.key)
    append(", \"returnOld\": ")
    append(decimal: UInt64(item.returnOld))
    append("}")
  }

  private mutating func append(member name: StaticString, _ value: String) {
    append(", \"")
    append(name)
    append("\": ")
    append(jsonString: value)
  }
}
