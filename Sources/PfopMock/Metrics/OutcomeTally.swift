/// How many requests have come to what, by their endpoint, their status and what decided them.
///
/// Names that testers or clients made up are in none of these, so there are few rows, and the usual one comes first.
struct OutcomeTally: Sendable {
  struct Row: Sendable {
    var call: EndpointKind
    var check: StaticString
    var status: Int
    var count: Int
  }

  private(set) var rows: [Row] = []

  mutating func count(_ call: EndpointKind, _ decider: Resolution.DecidedBy, status: Int) {
    let check = OutcomeTally.label(of: decider)
    for index in rows.indices {
      // By place and not by text: a text that lies in two places has two rows, which are one when they are told.
      guard rows[index].status == status, rows[index].call == call,
        rows[index].check.utf8Start == check.utf8Start
      else { continue }
      rows[index].count += 1
      if index > 0, rows[index].count > rows[index - 1].count { rows.swapAt(index, index - 1) }
      return
    }
    rows.append(Row(call: call, check: check, status: status, count: 1))
  }

  /// Rules and buckets are told without their names.
  private static func label(of decider: Resolution.DecidedBy) -> StaticString {
    switch decider {
    case .check(let name): name
    case .named(let name):
      switch name {
      case "form": "form"
      case "parameter": "parameter"
      case "bucket": "bucket"
      case "key": "key"
      case "saveas": "saveas"
      case "memory": "memory"
      case "id": "id"
      case "authorization": "authorization"
      case "scope": "scope"
      default: name.hasPrefix("rule ") ? "rule" : "bucket step"
      }
    }
  }
}
