import Files
import PfopEngine

/// Where fixtures come from: files and folders, a text, or the one that is built in.
package struct FixtureSource: Sendable {
  private let paths: [String]
  private let text: String?

  /// - Parameters:
  ///   - paths: empty, and no text, means the built-in fixture.
  ///   - text: one more, as if it were a file.
  package init(paths: [String], text: String? = nil) {
    self.paths = paths
    self.text = text
  }

  private var isBuiltIn: Bool { paths.isEmpty && text == nil }

  /// What is not in a file is named so in messages.
  private static let textName = "fixtureText"

  /// The files that are read: what a folder holds changes from time to time.
  package var files: [String] { FixtureLoader.files(at: paths) }

  /// - Throws: `StartFailure` with every problem of every file.
  func load() throws(StartFailure) -> Fixture {
    try fixture(
      of: isBuiltIn
        ? FixtureLoader.decode(
          String(decoding: PackageResources.default_yaml, as: UTF8.self), file: "fixtures/default.yaml (built in)")
        : FixtureLoader.load(paths: paths, texts: texts))
  }

  /// The same with what is remarkable about the fixture, though it loads; nothing is about the built-in one.
  /// - Parameter kinds: what the files may be.
  /// - Returns: each remark a line that names the place.
  func loadAndAudit(
    kinds: InputFile.Kinds = .any
  ) throws(StartFailure) -> (fixture: Fixture, remarks: [String]) {
    if isBuiltIn { return (try load(), []) }
    let (reading, remarks) = FixtureLoader.loadAndAudit(paths: paths, texts: texts, kinds: kinds)
    return (try fixture(of: reading), remarks.map(\.description))
  }

  private var texts: [(file: String, text: String)] { text.map { [(FixtureSource.textName, $0)] } ?? [] }

  private func fixture(of reading: FixtureReading) throws(StartFailure) -> Fixture {
    switch reading {
    case .loaded(let fixture): return fixture
    case .refused(let problems): throw StartFailure(problems: problems.map(\.description))
    }
  }

  /// One line that says what the fixture holds, and one for each thing that can never come true in it.
  package func check() throws(StartFailure) -> (summary: String, remarks: [String]) {
    let (fixture, remarks) = try loadAndAudit()
    let parts = [
      count(fixture.accounts.count, "account"), count(fixture.buckets.count, "bucket"),
      count(fixture.rules.count, "rule"),
    ]
    return ("ok: " + parts.joined(separator: ", "), remarks)
  }

  /// AccessKey and SecretKey of the first account.
  package func firstAccount() throws(StartFailure) -> (String, String) {
    guard let account = try load().accounts.first else { throw StartFailure(problems: ["the fixture has no account"]) }
    return (account.accessKey, account.secretKey)
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
