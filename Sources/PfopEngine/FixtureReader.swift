import ByteText
import Yams

/// Reads YAML values of one file as what they should be, and collects what they are not.
///
/// Every scalar is text as it is written, unless a number or boolean is asked for: so `123` and `no` are fine as names.
package final class FixtureReader {
  /// How many values one file may come to once its aliases are followed: few lines of nested aliases make billions.
  static let maximumValues = 1_000_000

  private let file: String
  package private(set) var problems: [FixtureProblem] = []
  private let maximumValues: Int
  private var remainingValues: Int

  init(file: String, maximumValues: Int = maximumValues) {
    self.file = file
    self.maximumValues = maximumValues
    remainingValues = maximumValues
  }

  /// For what came by the network, where there is no file.
  package convenience init() { self.init(file: "") }

  /// For a text that is no file.
  /// - Parameter name: its name in messages.
  package convenience init(name: String) { self.init(file: name) }

  package func report(_ value: FixtureValue, _ what: String, allowed: String?) {
    problems.append(
      FixtureProblem(file: file, place: value.place, path: value.path, what: what, allowed: allowed))
  }

  /// The one document of `text`.
  package func root(of text: String) -> FixtureValue? {
    do {
      // Without rules every plain scalar stays text; see above.
      guard let node = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() else {
        problems.append(.emptyFile(file))
        return nil
      }
      return FixtureValue(node: node, path: "")
    } catch let error as YamlError {
      problems.append(FixtureProblem(file: file, error))
    } catch {
      problems.append(FixtureProblem(file: file, place: nil, path: "", what: "\(error)", allowed: nil))
    }
    return nil
  }

  /// What came as JSON. A text is never taken for a number, a boolean or null there.
  package func root(of json: JSONValue) -> FixtureValue { FixtureValue(node: json.node, path: "") }

  /// The members of a mapping whose names are given; others are reported.
  /// - Parameter isSecret: a name that is like none of these is not shown, as it may be a value in the wrong place.
  package func fields(of value: FixtureValue, allowed: [String], isSecret: Bool = false) -> FixtureFields {
    var fields = FixtureFields(values: [:], isSound: value.node.mapping != nil)
    for (name, member) in members(of: value, allowed: "a mapping with " + allowed.joined(separator: ", ")) {
      if let text = name.node.scalar?.string, allowed.contains(text) {
        fields.values[text] = member
      } else {
        let text = name.node.scalar?.string ?? ""
        let nearest = NearestName.of(text, among: allowed)
        let isHidden = isSecret && nearest == nil
        fields.isSound = false
        report(
          isHidden ? FixtureValue(node: name.node, path: value.path) : name,
          (isHidden ? "a name" : quoted(text)) + " is not a field here"
            + (nearest.map { ", did you mean \($0)?" } ?? ""), allowed: allowed.joined(separator: ", "))
      }
    }
    return fields
  }

  /// The members of a mapping, in file order, with merged ones (`<<`) last. The path of both is the member's.
  package func members(of value: FixtureValue, allowed: String) -> [(name: FixtureValue, value: FixtureValue)] {
    guard let mapping = value.node.mapping else {
      report(value, "\(value.kind) where a mapping belongs", allowed: allowed)
      return []
    }
    var members: [(name: FixtureValue, value: FixtureValue)] = []
    var merged: [FixtureValue] = []
    for (key, node) in mapping {
      guard takeValue(value) else { return [] }
      guard let name = key.scalar else {
        report(FixtureValue(node: key, path: value.path), "a name that is no text", allowed: allowed)
        continue
      }
      if name.string == "<<", name.style == .plain {
        let target = FixtureValue(node: node, path: value.path)
        merged += node.sequence.map { $0.map { FixtureValue(node: $0, path: value.path) } } ?? [target]
      } else {
        members.append((value.member(name.string, key), value.member(name.string, node)))
      }
    }
    var names = Set(members.map(\.name.node.scalar?.string))
    for source in merged {
      for member in self.members(of: source, allowed: allowed)
      where names.insert(member.name.node.scalar?.string).inserted {
        members.append(member)
      }
    }
    return members
  }

  /// The items of a list.
  package func items(of value: FixtureValue, allowed: String) -> [FixtureValue] {
    guard let sequence = value.node.sequence else {
      report(value, "\(value.kind) where a list belongs", allowed: allowed)
      return []
    }
    var items: [FixtureValue] = []
    for (index, node) in sequence.enumerated() {
      guard takeValue(value) else { return [] }
      items.append(value.item(index, node))
    }
    return items
  }

  /// A text, as it is written, of one character or more.
  package func text(_ value: FixtureValue, allowed: String) -> String? {
    guard let scalar = value.node.scalar, !value.isNull, !scalar.string.isEmpty else {
      report(value, value.node.scalar == nil ? "\(value.kind) where a text belongs" : "is empty", allowed: allowed)
      return nil
    }
    let tag = scalar.tag.description
    guard tag == "" || tag.hasPrefix("tag:yaml.org,2002:") else {
      report(value, "has a tag that is not known", allowed: allowed)
      return nil
    }
    return scalar.string
  }

  /// A whole number in decimal digits.
  /// - Parameter allowed: nil tells the range.
  package func number(
    _ value: FixtureValue, in range: ClosedRange<Int>, _ noun: String, allowed: String? = nil
  ) -> Int? {
    if let text = value.plainText, !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit), let number = Int(text),
      range.contains(number)
    {
      return number
    }
    let quotes = value.node.scalar != nil && value.plainText == nil ? " in quotes" : ""
    let numbers = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    report(value, "\(shown(value))\(quotes) is not \(noun)", allowed: allowed ?? numbers)
    return nil
  }

  /// A span of time, in nanoseconds.
  package func duration(_ value: FixtureValue) -> Int64? { duration(value, upTo: DurationText.maximum) }

  /// - Parameter most: nanoseconds.
  func duration(_ value: FixtureValue, upTo most: Int64) -> Int64? {
    let text = value.node.scalar?.string ?? ""
    if let duration = DurationText.parse(text), duration <= most { return duration }
    // What is a span with a unit behind it lacks one.
    let what =
      switch (DurationText.isSpan(text), DurationText.isSpan(text + "ms")) {
      case (true, _): "is too long"
      case (false, true): "is a span of time without its unit"
      case (false, false): "is not a span of time"
      }
    report(value, "\(shown(value)) \(what)", allowed: DurationText.allowed(upTo: most))
    return nil
  }

  /// One of the names that `Choice` has.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: FixtureValue, _ noun: String, as type: Choice.Type = Choice.self
  ) -> Choice? {
    let text = value.node.scalar?.string ?? ""
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let hint = NearestName.of(text, among: names).map { ", did you mean \($0)?" } ?? ""
    report(value, "\(shown(value)) is not \(noun)\(hint)", allowed: names.joined(separator: ", "))
    return nil
  }

  /// The place of a command among those of `fops`.
  package func errorIndex(_ value: FixtureValue) -> Int? {
    number(
      value, in: JobResult.errorIndexes, "the place of a command",
      allowed: "a whole number from 0, the first command, to \(JobResult.errorIndexes.upperBound)")
  }

  /// An id, as a number or as text in any of its forms.
  package func persistentID(_ value: FixtureValue) -> Int64? {
    var text = value.node.scalar?.string ?? ""
    if let id = text.withUTF8({ PersistentID.parse(ByteView($0)) }) { return id }
    report(value, "\(shown(value)) is no persistentId", allowed: PersistentID.allowed)
    return nil
  }

  /// Something that has to be there is not.
  package func reportMissing(_ name: String, allowed: String) {
    problems.append(FixtureProblem(file: file, place: nil, path: name, what: "\(name) is missing", allowed: allowed))
  }

  /// A value for a message; not to be used on accounts.
  package func shown(_ value: FixtureValue) -> String {
    value.isNull ? "nothing" : value.node.scalar.map { quoted($0.string) } ?? value.kind
  }

  /// In quotes on one line, cut when it is long.
  package func quoted(_ text: String) -> String { FixtureProblem.quoted(text) }

  /// Counts one value; false, and a report the first time, when there have been too many.
  private func takeValue(_ value: FixtureValue) -> Bool {
    remainingValues -= 1
    if remainingValues == -1 {
      report(
        value, "there are more than \(maximumValues) values up to here, with those that aliases stand for",
        allowed: "\(maximumValues) values in a file")
    }
    return remainingValues >= 0
  }
}
