import ByteText
import QiniuAuth

/// What callers of the admin API have to know. It is shown nowhere.
package struct AdminToken: Sendable {
  package static let allowed = "one or more visible ASCII characters"

  private let text: [UInt8]

  /// - Throws: `StartFailure` if it could not be sent in a field.
  init(_ text: String) throws(StartFailure) {
    guard AdminToken.isValid(text) else {
      throw StartFailure(problems: ["the admin token is not usable; allowed: \(AdminToken.allowed)"])
    }
    self.text = Array(text.utf8)
  }

  package static func isValid(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
  }

  /// True for the value `Bearer <token>` (RFC 6750, section 2.1). How long it takes tells nothing of the token but its
  /// length.
  func admits(authorization: String) -> Bool {
    let words = authorization.split(separator: " ", maxSplits: 1)
    guard words.count == 2, words[0].lowercased() == "bearer" else { return false }
    let given = Array(words[1].drop { $0 == " " }.utf8)
    return given.withUnsafeBytes { given in text.withUnsafeBytes { given.equalsInConstantTime($0) } }
  }
}
