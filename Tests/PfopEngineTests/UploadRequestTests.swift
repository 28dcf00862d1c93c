import PfopEngine
import Testing

struct UploadRequestTests {
  private func error(_ sample: UploadSample) -> UploadError? {
    do {
      try sample.read { _ in }
      return nil
    } catch {
      return error as? UploadError
    }
  }

  private func saved(_ change: (inout UploadSample) -> Void) -> UploadSample {
    var sample = UploadSample()
    change(&sample)
    return sample
  }

  @Test func readsFormAndPolicy() throws {
    try UploadSample().read { upload in
      #expect(upload.bucket.text == "media" && upload.key.text == "a.mp4" && upload.size == 5)
      #expect(upload.mimeType == "video/mp4" && !upload.mayOverwrite && upload.ignored == [])
      #expect(upload.processing?.bucket.text == nil)
    }
    let sample = UploadSample().with(#""persistentOps":"avinfo;a|saveas/bWVkaWE6eA""#)
      .with(#""persistentNotifyUrl":"http://127.0.0.1/""#).with(#""persistentPipeline":"p""#).with(
        #""persistentType":1"#)
    try sample.read { upload in
      let job = try #require(upload.processing)
      #expect(job.bucket.text == "media" && job.key.text == "a.mp4" && job.fops.text.hasPrefix("avinfo;"))
      #expect(job.notifyURL.text == "http://127.0.0.1/" && job.pipeline?.text == "p" && job.isIdleType && !job.force)
      #expect(job.saveasTargets.map(\.key) == ["x"])
    }
  }

  @Test func withoutAKeyTheHashIsTheKey() throws {
    try saved { $0.key = nil }.read { #expect($0.key.text == "Fqr0xh3cxeii2r7eDztILNmuqUNN") }
    try saved { $0.key = "" }.read { #expect($0.key.isEmpty) }
  }

  @Test func aTemplateIsForTheDialectCurrent() throws {
    let sample = UploadSample().with(#""persistentWorkflowTemplateID":"t""#)
    try sample.read { #expect($0.processing?.workflowTemplateID.text == "t") }
    var classic = sample
    classic.dialect = .classic
    try classic.read { upload in
      #expect(upload.processing?.bucket.text == nil)
      #expect(upload.ignored == ["persistentWorkflowTemplateID"])
    }
    #expect(error(sample.with(#""persistentOps":"a""#)) == .opsAndTemplate)
    try classic.with(#""persistentOps":"a""#).with(#""persistentType":"1""#).read {
      #expect($0.processing?.isIdleType == false)
    }
  }

  @Test(
    arguments: [
      (#""scope":"media""#, "a.mp4", true, false), (#""scope":"media:a.mp4""#, "a.mp4", true, true),
      (#""scope":"media:a.mp4""#, "b.mp4", false, false), (#""scope":"media:a.mp4""#, nil, false, false),
      (#""scope":"media:a""#, "a.mp4", false, false), (#""scope":"media:a:b""#, "a:b", true, true),
      (#""scope":"media:""#, "", true, true), (#""scope":"media:""#, "a", false, false),
      (#""isPrefixalScope":1,"scope":"media:a""#, "a.mp4", true, true),
      (#""isPrefixalScope":1,"scope":"media:a""#, "b", false, false),
      (#""isPrefixalScope":1,"scope":"media:abc""#, "ab", false, false),
      (#""insertOnly":1,"scope":"media:a.mp4""#, "a.mp4", true, false),
    ] as [(String, String?, Bool, Bool)])
  func theScopeSaysWhichKey(scope: String, key: String?, isAllowed: Bool, mayOverwrite: Bool) throws {
    var sample = UploadSample(policy: [scope, #""deadline":9"#])
    sample.key = key
    if isAllowed {
      try sample.read { #expect($0.mayOverwrite == mayOverwrite) }
    } else {
      let error = self.error(sample)
      #expect(error?.status == 403 && error?.errorText == "key doesn't match with scope")
    }
  }

  @Test func theChecksumIsChecked() throws {
    try saved { $0.checksum = "907060870" }.read { #expect($0.size == 5) }
    #expect(error(saved { $0.checksum = "907060871" }) == .checksumMismatch(sent: 907_060_871, computed: 907_060_870))
    for text in ["", "x", "-1", "4294967296"] {
      #expect(error(saved { $0.checksum = text }) == .badChecksum(text: text))
    }
  }

  @Test(arguments: [
    (UploadSample().with(#""scope":"""#), UploadError.scopeMissing),
    (UploadSample().with(#""scope":":k""#), .scopeMissing),
    (UploadSample().with(#""scope":null"#), .scopeMissing),
    (UploadSample().with(#""scope":1"#), .badPolicy("scope is no text")),
    (UploadSample().with(#""deadline":null"#), .badPolicy("deadline is missing")),
    // JavaScript's Date.now() / 1000 has a fraction.
    (UploadSample().with(#""deadline":1700000000.123"#), .badPolicy("deadline is no whole number")),
    (UploadSample().with(#""deadline":"9""#), .badPolicy("deadline is no whole number")),
    (UploadSample().with(#""insertOnly":"1""#), .badPolicy("insertOnly is no whole number")),
    (UploadSample().with(#""persistentOps":["a"]"#), .badPolicy("persistentOps is no text")),
    (UploadSample().with(#""persistentType":2"#), .badType(text: "2")),
    (UploadSample().with(#""persistentType":"-1""#), .badType(text: "-1")),
    (UploadSample().with(#""persistentType":true"#), .badPolicy("persistentType is neither a whole number nor a text")),
    (UploadSample().with(#""persistentOps":"a;;b""#), .badCommand(number: 2, text: "", .emptyCommand)),
    (
      UploadSample().with(#""persistentOps":"a|saveas/!""#),
      .badCommand(number: 1, text: "a|saveas/!", .badEntry(text: "!"))
    ),
    (
      UploadSample().with(#""persistentOps":"a""#).with(#""persistentNotifyUrl":"ftp://x""#),
      .badNotifyURL(text: "ftp://x", .scheme)
    ),
    (UploadSample(file: nil), .fileMissing),
    (UploadSample(key: String(repeating: "k", count: 751)), .keyTooLong(limit: 750)),
  ])
  func explainsWhatIsWrong(sample: UploadSample, expected: UploadError) {
    #expect(error(sample) == expected)
    #expect((400...406).contains(expected.status))
    for text in [expected.errorText, expected.explanation] {
      #expect(!text.isEmpty && text.utf8.allSatisfy { 0x20...0x7E ~= $0 })
    }
  }

  @Test func whatIsNotObeyedIsNamed() throws {
    try UploadSample().with(#""returnBody":"$(key)""#).with(#""callbackUrl":null"#).read {
      #expect($0.ignored == ["returnBody", "callbackUrl"])
    }
  }
}
