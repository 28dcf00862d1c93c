import ByteText
import PfopEngine
import Testing

@testable import PfopMock

/// Whatever a state says is refused with its place, or can be gone on from, written down, and read again. Takes some
/// seconds: 1,200 documents are read, used and written, all of it without optimization. The fuzzer `state` has more.
struct StateUseTests {
  private static let document = """
    {"format": "pfop-mock state", "version": 1, "seed": "7",
    "clock": {"mode": "manual", "now": 1795000000000000000, "start": 1794000000000000000},
    "ids": {"first": 1, "next": 100}, "accounts": ["ak"],
    "fixture": {"buckets": {
      "b": {"keys": ["k"], "then": [{"status": 599, "times": 2}, {"rateLimit": {"perSecond": 1, "burst": 2}}, {"accept": true}],
        "job": {"waiting": "1s", "processing": "8760h"}},
      "c*": {"keys": ["*"], "then": {"accept": true, "delay": "1h"}}},
      "rules": [{"when": {"attempt": "2..3", "time": "1s..8760h"}, "countBy": "key", "then": {"status": 571}},
        {"name": "n", "when": {"bucket": "none"}, "then": {"status": 573, "probability": 0.5}}]},
    "scripts": [
      {"owner": "rule 4", "id": 4, "random": "1f", "rows": [{"name": "k", "taken": [3]}]},
      {"owner": "rule n", "id": 2, "random": "0", "off": true, "rows": [{"name": "", "taken": [0]}]},
      {"owner": "bucket b", "random": "ff", "rows": [{"name": "", "taken": [1, 2, 3],
        "limits": [null, {"tokens": 1.5, "time": 1794500000000000000}, null]}]},
      {"owner": "bucket c*", "random": "0", "rows": []}],
    "attempts": {"ff": 2, "1": 9}, "repeats": [98],
    "created": ["b:made", {"base64": "YjpcAA=="}],
    "files": [{"entry": "b:f", "size": 5, "hash": "h", "mimeType": "m", "putTime": 17940000000000000}],
    "deliveries": {"next": 9, "list": [
      {"number": 5, "id": 98, "attempt": 1, "at": 1794500000000000000, "duration": 1000, "authorization": "a",
        "address": "127.0.0.1:9", "outcome": "answered", "status": 599, "content": "c", "remark": "r"},
      {"number": 8, "id": 98, "attempt": 0, "at": 1794500000000000000, "duration": 0, "authorization": "",
        "address": "", "outcome": "underWay"}]},
    "jobs": [
      {"id": 7, "createdAt": 1794500000000000000, "accessKey": "ak", "reqid": "r", "bucket": "b", "key": "k",
        "fops": "avinfo;a|saveas/YjptYWRl", "pipeline": "p", "notifyURL": "http://127.0.0.1:9/", "traits": 66,
        "phase": "waiting", "notification": "planned", "due": 1795000001000000000,
        "plan": {"waiting": "1s", "processing": "2s", "notifyAfter": "1m", "result": "failed", "error": "e", "errorIndex": 1},
        "encounters": {"0": "returnedOld"}},
      {"id": 97, "createdAt": 1794500000000000000, "accessKey": "ak", "bucket": "b", "key": "k",
        "workflowTemplateID": "w", "traits": 48, "phase": "processing", "notification": "none",
        "due": 1795000000000000001, "result": {"error": "e", "errorIndex": 3}},
      {"id": 98, "createdAt": 1794500000000000000, "accessKey": "ak", "bucket": "c", "key": "k", "fops": "f",
        "notifyURL": "http://a/", "traits": 1, "phase": "finished", "notification": "underWay", "tries": 2}]}
    """

  private static func outcome(_ text: String, _ mode: ServiceClock.Mode) -> StateUse.Outcome {
    Array(text.utf8).withUnsafeBytes { StateUse.run(ByteView($0), mode) }
  }

  private static func check(
    _ text: String, _ changed: String, _ modes: [ServiceClock.Mode] = ServiceClock.Mode.allCases
  ) -> Bool {
    var isAccepted = false
    for mode in modes {
      switch outcome(text, mode) {
      case .refused(let problem):
        #expect(!problem.what.isEmpty && !(problem.path.isEmpty && problem.allowed == nil), "\(changed): \(problem)")
      case .used(let first, let second):
        isAccepted = true
        #expect(first.count > 100 && second.count > 100, "\(changed)")
      case .writtenBadly(let problem): Issue.record("\(changed): its own reader refuses \(problem)")
      }
    }
    return isAccepted
  }

  @Test func theWholeOfItIsTaken() { #expect(Self.check(Self.document, "nothing")) }

  /// Every number of the document at the ends of the ranges that numbers have anywhere.
  @Test func everyNumberAtTheEndsOfItsRange() {
    let values = [
      "-1", "0", "255", "256", "1000", "9007199254740992", "9007199254740993", "9183110400000000000",
      "9223372036854775806", "9223372036854775807", "18446744073709551615", "1e308",
    ]
    let parts = Self.document.split(separator: /[0-9]+/, omittingEmptySubsequences: false)
    let numbers = Self.document.matches(of: /[0-9]+/).map(\.output)
    #expect(parts.count == numbers.count + 1 && numbers.count > 80)
    var acceptedCount = 0
    for changed in numbers.indices {
      for (turn, value) in values.enumerated() {
        var text = String(parts[0])
        for index in numbers.indices {
          text += (index == changed ? value : String(numbers[index])) + parts[index + 1]
        }
        let mode = ServiceClock.Mode.allCases[(changed + turn) % 2]
        if Self.check(text, "number \(changed), \(numbers[changed]), as \(value)", [mode]) { acceptedCount += 1 }
      }
    }
    // Most are refused; what is left has been gone through.
    #expect(acceptedCount > 300)
  }

  @Test func numbersThatAreUsedUpGoOn() throws {
    let last = Self.document.replacing("\"next\": 100", with: "\"next\": 9223372036854775807")
      .replacing("\"next\": 9,", with: "\"next\": 9007199254740993,")
      .replacing("\"rule 4\", \"id\": 4", with: "\"rule 9007199254740992\", \"id\": 9007199254740992")
    #expect(Self.check(last, "last numbers"))
  }

  @Test func rulesThatShareAnIDAreRefused() throws {
    switch Self.outcome(Self.document.replacing("\"id\": 2, \"random\"", with: "\"id\": 4, \"random\""), .manual) {
    case .refused(let problem): #expect(problem.path == "scripts[1].id" && problem.allowed == "each id once")
    case .used, .writtenBadly: Issue.record("two rules have one id")
    }
  }

  @Test func everyTextThatIsLeftOutOrOdd() {
    let texts = Self.document.matches(of: /"(?:[^"\\]|\\.)*"(?=[,\]}])/).map(\.range)
    for (number, range) in texts.enumerated() {
      for (turn, text) in ["\"\"", "\"\\u0000\"", "\";;|\"", "null", "{}", "\"8760h\""].enumerated() {
        let document = Self.document.replacingCharacters(in: range, with: text)
        _ = Self.check(
          document, "\(Self.document[range]) as \(text)", [ServiceClock.Mode.allCases[(number + turn) % 2]])
      }
    }
    #expect(texts.count > 50)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
