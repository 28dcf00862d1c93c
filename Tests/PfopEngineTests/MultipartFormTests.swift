import ByteText
import Testing

@testable import PfopEngine

struct MultipartFormTests {
  /// Each part as `name:type:content`.
  private func parts(_ content: String, type: String = "multipart/form-data; boundary=b") throws -> [String] {
    try content.withBytes { content throws(MultipartFault) in
      try type.withBytes { type throws(MultipartFault) in
        try MultipartForm(content, contentType: type).parts.map {
          "\($0.name.text):\($0.contentType?.text ?? ""):\($0.content.text)"
        }
      }
    }
  }

  private func fault(_ content: String, type: String = "multipart/form-data; boundary=b") -> MultipartFault? {
    do {
      _ = try parts(content, type: type)
      return nil
    } catch {
      return error as? MultipartFault
    }
  }

  private func part(_ header: String = "Content-Disposition: form-data; name=\"k\"", _ content: String = "v") -> String
  {
    "--b\r\n\(header)\r\n\r\n\(content)\r\n--b--\r\n"
  }

  /// As Python's requests writes it.
  @Test func readsWhatSDKsSend() throws {
    let boundary = "519ff8d568015da210bb896d78e5364a"
    let content =
      "--\(boundary)\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nt\r\n"
      + "--\(boundary)\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n中 \"文\r\n"
      + "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"名 %22x.bin\"\r\n"
      + "Content-Type: text/plain\r\n\r\nabc\r\n--\r\n--\(boundary)--\r\n"
    #expect(
      try parts(content, type: "multipart/form-data; boundary=\(boundary)")
        == ["token::t", "key::中 \"文", "file:text/plain:abc\r\n--"])
  }

  @Test(arguments: [
    ("--b--", []), ("--b--\r\n", []), ("--b-- \t\r\nepilogue", []),
    ("preamble\r\n--b \t\r\nContent-Disposition: form-data; name=k\r\n\r\nv\r\n--b--", ["k::v"]),
    ("--b\r\ncontent-DISPOSITION:form-data;name=k\r\n\r\n\r\n--b--", ["k::"]),
    // The empty line may be the delimiter's own.
    ("--b\r\nContent-Disposition: form-data; name=k\r\n\r\n--b--", ["k::"]),
    // Lines that only begin like a delimiter, and line ends of any kind, are content.
    (
      "--b\r\nContent-Disposition: form-data; name=k\r\n\r\n--bc\r\n--b-\r\n--b--x\n\r--b\r\r\n\r\n--b--",
      ["k::--bc\r\n--b-\r\n--b--x\n\r--b\r\r\n"]
    ),
    (
      "--b\r\nX: y\r\nContent-Transfer-Encoding: BINARY\r\nContent-Disposition: form-data; name=k\r\n\r\nv\r\n--b--",
      ["k::v"]
    ),
  ])
  func followsTheGrammar(content: String, expected: [String]) throws {
    #expect(try parts(content) == expected)
  }

  @Test(arguments: [
    "multipart/form-data; boundary=\"b\"", "Multipart/Form-Data;charset=utf-8; BOUNDARY=b",
    "multipart/form-data ; boundary=b",
  ])
  func findsTheBoundary(type: String) throws {
    #expect(try parts(part(), type: type) == ["k::v"])
    #expect(type.withBytes { MultipartForm.isMultipart(contentType: $0) })
  }

  @Test func knowsItsType() {
    for type in ["multipart/mixed; boundary=b", "multipart/form-datax", "application/x-www-form-urlencoded", ""] {
      #expect(!type.withBytes { MultipartForm.isMultipart(contentType: $0) })
    }
  }

  @Test(arguments: [
    ("multipart/form-data", MultipartFault.boundaryMissing),
    ("multipart/form-data; boundary=", .boundaryInvalid(text: "")),
    ("multipart/form-data; boundary=a; boundary=b", .boundaryMissing),
    ("multipart/form-data; boundary=\"b", .boundaryMissing),
    ("multipart/form-data; boundary=\"a\u{1}\"", .boundaryInvalid(text: "a\\x01")),
  ])
  func refusesABadBoundary(type: String, expected: MultipartFault) {
    #expect(fault(part(), type: type) == expected)
    let long = String(repeating: "b", count: 71)
    #expect(fault("--\(long)--", type: "multipart/form-data; boundary=\(long)") != nil)
  }

  @Test(arguments: [
    ("", MultipartFault.delimiterMissing(boundary: "b")), ("--c--", .delimiterMissing(boundary: "b")),
    ("x--b--", .delimiterMissing(boundary: "b")), ("--b\n", .delimiterMissing(boundary: "b")),
    ("--b\r\n", .endMissing(part: 1)), ("--b\r\nContent-Disposition: form-data; name=k", .endMissing(part: 1)),
    ("--b\r\nContent-Disposition: form-data; name=k\r\n\r\nv", .endMissing(part: 1)),
    ("--b\r\nContent-Disposition: form-data; name=k\r\n\r\nv\r\n--b\r\n", .endMissing(part: 2)),
    ("--b\r\n\r\nv\r\n--b--", .nameMissing(part: 1, text: nil)),
    ("--b\r\nContent-Disposition: form-data\r\n\r\nv\r\n--b--", .nameMissing(part: 1, text: "form-data")),
    ("--b\r\nContent-Disposition: file; name=k\r\n\r\n--b--", .nameMissing(part: 1, text: "file; name=k")),
    ("--b\r\nno colon\r\n\r\nv\r\n--b--", .headerMalformed(part: 1, text: "no colon")),
    ("--b\r\n: v\r\n\r\nv\r\n--b--", .headerMalformed(part: 1, text: ": v")),
    ("--b\r\nA: b\nC: d\r\n\r\nv\r\n--b--", .headerMalformed(part: 1, text: "A: b\\nC: d")),
    ("--b\r\nA: b\rC: d\r\n\r\nv\r\n--b--", .headerMalformed(part: 1, text: "A: b\\r")),
    (
      "--b\r\nContent-Disposition: form-data; name=k\r\nContent-Transfer-Encoding: base64\r\n\r\nv\r\n--b--",
      .transferEncoding(part: 1, text: "base64")
    ),
  ])
  func explainsWhatItDoesNotRead(content: String, expected: MultipartFault) {
    #expect(fault(content) == expected)
    #expect(expected.explanation.utf8.allSatisfy { 0x20...0x7E ~= $0 })
  }

  @Test func boundsPartsAndHeaders() throws {
    let one = "--b\r\nContent-Disposition: form-data; name=k\r\n\r\nv\r\n"
    let most = String(repeating: one, count: MultipartForm.maximumPartCount)
    #expect(try parts(most + "--b--").count == MultipartForm.maximumPartCount)
    #expect(fault(most + one + "--b--") == .tooManyParts(limit: MultipartForm.maximumPartCount))
    let long = String(repeating: "x", count: MultipartForm.maximumHeaderLength)
    #expect(fault(part("X: \(long)")) == .headerTooLong(part: 1, limit: MultipartForm.maximumHeaderLength))
    let lines = String(repeating: "X: y\r\n", count: MultipartForm.maximumHeaderLength)
    #expect(fault("--b\r\n\(lines)") == .headerTooLong(part: 1, limit: MultipartForm.maximumHeaderLength))
  }

  /// Whatever is missing at its end, it is refused and nothing else happens.
  @Test func everyCutIsRefused() {
    let whole = part("Content-Disposition: form-data; name=\"k\"; filename=\"f\"\r\nContent-Type: a/b", "v\r\n--b")
    for end in whole.utf8.indices.dropLast(2) {
      #expect(fault(String(decoding: whole.utf8.prefix(upTo: end), as: UTF8.self)) != nil)
    }
  }

  @Test func aPartIsFoundByItsNameAndGivenOnce() throws {
    let content = "--b\r\nContent-Disposition: form-data; name=k\r\n\r\nv\r\n" + part()
    try content.withBytes { content in
      let form = try "multipart/form-data; boundary=b".withBytes { type throws(MultipartFault) in
        try MultipartForm(content, contentType: type)
      }
      #expect(throws: MultipartFault.repeated(name: "k")) { try form.part("k") }
      #expect(try form.part("other")?.name.text == nil)
    }
  }
}
