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

  /// A finite number, without an exponent and with so many digits that it is read as the same.
  mutating func value(_ number: Double) {
    separate()
    bytes.append(text: JSONWriter.plain(number))
  }

  private static func plain(_ number: Double) -> String {
    let text = "\(number)"
    guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) else { return text }
    let sign = number < 0 ? "-" : ""
    let mantissa = text[..<mark].drop { $0 == "-" }
    let digits = mantissa.filter { $0 != "." }
    // Where the point comes to lie among the digits; there is one digit in front of it.
    let point = 1 + exponent
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    return sign + digits + String(repeating: "0", count: max(point - digits.count, 0)) + ".0"
  }

  /// Octets as text; those that are none are an object with their base64.
  mutating func value(octets: [UInt8]) {
    if let text = String(validating: octets, as: UTF8.self) { return value(text) }
    let encoded = octets.withUnsafeBytes { URLSafeBase64.encode($0) }
    object { $0.member("base64", String(decoding: encoded, as: UTF8.self)) }
  }

  mutating func value(_ boolean: Bool) {
    separate()
    bytes.append(boolean ? "true" : "false")
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
