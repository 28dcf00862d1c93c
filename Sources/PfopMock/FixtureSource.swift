import PfopEngine

/// Where fixtures come from: files and folders, or the one that is built in.
package struct FixtureSource: Sendable {
  private let paths: [String]

  /// - Parameter paths: empty means the built-in fixture.
  package init(paths: [String]) { self.paths = paths }

  /// - Throws: `StartFailure` with every problem of every file.
  func load() throws(StartFailure) -> Fixture {
    let reading =
      paths.isEmpty
      ? FixtureLoader.decode(
        String(decoding: PackageResources.default_yaml, as: UTF8.self), file: "fixtures/default.yaml (built in)")
      : FixtureLoader.load(paths: paths)
    switch reading {
    case .loaded(let fixture): return fixture
    case .refused(let problems): throw StartFailure(problems: problems.map(\.description))
    }
  }

  /// One line that says what the fixture holds.
  package func summary() throws(StartFailure) -> String {
    let fixture = try load()
    let parts = [
      count(fixture.accounts.count, "account"), count(fixture.buckets.count, "bucket"),
      count(fixture.rules.count, "rule"),
    ]
    return "ok: " + parts.joined(separator: ", ")
  }

  /// AccessKey and SecretKey of the first account.
  package func firstAccount() throws(StartFailure) -> (String, String) {
    guard let account = try load().accounts.first else { throw StartFailure(problems: ["the fixture has no account"]) }
    return (account.accessKey, account.secretKey)
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
