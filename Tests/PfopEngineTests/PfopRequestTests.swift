import Foundation
import PfopEngine
import Testing

struct PfopRequestTests {
  private func read<Result>(
    _ form: String, _ dialect: Dialect = .classic, _ body: (PfopRequest) -> Result
  ) throws(ParameterError) -> Result {
    var decoder = FormDecoder()
    try form.withBytes { bytes throws(ParameterError) in try decoder.decode(bytes) }
    return body(try PfopRequest(decoder, IdiomTable(Fixture(dialect: dialect))))
  }

  private func fault(_ form: String, _ dialect: Dialect = .classic) -> ParameterError? {
    do throws(ParameterError) {
      try read(form, dialect) { _ in }
      return nil
    } catch {
      return error
    }
  }

  @Test func readsEveryField() throws {
    let form = Samples.form([
      "key": "中文 a+b&c=d%~*|.mp4", "fops": "avthumb/mp4|saveas/YTpi;vframe/jpg|\(Samples.saveas("b"))",
      "pipeline": "mine", "force": "1", "type": "0",
    ])
    try read(form) { request in
      #expect(request.bucket.text == "media")
      #expect(request.key.text == "中文 a+b&c=d%~*|.mp4")
      #expect(request.notifyURL.text == "http://127.0.0.1:9999/cb")
      #expect(request.pipeline?.text == "mine")
      #expect(request.force)
      #expect(request.saveasTargets.map(\.bucket) == ["a", "b"])
      #expect(request.saveasTargets.map(\.key) == ["b", nil])
      #expect(request.unknownFieldCount == 1)
    }
  }

  @Test func emptyOptionalFieldsAreAbsent() throws {
    try read(Samples.form(["pipeline": "", "force": ""])) { request in
      #expect(request.pipeline == nil)
      #expect(!request.force)
      #expect(request.unknownFieldCount == 0)
    }
  }

  @Test(arguments: ["bucket", "key", "fops", "notifyURL"])
  func requiredFields(_ field: String) throws {
    for (value, word) in [(nil, "missing"), ("", "empty")] as [(String?, String)] {
      let error = try #require(fault(Samples.form([field: value])))
      #expect(error.errorText == "bad parameter: \(field) is missing")
      #expect(error.explanation.hasPrefix("field \(field) is \(word)"))
      #expect(error.check == .parameter)
    }
  }

  @Test(arguments: ["bucket", "key", "fops", "notifyURL", "pipeline", "force"])
  func singleValuedFields(_ field: String) throws {
    // Refused even when both are the same or empty, and before anything is found missing.
    let error = try #require(fault("\(field)=&\(field)="))
    #expect(error.errorText == "bad parameter: \(field) is given twice")
    #expect(error.check == .form)
  }

  @Test func namesTheFieldThatWasProbablyMeant() throws {
    let error = try #require(fault(Samples.form(["notifyURL": nil, "notifyUrl": "http://a/"])))
    #expect(error == .missing(.notifyURL, .classic, similar: "notifyUrl"))
    #expect(error.explanation.contains("\"notifyUrl\" was sent"))
  }

