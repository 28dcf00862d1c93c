import PfopEngine

/// `GET accounts`, and `GET`, `PUT` and `DELETE accounts/{accessKey}`: whose signatures are accepted. A SecretKey is taken
/// and never told.
enum AccountCalls {
  static let listDescription = CallDescription(answers: [
    .json("In file order, without their secrets", .object([.needed("accounts", .list(account))]))
  ])
  static let description = CallDescription([accessKey], answers: [.json("There is", account), missing])
  static let puttingDescription = CallDescription(
    [accessKey], body: .object([.maybe("accessKey", .text), .needed("secretKey", .text)]),
    answers: [.json("There is now", account)])
  static let removalDescription = CallDescription(
    [accessKey],
    answers: [
      .json("It is gone", .object([.needed("deleted", .text)])), missing, .error(409, "It is the only account"),
    ])

  private static let account = JSONSchema.object([.needed("accessKey", .text)])
  private static let accessKey = CallDescription.Parameter("accessKey", "Its AccessKey")
  private static let missing = CallDescription.Answer.error(404, "No account has the AccessKey")

  static func all(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let accounts = request.core.withService { $0.accounts }
    return request.answer(with: ListContent(Items(accounts: accounts[...]), named: "accounts"))
  }

  private struct Items: ListItems {
    /// Those that have not been taken.
    var accounts: ArraySlice<Account>

    private static let batch = 512

    mutating func next() -> [Account]? {
      guard !accounts.isEmpty else { return nil }
      defer { accounts = accounts.dropFirst(Self.batch) }
      return Array(accounts.prefix(Self.batch))
    }

    func parts(of account: Account) -> [JSONPart] {
      [.text(JSONWriter.object { $0.member("accessKey", account.accessKey) })]
    }
  }

  static func one(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let accessKey = request.parameter("accessKey")
    guard request.core.withService({ $0.hasAccount(accessKey) }) else { throw unknown }
    return .object { $0.member("accessKey", accessKey) }
  }

  static func put(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let accessKey = request.parameter("accessKey")
    let account = try request.readEntry { reader, value in reader.account(named: accessKey, value) }
    request.core.changeFixture { $0.put(account) }
    return .object { $0.member("accessKey", account.accessKey) }
  }

  static func delete(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let accessKey = request.parameter("accessKey")
    switch request.core.changeFixture({ $0.removeAccount(accessKey) }) {
    case .removed: return .object { $0.member("deleted", accessKey) }
    case .unknown: throw unknown
    case .last: throw .refused(status: 409, "it is the only account, without which every signature would be refused")
    }
  }

  /// What was asked for is not shown: it may be a secret in the wrong place.
  private static let unknown = AdminError.refused(status: 404, "no account has that AccessKey")
}
