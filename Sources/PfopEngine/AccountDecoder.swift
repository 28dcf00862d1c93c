/// Reads one account. No message of it shows a value: a slip of the pen puts the secret where something else belongs.
struct AccountDecoder {
  enum Field: String, FixtureField {
    case accessKey, secretKey
  }

  private static let allowedAccessKey = "visible ASCII without colon and space"

  let reader: FixtureReader

  /// An account, and the value that names it.
  /// - Parameter known: the AccessKey, where it is said elsewhere and may be left out.
  func account(_ value: FixtureValue, named known: FixtureValue? = nil) -> (account: Account, name: FixtureValue)? {
    let members = reader.members(of: value, as: Field.self, isSecret: true)
    let given = members[.accessKey] ?? known
    for field in Field.allCases where members.isSound {
      if members[field] == nil, field != .accessKey || given == nil {
        reader.report(value, "\(field.rawValue) is missing", allowed: "accessKey and secretKey")
      }
    }
    guard let accessKey = given, let secretKey = members[.secretKey],
      let access = reader.text(accessKey, allowed: Self.allowedAccessKey),
      let secret = reader.text(secretKey, allowed: "a text")
    else { return nil }
    guard access.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x3A }) else {
      reader.report(accessKey, "holds a character that can not be sent", allowed: Self.allowedAccessKey)
      return nil
    }
    if let known = known?.node.scalar?.string, access != known {
      reader.report(accessKey, "is another one than the path names", allowed: "the path's, or none")
    }
    return (Account(accessKey: access, secretKey: secret), accessKey)
  }
}
