import Files
import Foundation

/// Reads fixture files and folders and puts them together to one fixture.
package enum FixtureLoader {
  /// Larger files are refused, in bytes.
  package static let maximumFileSize = 16 << 20
  private static let extensions: Set<String> = ["yaml", "yml", "json"]
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// - Parameters:
  ///   - paths: files, and folders whose `.yaml`, `.yml` and `.json` files are read in the order of their names, without
  ///     those in folders below. No path at all, and no text, makes an empty fixture.
  ///   - texts: what counts as further files, with their names in messages.
  ///   - kinds: what paths of files may lead to; in folders only regular files are read.
  package static func load(
    paths: [String], texts: [(file: String, text: String)] = [], kinds: InputFile.Kinds = .any
  ) -> FixtureReading {
    let (parts, problems) = read(paths, texts, kinds)
    return assemble(parts, problems)
  }

  /// The same, and what is remarkable about a fixture that loads: see `FixtureAudit`.
  /// - Returns: the remarks in the order of the files and of the lines in them.
  package static func loadAndAudit(
    paths: [String], texts: [(file: String, text: String)] = [], kinds: InputFile.Kinds = .any
  ) -> (reading: FixtureReading, remarks: [FixtureProblem]) {
    let (parts, problems) = read(paths, texts, kinds)
    let reading = assemble(parts, problems)
    guard case .loaded(let fixture) = reading else { return (reading, []) }
    let audit = FixtureAudit(
      fixture, buckets: parts.flatMap(\.part.buckets), rules: parts.flatMap(\.part.rules))
    return (reading, sorted(audit.remarks, files: parts.map(\.file)))
  }

  /// The files that are read, as far as they can be seen.
  package static func files(at paths: [String]) -> [String] {
    var problems: [FixtureProblem] = []
    return paths.flatMap { files(at: $0, &problems) }
  }

  private static func read(
    _ paths: [String], _ texts: [(file: String, text: String)], _ kinds: InputFile.Kinds
  ) -> (parts: [(file: String, part: FixtureDecoder)], problems: [FixtureProblem]) {
    var problems: [FixtureProblem] = []
    var parts: [(file: String, part: FixtureDecoder)] = []
    func decode(_ text: String, _ file: String) {
      let part = FixtureDecoder(text, file: file)
      problems += part.problems
      parts.append((file, part))
    }
    for path in paths {
      for file in files(at: path, &problems) {
        guard let text = text(of: file, file == path ? kinds : .regular, &problems) else { continue }
        decode(text, file)
      }
    }
    for (file, text) in texts { decode(text, file) }
    return (parts, problems)
  }

  /// Decodes one text as if it were a file.
  /// - Parameter file: its name in messages.
  package static func decode(_ text: String, file: String) -> FixtureReading {
    let part = FixtureDecoder(text, file: file)
    return assemble([(file, part)], part.problems)
  }

  /// Decodes what a snapshot holds of a fixture: everything but its accounts.
  /// - Parameters:
  ///   - json: YAML, of which JSON is a part, has no place for a few characters, or takes them for the end of a line:
  ///     they are escaped here.
  ///   - accounts: who may ask.
  package static func decode(json: String, accounts: [Account]) -> FixtureReading {
    var text = ""
    for scalar in json.unicodeScalars {
      switch scalar.value {
      case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        text += "\\u" + String(String(scalar.value | 0x10000, radix: 16).dropFirst())
      default: text.unicodeScalars.append(scalar)
      }
    }
    let part = FixtureDecoder(text, file: "")
    var problems = part.problems
    if let value = part.accounts {
      problems.append(
        FixtureProblem(
          file: "", place: value.place, path: value.path, what: "secrets are in no snapshot",
          allowed: "the accounts' AccessKeys beside the fixture"))
    }
    switch assemble([("", part)], problems, needsAccounts: false) {
    case .loaded(var fixture):
      fixture.accounts = accounts
      return .loaded(fixture)
    case .refused(let problems): return .refused(problems)
    }
  }

  private static func assemble(
    _ parts: [(file: String, part: FixtureDecoder)], _ problems: [FixtureProblem], needsAccounts: Bool = true
  ) -> FixtureReading {
    var problems = problems
    var fixture = Fixture()
    var taken: [FixtureName: String] = [:]
    var dialect = Single<Dialect>(noun: "dialect")
    var idFormat = Single<IDFormat>(noun: "form of ids")
    for (file, part) in parts {
      fixture.accounts += part.fixture.accounts
      fixture.buckets += part.fixture.buckets
      fixture.rules += part.fixture.rules
      for (name, value) in part.names {
        let place = place(value, file)
        if let other = taken.updateValue(place, forKey: name) {
          problems.append(
            FixtureProblem(
              file: file, place: value.place, path: value.path,
              what: "\(FixtureProblem.quoted(name.text)) is taken already, at \(other)", allowed: "each name once"))
        }
      }
      dialect.take(part.fixture.dialect, at: part.dialect, in: file, &problems)
      idFormat.take(part.fixture.idFormat, at: part.idFormat, in: file, &problems)
    }
    fixture.dialect = dialect.value
    fixture.idFormat = idFormat.value
    // With other problems the accounts may just not have been understood.
    if needsAccounts, problems.isEmpty, fixture.accounts.isEmpty, let (file, part) = parts.first {
      let accounts = part.accounts
      problems.append(
        FixtureProblem(
          file: file, place: accounts?.place, path: "accounts",
          what: "there is no account, so every signature would be refused",
          allowed: "one or more { accessKey, secretKey }"))
    }
    return problems.isEmpty ? .loaded(fixture) : .refused(sorted(problems))
  }

  /// What several files may say, as long as they say the same.
  private struct Single<Value: Equatable> {
    var noun: String
    var value: Value?
    var place = ""

    mutating func take(_ named: Value?, at value: FixtureValue?, in file: String, _ problems: inout [FixtureProblem]) {
      guard let named, let value else { return }
      if let other = self.value, other != named {
        problems.append(
          FixtureProblem(
            file: file, place: value.place, path: value.path, what: "another \(noun) is named at \(place)",
            allowed: "one \(noun)"))
      }
      self.value = named
      place = FixtureLoader.place(value, file)
    }
  }

  /// By file, in the order given, and by place.
  /// - Parameter files: nil takes the order in which the problems come.
  private static func sorted(_ problems: [FixtureProblem], files: [String]? = nil) -> [FixtureProblem] {
    var ranks: [String: Int] = [:]
    for file in files ?? problems.map(\.file) where ranks[file] == nil { ranks[file] = ranks.count }
    func rank(_ problem: FixtureProblem) -> (Int, Int, Int) {
      (ranks[problem.file] ?? 0, problem.place?.line ?? 0, problem.place?.column ?? 0)
    }
    return problems.sorted { rank($0) < rank($1) }
  }

  private static func place(_ value: FixtureValue, _ file: String) -> String {
    value.place.map { "\(file):\($0.line):\($0.column)" } ?? file
  }

  /// The files that `path` stands for.
  private static func files(at path: String, _ problems: inout [FixtureProblem]) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return [path]
    }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") && extensions.contains(($0 as NSString).pathExtension) }
      if names.isEmpty {
        problems.append(
          FixtureProblem(
            file: path, place: nil, path: "", what: "the folder holds no fixture",
            allowed: "files named *.yaml, *.yml or *.json"))
      }
      return names.sorted().map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    } catch {
      problems.append(unreadable(path, error))
      return []
    }
  }

  private static func text(
    of path: String, _ kinds: InputFile.Kinds, _ problems: inout [FixtureProblem]
  ) -> String? {
    do throws(FileError) {
      let bytes = try InputFile.read(path, limit: maximumFileSize, kinds: kinds)
      let start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
      if let text = String(validating: bytes[start...], as: UTF8.self) { return text }
      problems.append(
        FixtureProblem(file: path, place: nil, path: "", what: "the file is not UTF-8", allowed: "text in UTF-8"))
    } catch {
      problems.append(
        FixtureProblem(file: path, place: nil, path: "", what: error.reason, allowed: error.allowed))
    }
    return nil
  }

  private static func unreadable(_ path: String, _ error: any Error) -> FixtureProblem {
    let cause = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError) ?? (error as NSError)
    let text = cause.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(cause.code))) : "\(error)"
    return FixtureProblem(file: path, place: nil, path: "", what: "cannot be read: \(text)", allowed: nil)
  }
}
