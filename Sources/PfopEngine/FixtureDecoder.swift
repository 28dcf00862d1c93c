/// Turns the text of one fixture file into a `Fixture`, and reports everything that stands in the way.
struct FixtureDecoder {
  enum Field: String, FixtureField {
    case dialect, idFormat, accounts, buckets, rules
  }

  enum BucketField: String, FixtureField {
    case keys, dialect, idFormat, job, then
  }

  enum AccountField: String, FixtureField {
    case accessKey, secretKey
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
    fixture.dialect = dialect.flatMap(decodeDialect)
    idFormat = members[.idFormat]
    fixture.idFormat = idFormat.flatMap(decodeIDFormat)
    if let accounts { decodeAccounts(accounts) }
    if let buckets = members[.buckets] { decodeBuckets(buckets) }
    if let rules = members[.rules] { decodeRules(rules) }
  }

  private func decodeDialect(_ value: FixtureValue) -> Dialect? { reader.choice(value, "a dialect") }

  private func decodeIDFormat(_ value: FixtureValue) -> IDFormat? { reader.choice(value, "a form of ids") }

  /// No message of this function shows a value: a slip of the pen puts the secret where something else belongs.
  private mutating func decodeAccounts(_ value: FixtureValue) {
    for item in reader.items(of: value, allowed: "a list of { accessKey, secretKey }") {
      let members = reader.members(of: item, as: AccountField.self, isSecret: true)
      for field in AccountField.allCases where members[field] == nil && members.isSound {
        reader.report(item, "\(field.rawValue) is missing", allowed: "accessKey and secretKey")
      }
      guard let accessKey = members[.accessKey], let secretKey = members[.secretKey],
        let access = reader.text(accessKey, allowed: "visible ASCII without colon and space"),
        let secret = reader.text(secretKey, allowed: "a text")
      else { continue }
      guard access.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != 0x3A }) else {
        reader.report(
          accessKey, "holds a character that can not be sent", allowed: "visible ASCII without colon and space")
        continue
      }
      fixture.accounts.append(Account(accessKey: access, secretKey: secret))
      names.append((FixtureName(kind: .account, text: access), accessKey))
    }
  }

  private mutating func decodeBuckets(_ value: FixtureValue) {
    let members = reader.members(
      of: value, allowed: "a mapping of bucket names to { \(BucketField.list) }")
    for (nameValue, bucket) in members {
      let name = reader.text(nameValue, allowed: "a bucket's name").flatMap { reader.wildcard($0, at: nameValue) }
      // A bucket of which nothing is said exists and is empty.
      let fields = bucket.isNull ? nil : reader.members(of: bucket, as: BucketField.self)
      let keys = fields?[.keys].map(decodeKeys) ?? []
      let steps = fields?[.then].map { scripts.steps($0) } ?? []
      let job = fields?[.job].flatMap(scripts.job)
      let dialect = fields?[.dialect].flatMap(decodeDialect)
      let idFormat = fields?[.idFormat].flatMap(decodeIDFormat)
      guard let name else { continue }
      fixture.buckets.append(
        Fixture.Bucket(name: name, keys: keys, dialect: dialect, idFormat: idFormat, job: job, steps: steps))
      names.append((FixtureName(kind: .bucket, text: name.pattern), nameValue))
      buckets.append(FixtureOrigin(file: file, value: bucket, place: nameValue.place))
    }
  }

  private func decodeKeys(_ value: FixtureValue) -> [Wildcard] {
    let allowed = "a list of keys, in which * stands for any characters"
    return reader.items(of: value, allowed: allowed).compactMap { item in
      reader.text(item, allowed: "a key").flatMap { reader.wildcard($0, at: item) }
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
