import ByteText
import PfopEngine

/// The query parameters of an admin call, decoded. Only those that the call knows can be there.
struct AdminQuery {
  private var values: [String: String] = [:]

  /// None at all.
  init() {}

  /// - Parameter allowed: the names that the call knows.
  /// - Throws: `AdminError.query` for another name, one that is given twice, and what is no form.
  init(_ text: ByteView, allowed: [StaticString]) throws(AdminError) {
    let allowed = allowed.map(\.description)
    var form = FormDecoder()
    do throws(ParameterError) {
      try form.decode(text)
    } catch {
      throw .query(field: nil, error.explanation)
    }
    for index in 0..<form.count {
      let name = String(decoding: form[index].name, as: UTF8.self)
      guard allowed.contains(name) else {
        let shown = form[index].name.visibleText(limit: 64)
        let hint = NearestName.of(name, among: allowed).map { ", did you mean \($0)?" } ?? ""
        let list = allowed.isEmpty ? "none" : allowed.joined(separator: ", ")
        throw .query(field: shown, "\"\(shown)\" is not a query parameter here\(hint); allowed: \(list)")
      }
      let value = String(decoding: form[index].value, as: UTF8.self)
      guard values.updateValue(value, forKey: name) == nil else {
        throw .query(field: name, "\(name) is given twice; allowed: once")
      }
    }
  }

  /// The value as it was sent; nil if it was not, empty if there is nothing behind its name.
  subscript(name: String) -> String? { values[name] }

  /// A whole number; nil if it was not sent.
  /// - Throws: `AdminError.query` if it is none, or out of range.
  func number(_ name: String, in range: ClosedRange<Int64>) throws(AdminError) -> Int64? {
    guard let text = values[name] else { return nil }
    guard text.utf8.allSatisfy(ASCII.isDigit), let number = Int64(text), range.contains(number) else {
      let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
      throw .query(
        field: name, "\(text.quoted(limit: 64)) is no number for \(name); allowed: \(allowed)")
    }
    return number
  }
}
