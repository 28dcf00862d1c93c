import Testing

@testable import PfopMock

struct SecretMaskTests {
  private func masked(_ text: String, _ secrets: [String]) -> String {
    var mask = SecretMask()
    for secret in secrets { mask.add(secret) }
    var octets = Array(text.utf8)
    mask.apply(to: &octets)
    return String(decoding: octets, as: UTF8.self)
  }

  @Test(arguments: [
    ("a secret-key b", "a ********** b"), ("secret-key", "**********"), ("secret-kesecret-key", "secret-ke**********"),
    ("secret-key,secret-key", "**********,**********"), ("secret-ke", "secret-ke"), ("", ""), ("secret", "secret"),
  ])
  func everyPlaceOfASecretIsMasked(text: String, shown: String) {
    #expect(masked(text, ["secret-key", "another-one"]) == shown)
  }

  @Test func theLongerOfTwoIsMaskedWhole() {
    for secrets in [["secret-key", "secret-key-2"], ["secret-key-2", "secret-key"]] {
      #expect(masked("secret-key-2 secret-key", secrets) == "************ **********")
    }
  }

  @Test func whatIsTooShortIsNoSecret() {
    #expect(masked("a short one", ["short"]) == "a short one")
  }
}
