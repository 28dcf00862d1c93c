/// Turns the text of one fixture file into a `Fixture`, and reports everything that stands in the way.
struct FixtureDecoder {
  enum Field: String, FixtureField {
    case dialect, idFormat, accounts, buckets, rules
  }

  /// What was read, as far as it could be.
  private(set) var fixture = Fixture()
  /// The names that the file takes, in file order, with their values' paths.
  private(set) var names: [(name: FixtureName, value: FixtureValue)] = []
  /// Where the buckets and rules of `fixture` stand.
  private(set) var buckets: [FixtureOrigin] = []
  private(set) var rules: [FixtureOrigin] = []
  private(set) var dialect: FixtureValue?
  private(set) var idFormat: FixtureValue?
  private(set) var accounts: FixtureValue?

  private let file: String
  private let reader: FixtureReader
  private let scripts: ScriptDecoder

  var problems: [FixtureProblem] { reader.problems }

  /// - Parameters:
  ///   - file: its name in messages.
  ///   - maximumValues: see `FixtureReader`.
  init(_ text: String, file: String, maximumValues: Int = FixtureReader.maximumValues) {
    self.file = file
    reader = FixtureReader(file: file, maximumValues: maximumValues)
    scripts = ScriptDecoder(reader: reader)
    guard let root = reader.root(of: text) else { return }
    guard !root.isNull else {
      reader.report(root, "the file is empty", allowed: "a mapping with \(Field.list)")
      return
    }
    let members = reader.members(of: root, as: Field.self)
    dialect = members[.dialect]
    accounts = members[.accounts]
    fixture.dialect = dialect.flatMap { reader.choice($0, "a dialect") }
    idFormat = members[.idFormat]
    fixture.idFormat = idFormat.flatMap { reader.choice($0, "a form of ids") }
    if let accounts { decodeAccounts(accounts) }
    if let buckets = members[.buckets] { decodeBuckets(buckets) }
    if let rules = members[.rules] { decodeRules(rules) }
  }

  private mutating func decodeAccounts(_ value: FixtureValue) {
    for item in reader.items(of: value, allowed: "a list of { accessKey, secretKey }") {
      guard let (account, name) = AccountDecoder(reader: reader).account(item) else { continue }
      fixture.accounts.append(account)
      names.append((FixtureName(kind: .account, text: account.accessKey), name))
    }
  }

  private mutating func decodeBuckets(_ value: FixtureValue) {
    let members = reader.members(
      of: value, allowed: "a mapping of bucket names to { \(BucketDecoder.Field.list) }")
    for (nameValue, bucket) in members {
      let name = reader.text(nameValue, allowed: "a bucket's name").flatMap { reader.wildcard($0, at: nameValue) }
      guard let decoded = BucketDecoder(reader: reader).bucket(name, bucket) else { continue }
      fixture.buckets.append(decoded)
      names.append((FixtureName(kind: .bucket, text: decoded.name.pattern), nameValue))
      buckets.append(FixtureOrigin(file: file, value: bucket, place: nameValue.place))
    }
  }

  private mutating func decodeRules(_ value: FixtureValue) {
    for item in reader.items(of: value, allowed: "a list of { name, when, then }") {
      guard let (rule, name) = scripts.rule(item) else { continue }
      fixture.rules.append(rule)
      rules.append(FixtureOrigin(file: file, value: item, place: item.place))
      if let name, let text = rule.name { names.append((FixtureName(kind: .rule, text: text), name)) }
    }
  }
}
