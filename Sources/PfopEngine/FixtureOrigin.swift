/// Where a part of a fixture stands that has been read.
struct FixtureOrigin {
  let file: String
  private let value: FixtureValue
  /// Nil if it is unknown.
  let place: FixturePlace?

  /// - Parameter place: where the part begins; its name stands before its value.
  init(file: String, value: FixtureValue, place: FixturePlace?) {
    self.file = file
    self.value = value
    self.place = place
  }

  /// As in `rules[3]`.
  var path: String { value.path }

  /// As in `rules[3], at own.yaml:5:3,`.
  var reference: String { path + (place.map { ", at \(file):\($0.line):\($0.column)," } ?? "") }

  /// A member; what has been merged in from elsewhere stands where the whole does.
  subscript(name: String) -> FixtureOrigin {
    let member = value.node.mapping?.first { $0.key.scalar?.string == name }?.value
    let found = value.member(name, member ?? value.node)
    return FixtureOrigin(file: file, value: found, place: member == nil ? place : found.place)
  }

  /// The step of that number, from 0, of a `then`, which may be one step without a list.
  func step(_ index: Int) -> FixtureOrigin {
    guard let items = value.node.sequence, items.indices.contains(index) else { return self }
    let found = value.item(index, items[index])
    return FixtureOrigin(file: file, value: found, place: found.place)
  }

  func remark(_ what: String) -> FixtureProblem {
    FixtureProblem(file: file, place: place, path: path, what: what, allowed: nil)
  }
}
