import ByteText
import PfopEngine

/// Writes JSON of any size, its commas included, as the other answers are written: `{"name": value, "name": value}`.
struct JSONWriter: ~Copyable {
  private var bytes = ByteBuffer(capacity: 1024)
  /// The next value or name is not the first of its object or array.
  private var needsComma = false

  /// What one object with these members comes to.
  static func object(_ members: (inout JSONWriter) -> Void) -> [UInt8] { json { $0.object(members) } }

  /// What one value comes to.
  static func json(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    write(&writer)
    return Array(writer.bytes.view)
  }

  mutating func object(_ members: (inout JSONWriter) -> Void) { nest(0x7B, members, 0x7D) }

  mutating func array(_ items: (inout JSONWriter) -> Void) { nest(0x5B, items, 0x5D) }

  /// A member's name; its value is what is written next.
  mutating func name(_ name: String) {
    separate()
    bytes.append(jsonString: name)
    bytes.append(": ")
    needsComma = false
  }

  mutating func value(_ text: String) {
    separate()
    bytes.append(jsonString: text)
  }

  mutating func value(_ integer: some FixedWidthInteger) {
    separate()
    if integer < 0 { bytes.append("-") }
    bytes.append(decimal: UInt64(integer.magnitude))
  }

  mutating func value(_ boolean: Bool) {
    separate()
    bytes.append(boolean ? "true" : "false")
  }

  /// - Parameter number: finite, as every number that was read from JSON is.
  mutating func value(_ number: Double) {
    separate()
    bytes.append(text: "\(number)")
  }

  mutating func value(_ report: StatusReport) {
    separate()
    bytes.append(report)
  }

  mutating func null() {
    separate()
    bytes.append("null")
  }

  mutating func member(_ name: String, _ text: String) {
    self.name(name)
    value(text)
  }

  mutating func member(_ name: String, _ integer: some FixedWidthInteger) {
    self.name(name)
    value(integer)
  }

  mutating func member(_ name: String, _ boolean: Bool) {
    self.name(name)
    value(boolean)
  }

  mutating func member(_ name: String, _ id: Int64, as format: IDFormat) {
    self.name(name)
    separate()
    bytes.append(id, as: format)
  }

  private mutating func nest(_ open: UInt8, _ content: (inout JSONWriter) -> Void, _ close: UInt8) {
    separate()
    bytes.append(byte: open)
    needsComma = false
    content(&self)
    bytes.append(byte: close)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(", ") }
    needsComma = true
  }
}
