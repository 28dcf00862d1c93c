import ByteText
import PfopEngine
import Testing

@testable import PfopMock

/// Secrets in JSON.
struct MaskedPiecesTests {
  private static func mask(_ secrets: [String], sparing words: [String] = []) -> SecretMask {
    var mask = SecretMask { text in words.contains { $0.utf8.elementsEqual(text) } }
    mask.add(secretsOf: secrets.map { Account(accessKey: "ak", secretKey: $0) })
    return mask
  }

  private static func masked(_ json: String, _ mask: SecretMask) -> String {
    String(decoding: mask.masked(json: Array(json.utf8)), as: UTF8.self)
  }

  private static func base64(_ text: [UInt8]) -> String {
    text.withUnsafeBytes { String(decoding: URLSafeBase64.encode($0), as: UTF8.self) }
  }

  @Test(arguments: [
    (#"{"key": "secret-key"}"#, #"{"key": "**********"}"#),
    (#"{"key": "a/secret-key.mp4", "n": 1}"#, #"{"key": "a/**********.mp4", "n": 1}"#),
    (#"{"secret-key": 1}"#, #"{"**********": 1}"#),
    (#"["secret-key", "secret-key"]"#, #"["**********", "**********"]"#),
    // As many asterisks as there are octets in the value.
    (#"{"key": "secret\u002dkey\n\"\\"}"#, #"{"key": "**********\n\"\\"}"#),
    // What the string holds is escaped itself.
    (#"{"body": "{\"key\": \"secret\\u002dkey\"}"}"#, #"{"body": "{\"key\": \"***************\"}"}"#),
    (#"{"key": "other \" \u202e"}"#, #"{"key": "other \" \u202e"}"#), ("", ""), ("null", "null"),
    (
      "id: 1\nevent: request\ndata: {\"key\": \"secret-key\"}\n\n",
      "id: 1\nevent: request\ndata: {\"key\": \"**********\"}\n\n"
    ),
  ])
  func stringsAreMasked(json: String, shown: String) { #expect(Self.masked(json, Self.mask(["secret-key"])) == shown) }

  @Test(arguments: ["12345678", #"", "key": ""#, "null, 1, ", #"key": "x"#, "ruefalse"])
  func whatStandsOutsideOfStringsStays(secret: String) {
    let json = #"{"a": 123456789, "b": null, 1, "key": "x", "key": "x", "c": [truefalse]}"#
    #expect(Self.masked(json, Self.mask([secret])) == json)
  }

  @Test func octetsInBase64AreMasked() {
    let mask = Self.mask(["secret-key"])
    let octets: [UInt8] = [0xFF] + Array("secret-key".utf8) + [0x00]
    let shown: [UInt8] = [0xFF] + Array("**********".utf8) + [0x00]
    let json = #"{"created": [{"base64": "\#(Self.base64(octets))"}, "\#(Self.base64(octets))"]}"#
    let expected = #"{"created": [{"base64": "\#(Self.base64(shown))"}, "\#(Self.base64(octets))"]}"#
    #expect(Self.masked(json, mask) == expected)
    for text in ["no base64!", "", "A", Self.base64([1, 2, 3])] {
      #expect(Self.masked(#"{"base64": "\#(text)"}"#, mask) == #"{"base64": "\#(text)"}"#)
    }
  }

  @Test func wordsOfTheAPIStayWhereTheyStandAlone() {
    let mask = Self.mask(["notifyURL", "processing"], sparing: ["notifyURL", "processing"])
    let json = #"{"notifyURL": "a/notifyURL", "phase": "processing", "key": "processing.mp4"}"#
    let shown = #"{"notifyURL": "a/*********", "phase": "processing", "key": "**********.mp4"}"#
    #expect(Self.masked(json, mask) == shown)
  }

  /// A string that a piece ends in leaves with the next one, so that no cut shows the half of a secret.
  @Test func piecesMayBeCutAnywhere() {
    let mask = Self.mask(["secret-key", #"odd"\secret"#])
    let octets: [UInt8] = Array("secret-key".utf8) + [0xFF]
    let json =
      #"{"key": "secret-key", "a\"b": ["odd\"\\secret", 12345678, {"base64": "\#(Self.base64(octets))"}], "é": "中"}"#
    let text = Array(json.utf8)
    let whole = mask.masked(json: text)
    #expect(!String(decoding: whole, as: UTF8.self).contains("secret"))
    for first in 0...text.count {
      for second in [first, first + 1, (first + text.count) / 2] where second <= text.count {
        var pieces = MaskedPieces()
        let parts = [text[..<first], text[first..<second], text[second...]].map { pieces.next(Array($0), mask) }
        let all = parts.joined() + pieces.finish(mask)
        if Array(all) != whole {
          Issue.record("cut at \(first) and \(second): \(String(decoding: all, as: UTF8.self))")
        }
      }
    }
  }

  /// A mask that changes while pieces leave counts from then on.
  @Test func aTextThatEndsWithinAStringIsMaskedToo() {
    var pieces = MaskedPieces()
    #expect(pieces.next(Array(#"{"a": "secret-k"#.utf8), Self.mask(["another-one"])) == Array(#"{"a": "#.utf8))
    #expect(pieces.next(Array("ey".utf8), Self.mask(["secret-key"])).isEmpty)
    #expect(String(decoding: pieces.finish(Self.mask(["secret-key"])), as: UTF8.self) == #""**********"#)
  }
}