  @Test(arguments: [
    ("avthumb/mp4;", 2, "is empty"),
    (";avthumb/mp4", 1, "is empty"),
    ("a;;b", 2, "is empty"),
    ("a;|b", 2, "has an empty stage"),
    ("a|", 1, "has an empty stage"),
    ("a||b", 1, "has an empty stage"),
    ("a;b|saveas", 2, "has a saveas without an entry"),
    ("a|saveas/", 1, "has a saveas without an entry"),
    ("a|saveas/a+b=", 1, #"bad entry "a+b=""#),
    ("a|saveas/YTpi/x", 1, "has a saveas with a bad entry"),
    ("a|saveas/YTpi=", 1, "has a saveas with a bad entry"),
    ("a|saveas/OmI=", 1, "has a saveas with a bad entry"),  // ":b"
    ("a|saveas/_w==", 1, "has a saveas with a bad entry"),  // 0xFF
  ])
  func malformedFops(_ fops: String, _ number: Int, _ words: String) throws {
    let error = try #require(fault(Samples.form(["fops": fops])))
    #expect(error.errorText == "bad parameter: fops is malformed")
    #expect(error.explanation.hasPrefix("field fops: command \(number) ("))
    #expect(error.explanation.contains(words))
    #expect(error.check == .parameter)
  }

  @Test(arguments: ["a", "a;b", "a|b;c|d", "saveasx/", "a|saveas/YTpi", "a|saveas/YTo=", "a|saveas/YTo", "a b;c"])
  func wellFormedFops(_ fops: String) {
    #expect(fault(Samples.form(["fops": fops])) == nil)
  }

  @Test(arguments: ["2", "true", "01", "-1", " 1"])
  func badForce(_ value: String) throws {
    let error = try #require(fault(Samples.form(["force": value])))
    #expect(error.errorText == "bad parameter: force is neither 0 nor 1")
    #expect(error.explanation.contains("\"\(value)\""))
  }

  @Test func checksInTheContractsOrder() {
    #expect(fault("key=&key=&bucket=") == .givenTwice(field: "key"))
    #expect(fault("force=7&fops=;&notifyURL=x&bucket=b") == .missing(.key, .classic, similar: nil))
    #expect(fault(Samples.form(["fops": ";", "notifyURL": "x", "force": "7"]))?.errorText.contains("fops") == true)
    #expect(fault(Samples.form(["notifyURL": "x", "force": "7"]))?.errorText.contains("notifyURL") == true)
  }

  @Test func explanationsAreOneLineOfVisibleASCII() throws {
    for form in [
      Samples.form(["notifyURL": "http://a/中\n"]), Samples.form(["force": "\r\n中"]), Samples.form(["fops": "\u{1}|"]),
      "a=%%0A", "a=%FF%0A", Samples.form(["key": nil, "k\ny": "1"]),
    ] {
      let error: ParameterError
      do throws(ParameterError) {
        try read(form) { _ in }
        continue
      } catch let caught {
        error = caught
      }
      #expect(error.explanation.utf8.allSatisfy { 0x20...0x7E ~= $0 })
      #expect(error.errorText.utf8.allSatisfy { 0x20...0x7E ~= $0 })
    }
  }

  @Test func namesUnknownFields() throws {
    var decoder = FormDecoder()
    try Samples.form(["type": "7", "x": ""]).withBytes { try decoder.decode($0) }
    let request = try PfopRequest(decoder, IdiomTable(Fixture()))
    #expect(request.unknownFieldNames(in: decoder) == ["type", "x"])
  }

  // MARK: - Dialect current

  @Test func currentReadsWhatClassicDoesNotKnow() throws {
    try read(Samples.form(["type": "1", "notifyURL": "www.baidu.com", "x": ""]), .current) { request in
      #expect(request.idiom == Idiom(.current, .string))
      #expect(request.isIdleType)
      #expect(request.notifyURL.text == "www.baidu.com")
      #expect(request.unknownFieldCount == 1)
    }
    try read(Samples.form(["fops": "", "workflowTemplateID": "t", "notifyURL": nil]), .current) { request in
      #expect(request.fops.isEmpty && request.workflowTemplateID.text == "t")
      #expect(request.notifyURL.isEmpty && !request.isIdleType && request.saveasTargets.isEmpty)
    }
  }

  /// As the C SDK sends it.
  @Test func currentTakesEmptyForAbsent() throws {
    let form = Samples.form(["pipeline": "", "notifyURL": "", "force": "0", "type": "0", "workflowTemplateID": ""])
    try read(form, .current) { request in
      #expect(request.notifyURL.isEmpty && request.pipeline == nil && request.workflowTemplateID.isEmpty)
      #expect(request.unknownFieldCount == 0)
    }
  }

  @Test(arguments: ["-1", "2", "01"])
  func currentRefusesOtherTypes(_ type: String) throws {
    let error = try #require(fault(Samples.form(["type": type]), .current))
    #expect(error.errorText == "bad parameter: type is neither 0 nor 1")
    #expect(fault(Samples.form(["type": type])) == nil)
  }

  @Test func currentWantsFopsOrATemplate() throws {
    let missing = try #require(fault(Samples.form(["fops": nil]), .current))
    #expect(missing.errorText == "bad parameter: fops is missing")
    #expect(missing.explanation.contains("required: bucket, key, and fops or workflowTemplateID"))
    #expect(fault(Samples.form(["workflowTemplateID": "t"]), .current) == .fopsAndTemplate)
    #expect(fault(Samples.form(["fops": nil, "workflowTemplateID": "t"])) == .missing(.fops, .classic, similar: nil))
  }

  @Test func fieldsAreGivenTwiceInTheirOwnDialect() {
    let form = Samples.form() + "&type=0&type=0"
    #expect(fault(form, .current) == .givenTwice(field: "type"))
    #expect(fault(form) == nil)
  }

  @Test func aBucketHasADialectOfItsOwn() throws {
    let fixture = try Samples.fixture("buckets: { old: {}, new: { dialect: current, idFormat: zoned } }")
    var decoder = FormDecoder()
    for (bucket, idiom) in [("old", Idiom(.classic)), ("new", Idiom(.current, .zoned)), ("none", Idiom(.classic))] {
      try Samples.form(["bucket": bucket]).withBytes { try decoder.decode($0) }
      #expect(try PfopRequest(decoder, IdiomTable(fixture)).idiom == idiom)
    }
  }

  /// The official SDKs' own requests: none is malformed, and what is refused lacks what only `classic` requires.
  @Test func capturedRequestsAreUnderstood() throws {
    struct Captured: Decodable {
      var request_line: String
      var body: String
    }
    let lines = try String(
      contentsOfFile: Samples.packageRoot + "/fixtures/vectors/sdk-requests.jsonl", encoding: .utf8)
    let forms = try lines.split(separator: "\n").map { try JSONDecoder().decode(Captured.self, from: Data($0.utf8)) }
      .filter { $0.request_line.hasPrefix("POST /pfop") }.map(\.body)
    #expect(forms.count > 20)
    for form in forms {
      switch fault(form) {
      case nil, .missing(.notifyURL, _, _), .empty(.notifyURL, _), .missing(.fops, _, _): break
      case let fault?: Issue.record("\(fault.explanation): \(form)")
      }
      #expect(fault(form, .current) == nil)
    }
  }
}
