/// Where names stand in a list that grows at its end and loses some anywhere: found without a look at the others.
struct NameIndex: Sendable {
  /// Each name has a number of its own, greater than those that came before.
  private var numbers: [String: Int] = [:]
  /// The numbers by place, and so ascending.
  private var places: [Int] = []

  /// - Parameter names: of equal ones the first is found.
  init(_ names: some Sequence<String>) {
    for name in names { append(name) }
  }

  mutating func append(_ name: String) {
    let number = (places.last ?? 0) + 1
    places.append(number)
    if numbers[name] == nil { numbers[name] = number }
  }

  /// Nil if it is not in the list.
  func place(of name: String) -> Int? {
    guard let number = numbers[name] else { return nil }
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// - Returns: the place where it stood; nil if it is not in the list.
  mutating func remove(_ name: String) -> Int? {
    guard let place = place(of: name) else { return nil }
    numbers[name] = nil
    places.remove(at: place)
    return place
  }
}
