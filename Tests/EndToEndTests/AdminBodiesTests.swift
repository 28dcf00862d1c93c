import Foundation
import TestSupport
import Testing

@testable import PfopMock

/// Bodies that are no JSON, or no object, sent to every admin call that takes one.
struct AdminBodiesTests {
  /// A path that leads to the call, whatever comes of it, and the name of a field that its body may have.
  private static func place(_ route: AdminRoute) throws -> (path: String, field: String) {
    let path = route.path.description.replacing("{id}", with: "1").replacing("{n}", with: "1").replacing(
      /{\w+}/, with: "x")
    let field: String? =
      switch try #require(route.description.body) {
      case .object(let members): members.first?.name
      case .part: "format"
      default: route.method == .put ? "keys" : "name"
      }
    return (path, field ?? "none")
  }

  private static func send(_ mock: MockServer, _ route: AdminRoute, _ body: String) throws -> RawResponse {
    try mock.answer(
      to: "\(route.method.name) /__admin/\(place(route).path) HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private static let routes = AdminRoutes.all.filter { $0.description.body != nil }

  /// - Parameter words: what the error has to say, one of them.
  private func expectRefusal(
    _ answer: RawResponse, _ call: String, words: [String], field: String? = nil
  ) throws {
    #expect(answer.status == 400, "\(call): \(answer.text)")
    let error = try #require(answer.json["error"] as? String)
    #expect(words.contains { error.contains($0) }, "\(call): \(error)")
    if let field { #expect(try answer.json["field"] as? String == field, "\(call)") }
  }

  @Test func thereAreCallsWithABody() { #expect(Self.routes.count > 12) }

  @Test func whatIsNoObjectIsRefused() throws {
    let mock = try MockServer { $0.clock = .manual }
    for route in Self.routes {
      let words = ["null is no object", "is not an object"]
      try expectRefusal(Self.send(mock, route, "null"), route.name, words: words)
      for body in ["[]", "1", "true", #""x""#] {
        let words = ["a list where a mapping", "a single value where a mapping", "is not an object"]
        try expectRefusal(Self.send(mock, route, body), "\(route.name) \(body)", words: words)
      }
    }
  }

  @Test func aNameThatIsThereTwiceIsRefused() throws {
    let mock = try MockServer { $0.clock = .manual }
    for route in Self.routes {
      let field = try Self.place(route).field
      let value = route.name == "PUT state" ? #""pfop-mock state""# : "[1]"
      let answer = try Self.send(mock, route, "{\"\(field)\": \(value), \"\(field)\": \(value)}")
      try expectRefusal(answer, route.name, words: ["is given twice"], field: field)
      let escaped = try Self.send(mock, route, "{\"\(field)\": \(value), \"\\u00\(Self.hex(field))\": \(value)}")
      try expectRefusal(escaped, route.name, words: ["is given twice"], field: field)
      // Within, whether the call knows what is around it or not.
      if route.name == "PUT state" { continue }
      for (body, place) in [
        (#"{"\#(field)": {"a": 1, "b": 2, "a": 3}}"#, "\(field).a"),
        (#"{"\#(field)": [0, {"b": {"c": null, "c": null}}]}"#, "\(field)[1].b.c"),
      ] {
        try expectRefusal(Self.send(mock, route, body), route.name, words: ["is given twice"], field: place)
      }
    }
  }

  /// The name with its first letter escaped, without `\u00`.
  private static func hex(_ name: String) -> String {
    String(name.utf8.first ?? 0, radix: 16) + name.dropFirst()
  }

  @Test(arguments: [
    ("clock", #"{"mode": "manual", "mode": "manual"}"#, "clock.mode"),
    ("attempts", #"{"1f": 1, "1f": 2}"#, "attempts.1f"),
    ("jobs", #"[{"id": 1, "id": 1}]"#, "jobs[0].id"), ("fixture", #"{"buckets": {"a": {}, "a": {}}}"#, "fixture"),
    ("jobs", #"[{"encounters": {"0": "fileExists", "0": "fileExists"}}]"#, "jobs[0].encounters.0"),
  ])
  func soItIsWithinAState(part: String, value: String, place: String) throws {
    let mock = try MockServer()
    var document = try mock.admin("state").json
    document[part] = nil
    let rest = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
    let state = try #require(Self.routes.first { $0.name == "PUT state" })
    let answer = try Self.send(mock, state, "{\"\(part)\": \(value), \(rest.dropFirst())")
    try expectRefusal(answer, part, words: ["twice", "given more than once"], field: place)
  }

  private static let badNumbers = [
    "01", "-01", "00", "+1", ".5", "1.", "-", "--1", "1e", "1e+", "1.e1", "0x1F", "1_000", "1.2.3", "1-2", "-.5",
  ]

  @Test func numbersAreJSONs() throws {
    let mock = try MockServer { $0.clock = .manual }
    for route in Self.routes {
      let field = try Self.place(route).field
      for number in Self.badNumbers {
        // What a state has at that place is known before its grammar is looked at.
        let words = ["the number at byte", "is no such number"]
        if route.name == "PUT state" {
          let body = #"{"format": "pfop-mock state", "version": \#(number)}"#
          try expectRefusal(Self.send(mock, route, body), number, words: words, field: "version")
        } else {
          let answer = try Self.send(mock, route, "{\"\(field)\": [\(number)]}")
          let place = "the number at byte \(field.utf8.count + 6) is none of JSON's"
          try expectRefusal(answer, "\(route.name) \(number)", words: [place], field: "\(field)[0]")
        }
      }
      for word in ["NaN", "Infinity", "nul", "True", "undefined", "'x'"] {
        let answer = try Self.send(mock, route, "{\"\(field)\": \(word)}")
        try expectRefusal(
          answer, "\(route.name) \(word)", words: ["it is no JSON from byte", "is no text"], field: field)
      }
    }
  }

  @Test func halfOfACharacterIsRefused() throws {
    let mock = try MockServer { $0.clock = .manual }
    for route in Self.routes {
      let field = try Self.place(route).field
      for text in [#""\ud800""#, #""\udc00""#, #""\ud800A""#, #""\ud800x""#, #""a\ude00\ud83c""#] {
        let answer = try Self.send(mock, route, "{\"\(field)\": \(text)}")
        try expectRefusal(answer, "\(route.name) \(text)", words: ["half of a surrogate pair"], field: field)
        try expectRefusal(
          Self.send(mock, route, "{\(text): 1}"), "\(route.name) \(text)", words: ["half of a surrogate pair"])
      }
    }
    let pair = #"{"keys": ["\ud83c\udfac"]}"#
    #expect(try mock.call("PUT", "buckets/films", pair).text.contains(#""keys": ["🎬"]"#))
  }

  @Test func numbersOutOfRangeAreNamed() throws {
    let mock = try MockServer()
    for number in ["1e999", "-1e400"] {
      let answer = try mock.admin("jobs/wait", "{\"ids\": [1, \(number)]}")
      try expectRefusal(answer, number, words: ["is a number out of range"], field: "ids[1]")
    }
  }

  /// The cause that is named is the true one.
  @Test(arguments: [
    ("clock/advance", #"{"by": "9000h"}"#, "by", #""9000h" is too long"#),
    ("jobs/wait", #"{"within": "99999999999999999999s"}"#, "within", "is too long"),
    ("jobs/wait", #"{"within": "11m"}"#, "within", "is too long; allowed: at most 10m"),
    ("jobs/wait", #"{"within": "5"}"#, "within", "is a span of time without its unit"),
    ("rules", #"{"then": {"accept": true, "delay": "2h"}}"#, "then.delay", #""2h" is too long"#),
  ])
  func causesAreTrue(path: String, body: String, field: String, words: String) throws {
    try expectRefusal(MockServer().admin(path, body), body, words: [words], field: field)
  }

  /// JSON writes small numbers with an exponent.
  @Test(arguments: ["0.00001", "1e-5", "1E-5", "0.1e-4"])
  func smallProbabilitiesAreNumbers(number: String) throws {
    let body = #"{"then": [{"status": 599, "probability": \#(number)}, {"accept": true}]}"#
    let answer = try MockServer().admin("rules", body)
    #expect(answer.status == 200 && answer.text.contains(#""probability": 0.00001"#), "\(answer.text)")
  }

  /// What says nothing where an entry belongs is fine in a file of YAML, and a slip in JSON.
  @Test(arguments: ["keys", "then", "job", "dialect", "idFormat"])
  func nullIsNoPartOfABucket(field: String) throws {
    let answer = try MockServer().call("PUT", "buckets/x", "{\"\(field)\": null}")
    #expect(answer.status == 400, "\(answer.text)")
    #expect(try answer.json["field"] as? String == field)
  }
}
