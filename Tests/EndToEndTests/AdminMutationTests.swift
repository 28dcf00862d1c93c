import Foundation
import PfopEngine
import TestSupport
import Testing

@testable import PfopMock

/// Admin calls whose bodies and queries were sound before they were changed at random, always in the same way: each is
/// answered, none is the server's fault, and nothing of them is left.
struct AdminMutationTests {
  private static let roundCount = 24

  /// A call as it should be.
  private struct Call {
    var path: String
    var body: String
  }

  private static func calls(_ route: AdminRoute, _ state: String) -> [Call] {
    let paths = paths(route)
    let bodies: [String] =
      switch route.name {
      case "PUT state": [state]
      case "POST reset": [#"{"what": ["rules", "requests"], "bucket": "media"}"#]
      case "PUT buckets/{name}":
        [
          #"{"keys": ["*"], "dialect": "current", "idFormat": "zoned", "job": {"waiting": "10s", "processing": "1.5s", "#
            + #""result": "failed", "error": "e", "errorIndex": 3, "notifyAfter": "1m"}}"#,
          #"{"keys": ["a*"], "then": [{"status": 599, "times": 2, "probability": 0.5, "delay": {"uniform": ["1ms", "2s"]}}, "#
            + #"{"rateLimit": {"perSecond": 0.5, "burst": 10, "status": 573, "retryAfter": 7}}, {"accept": true}]}"#,
        ]
      case "POST rules":
        [
          #"{"name": "n", "when": {"bucket": "b*", "attempt": "2..5", "time": "10s..1m", "header": {"X-A": "b"}}, "#
            + #""countBy": "key", "then": {"status": 599, "dribble": {"chunks": 5, "over": "2s"}, "headers": {"A": "b"}}}"#,
          #"{"phase": "request", "then": {"bandwidth": "4KB/s", "accept": true, "delay": {"lognormal": {"median": "80ms", "#
            + #""sigma": 0.5}}}}"#, #"{"then": {"fault": "truncatedBody", "times": 1000000000}}"#,
        ]
      case "PUT accounts/{accessKey}": [#"{"accessKey": "short", "secretKey": "a-secret-key"}"#]
      case "POST explain":
        [
          #"{"curl": "curl -d bucket=media -d key=k http://127.0.0.1/pfop"}"#,
          #"{"method": "POST", "path": "/pfop?a=1", "headers": {"Content-Type": "text/plain"}, "body": "a=b"}"#,
          #"{"raw": "POST /pfop HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"}"#,
        ]
      case "POST clock/advance": [#"{"by": "10s"}"#]
      case "POST jobs/wait":
        [#"{"ids": [1, "2"], "until": "result", "within": "1ms"}"#, #"{"bucket": "media", "within": "1ms"}"#]
      case "POST jobs/{id}/fail": [#"{"error": "not a video", "errorIndex": 999}"#]
      case "POST requests/count": [#"{"when": {"bucket": "media", "status": "200..299"}, "since": 3}"#]
      case "POST requests/verify":
        [#"{"when": {"key": "*"}, "atLeast": 1, "atMost": 100, "since": 0, "within": "1ms"}"#, #"{"exactly": 5}"#]
      default: ["{}"]
      }
    return paths.flatMap { path in bodies.map { Call(path: path, body: $0) } }
  }

  private static func paths(_ route: AdminRoute) -> [String] {
    let values = ["{name}": ["media"], "{accessKey}": ["short"], "{reqid}": ["0", "9223372036854775807"]]
    var paths = [route.path.description]
    for (part, texts) in values {
      paths = paths.flatMap { path in path.contains(part) ? texts.map { path.replacing(part, with: $0) } : [path] }
    }
    for part in ["{id}", "{n}"] {
      let texts = ["1", "2", "9223372036854775807", "9223372036854775808", "-1", "0"]
      paths = paths.flatMap { path in path.contains(part) ? texts.map { path.replacing(part, with: $0) } : [path] }
    }
    let query = route.query.map { "\($0)=1" }.joined(separator: "&")
    return query.isEmpty ? paths : paths + paths.map { "\($0)?\(query)" }
  }

  // MARK: - Changes

  private static let tokens = [
    "0", "-1", "-0", "1.5", "1e308", "1e309", "5e-324", "9007199254740993", "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "1\(String(repeating: "0", count: 400))",
    "null", "true", "[]", "{}", #""""#, #""*""#, #""\\""#, #""0""#, #""-1""#, #""1ms""#, #""8760h""#, #""8761h""#,
    #""0.000000001s""#, #""9223372036854775807ms""#, #""9223372036854775807""#, #""z0.7fffffffffffffff""#, #""5..""#,
    #""..5""#, #""9223372036854775807..""#, #""\u0000""#, #""\ud83c\udfac""#, #""1000000000""#, #""1GB/s""#,
    "[0,0,0,0,0,0,0,0]", #"{"a":{"b":{"c":[null]}}}"#, ",", ":", "\"", "\\", "{", "[", "}", "]",
  ]

  /// Where numbers, strings and words stand.
  private static func places(of text: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var index = 0
    while index < text.count {
      let start = index
      if text[index] == 0x22 {
        index += 1
        while index < text.count, text[index] != 0x22 { index += text[index] == 0x5C ? 2 : 1 }
        index = min(index + 1, text.count)
        places.append(start..<index)
      } else if Array("0123456789+-.eaflnrstu".utf8).contains(text[index]) {
        while index < text.count, Array("0123456789+-.eaflnrstu".utf8).contains(text[index]) { index += 1 }
        places.append(start..<index)
      } else {
        index += 1
      }
    }
    return places
  }

  private static func changed(_ sound: String, _ random: inout SeededRandom) -> [UInt8] {
    var text = Array(sound.utf8)
    func below(_ count: Int) -> Int { Int(random.next() % UInt64(max(count, 1))) }
    for _ in 0...below(2) {
      let token = Array(tokens[below(tokens.count)].utf8)
      let start = below(text.count)
      let end = min(start + below(12), text.count)
      switch below(8) {
      case 0, 1, 2, 3:
        let places = places(of: text)
        if !places.isEmpty { text.replaceSubrange(places[below(places.count)], with: token) }
      case 4: text.insert(contentsOf: token, at: start)
      case 5: text.removeSubrange(start..<end)
      case 6: text.insert(contentsOf: text[start..<end], at: end)
      default: if !text.isEmpty { text[start] ^= 1 << UInt8(below(8)) }
      }
    }
    return text
  }

  /// The part behind `?`, with what no request line has escaped.
  private static func changedQuery(_ path: String, _ random: inout SeededRandom) -> String {
    guard let mark = path.firstIndex(of: "?") else { return path }
    let query = changed(String(path[path.index(after: mark)...]), &random).map { octet in
      octet > 0x20 && octet < 0x7F && octet != 0x23
        ? String(UnicodeScalar(octet)) : "%" + String(String(Int(octet) + 256, radix: 16).dropFirst())
    }
    return path[...mark] + query.joined()
  }

  // MARK: - Server

  private static func request(_ method: String, _ path: String, _ body: [UInt8]) -> [UInt8] {
    Array("\(method) /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  /// It may take as long as it says.
  private static func mayWait(_ route: AdminRoute) -> Bool {
    ["jobs/wait", "requests/verify"].contains("\(route.path)")
  }

  /// Otherwise changes would be changes of what is refused anyway.
  @Test func theyAreSoundBeforeThat() throws {
    let mock = try MockServer { $0.clock = .manual }
    for _ in 0..<4 { _ = try mock.pfop() }
    let state = try mock.admin("state").text
    for route in AdminRoutes.all where route.description.body != nil {
      for call in Self.calls(route, state) where !call.path.contains(/\?|-1|\/0|\/9/) {
        // Rules that there are none of, and jobs that have finished.
        let statuses = [200, 404, 409]
        let answer = try mock.call("\(route.method.name)", call.path, call.body)
        #expect(statuses.contains(answer.status), "\(route.name) \(call.body): \(answer.text)")
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func everyCallIsAnswered() throws {
    let process = try MockProcess(["--port", "0", "--clock", "manual", "--max-jobs", "1000", "--loops", "1"])
    let port = try process.readyPort()
    let client = try RawClient(port: port)
    for _ in 0..<4 {
      try client.send(PfopText().request())
      #expect(try client.readResponse().status == 200)
    }
    try client.send(Self.request("GET", "state", []))
    let state = try client.readResponse().text
    let before = try Footprint(of: process.pid, servedAt: port)
    var random = SeededRandom(seed: 20_261_128)
    var waiting: [RawClient] = []
    for _ in 0..<Self.roundCount {
      for route in AdminRoutes.all {
        let calls = Self.calls(route, state)
        let call = calls[Int(random.next() % UInt64(calls.count))]
        // Events do not end; their head does.
        let method = route.path.description == "events" ? "HEAD" : "\(route.method.name)"
        let body = Self.changed(call.body, &random)
        let request = Self.request(method, Self.changedQuery(call.path, &random), body)
        let told = "\(String(decoding: request, as: UTF8.self).prefix(1000))"
        do {
          if Self.mayWait(route) {
            let other = try RawClient(port: port)
            try other.send(request)
            waiting.append(other)
          } else {
            try client.send(request)
            let answer = try client.readResponse(toHead: method == "HEAD")
            #expect(200..<500 ~= answer.status, "\(answer.status) \(answer.text.prefix(300)) to \(told)")
          }
        } catch {
          Issue.record("\(error) after \(told)")
          throw error
        }
      }
    }
    for call in ["reset", "clock/advance"] {
      try client.send(Self.request("POST", call, Array(call == "reset" ? "{}".utf8 : #"{"by": "0"}"#.utf8)))
      #expect(try client.readResponse().status == 200)
    }
    let after = try Footprint(of: process.pid, servedAt: port)
    // Deliveries that calls have ordered may be under way; what is not closed would be one for each of hundreds of calls.
    #expect(after.descriptors <= before.descriptors + waiting.count + 16)
    #expect(after.residentKilobytes < before.residentKilobytes + 64 << 10)
    process.send(SIGTERM)
    // Who still waits is told that nothing comes.
    for client in waiting { #expect(200..<500 ~= (try client.readResponse().status)) }
    client.leave()
    #expect(try process.end().code == 0)
  }
}
