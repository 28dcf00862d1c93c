import ByteText
import PfopEngine
import Testing

@testable import PfopMock

struct SecretMaskTests {
  private static func mask(_ secrets: [String]) -> SecretMask {
    var mask = SecretMask()
    mask.add(secretsOf: secrets.map { Account(accessKey: "ak", secretKey: $0) })
    return mask
  }

  private func masked(_ text: String, _ secrets: [String]) -> String { Self.mask(secrets).masked(text) }

  private static func stars(_ count: Int) -> String { String(repeating: "*", count: count) }

  @Test(arguments: [
    ("a secret-key b", "a ********** b"), ("secret-key", "**********"), ("secret-kesecret-key", "secret-ke**********"),
    ("secret-key,secret-key", "**********,**********"), ("secret-ke", "secret-ke"), ("", ""), ("secret", "secret"),
    ("SECRET-Key", "**********"), ("xxsecret-keyanother-onexx", "xx*********************xx"),
  ])
  func everyPlaceOfASecretIsMasked(text: String, shown: String) {
    #expect(masked(text, ["secret-key", "another-one"]) == shown)
  }

  @Test func theLongerOfTwoIsMaskedWhole() {
    for secrets in [["secret-key", "secret-key-2"], ["secret-key-2", "secret-key"]] {
      #expect(masked("secret-key-2 secret-key", secrets) == "************ **********")
    }
  }

  @Test func twoThatOverlapAreMaskedBoth() {
    #expect(masked("-abcdefghijkl-", ["abcdefgh", "efghijkl"]) == "-************-")
  }

  @Test func whatIsTooShortIsNoSecret() {
    #expect(masked("a short one", ["short"]) == "a short one")
    #expect(masked("eight888 nine", ["eight888"]) == "******** nine")
  }

  @Test func whatIsPartOfItsOwnAccessKeyIsNoSecret() {
    var mask = SecretMask()
    mask.add(secretsOf: [Account(accessKey: "my-TEST-account", secretKey: "test-account")])
    #expect(mask.isEmpty)
    mask.add(secretsOf: [Account(accessKey: "other", secretKey: "my-test-account")])
    #expect(mask.masked("my-TEST-account") == Self.stars(15))
  }

  /// Each octet of it in each way that an outlet or a client may write it.
  @Test(arguments: [
    "secret%2Dkey", "%73ecret-ke%79", "%73%65%63%72%65%74%2d%6B%65%79", "%2573ecret-key", "secret%252dkey",
    "secret\\u002dkey", "secret\\x2Dkey", "%5Cu0073ecret-key", "\\u0073\\u0065cret-key",
  ])
  func anEscapedOneIsMaskedAsLongAsItIs(text: String) {
    #expect(masked("<\(text)>", ["secret-key"]) == "<\(Self.stars(text.utf8.count))>")
  }

  @Test(arguments: [
    #"a "b\c%41+d é/"#, #"a+%22b%5Cc%2541%2Bd+%C3%A9%2F"#, #"a%20\"b\\c%41+d\u0020\u00e9\/"#,
    #"a \"b\\c%41+d \xC3\xA9/"#,
    #"A \u0022B\u005cC%41+D \u00E9/"#, #"a%20%5C%22b%5C%5Cc%2541%2Bd%20é%5C/"#,
  ])
  func oneThatNeedsEscapesIsFoundInEach(text: String) {
    #expect(masked("(\(text))", [#"a "b\c%41+d é/"#]) == "(\(Self.stars(text.utf8.count)))")
  }

  @Test func pairsOfSurrogatesAreOneCharacter() {
    #expect(masked(#"x\ud83c\udfacyyyyyyz"#, ["x🎬yyyyyy"]) == Self.stars(19) + "z")
    #expect(masked(#"x\ud83cyyyyyyz"#, ["x🎬yyyyyy"]) == #"x\ud83cyyyyyyz"#)
  }

  /// The beginning of a secret, of eight octets or more, in front of a mark or at the end of what may have been cut.
  @Test(arguments: [
    (#""secret-k"..."#, #""********"..."#), ("secret-k... (99 bytes)", "********... (99 bytes)"),
    ("secret-%6", "secret-%6"), ("secret-k%6... (9 bytes)", "********%6... (9 bytes)"),
    ("secret-...", "secret-..."), ("secret-kr...", "secret-kr..."), ("secret-k", "secret-k"),
  ])
  func whatIsLeftOfOneThatWasCutIsMasked(text: String, shown: String) {
    #expect(masked(text, ["secret-key"]) == shown)
  }

  @Test func theEndOfALongTextMayBeACut() {
    let long = String(repeating: "x", count: 192)
    #expect(masked(long + "secret-k", ["secret-key"]) == long + Self.stars(8))
    #expect(masked(long.dropLast() + "secret-k", ["secret-key"]) == long.dropLast() + "secret-k")
    var octets = Array("abcsecret-kedef".utf8)
    Self.mask(["secret-key"]).apply(to: &octets, in: 3..<12, isCut: false)
    #expect(String(decoding: octets, as: UTF8.self) == "abcsecret-kedef")
    Self.mask(["secret-key"]).apply(to: &octets, in: 3..<12, isCut: true)
    #expect(String(decoding: octets, as: UTF8.self) == "abc*********def")
  }

  /// Thousands of accounts that were made one after the other.
  @Test func manySecretsAlikeAreTold() {
    let secrets = (1000..<6000).map { "secret-of-number-\($0)" }
    let all = Self.mask(secrets)
    var oneByOne = SecretMask()
    for secret in secrets.reversed() { oneByOne.add(secretsOf: [Account(accessKey: "ak", secretKey: secret)]) }
    for mask in [all, oneByOne] {
      #expect(
        mask.masked("<secret-of-number-999> secret-of-number-1000x") == "<secret-of-number-999> \(Self.stars(21))x")
      for secret in secrets where mask.masked(secret) != Self.stars(21) { Issue.record("\(secret)") }
    }
  }

  /// Every reading of a backslash, or of a percent sign, is another way to go on: what is looked at stays bounded.
  @Test(.timeLimit(.minutes(1)), arguments: ["\\", "%", "%25", "+ "])
  func textsThatCanBeReadInManyWaysEnd(unit: String) {
    let secret = String(repeating: unit, count: 16) + "x"
    let text = String(repeating: unit, count: 150)
    #expect(masked(text + "y", [secret]) == text + "y")
    #expect(masked(text + "x", [secret]).hasSuffix(Self.stars(secret.utf8.count)))
  }

  @Test func oneOfThousandsThatBeginAlikeIsMasked() {
    let secrets = (0..<3000).map { "secret-key-\($0)" }
    #expect(masked("a secret-key-2345 b", secrets) == "a *************** b")
    #expect(masked("a secret-key-x b", secrets) == "a secret-key-x b")
  }
}
