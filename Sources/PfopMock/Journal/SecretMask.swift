import ByteText
import PfopEngine

/// Every SecretKey that this server has known, to be made unreadable in whatever it tells of what clients sent. Signatures
/// and tokens are no secrets.
///
/// A secret is found as it is, in either case of its ASCII letters, and with any of its octets escaped as URLs, forms, JSON
/// or C have it. What a text that was cut holds of its beginning is found as well.
struct SecretMask: Sendable {
  /// What is shorter, in octets, can stand anywhere, and is no secret either.
  static let minimumCount = 8
  /// A text of so many octets may have been cut without a mark at its end: file types are after 200.
  private static let longCount = 200

  /// All that were added, and the accounts that were the last ones: most of them are there the next time as well.
  private var known: Set<String> = []
  private var accounts: [Account] = []
  /// Those that are looked for, in lower case, one behind the other.
  private var octets: [UInt8] = []
  /// Where each lies, in the order of their octets.
  private var ranges: [Range<Int>] = []
  /// By octet: a secret begins with it.
  private var isFirst = [Bool](repeating: false, count: 256)
  /// The same for two octets, a bit for each pair: few places of a text are looked at any closer.
  private var firstPairs = [UInt64](repeating: 0, count: 1024)

  /// Texts that are no secrets where they stand alone, whatever is the same as they.
  private let isWord: @Sendable (ByteView) -> Bool

  init(sparing isWord: @escaping @Sendable (ByteView) -> Bool = { _ in false }) { self.isWord = isWord }

  var isEmpty: Bool { ranges.isEmpty }

  /// - Parameter accounts: a secret that is a part of its own AccessKey is told to everybody, and none.
  mutating func add(secretsOf accounts: [Account]) {
    let before = ranges.count
    defer { self.accounts = accounts }
    for (index, account) in accounts.enumerated() {
      if index < self.accounts.count, self.accounts[index] == account { continue }
      guard known.insert(account.secretKey).inserted else { continue }
      let secret = account.secretKey.utf8.map(ASCII.lowercased)
      guard secret.count >= SecretMask.minimumCount,
        account.accessKey.utf8.map(ASCII.lowercased).firstRange(of: secret) == nil
      else { continue }
      ranges.append(octets.count..<octets.count + secret.count)
      octets += secret
      noteStart(secret[0], secret[1])
    }
    guard ranges.count > before else { return }
    let octets = octets
    func isInFront(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
      octets[first].lexicographicallyPrecedes(octets[second])
    }
    if ranges.count == before + 1, let added = ranges.popLast() {
      ranges.insert(added, at: ranges.partitioningIndex { !isInFront($0, added) })
    } else {
      ranges.sort(by: isInFront)
    }
  }

  private mutating func noteStart(_ first: UInt8, _ second: UInt8) {
    for first in SecretMask.cases(of: first) {
      isFirst[Int(first)] = true
      for second in SecretMask.cases(of: second) {
        let pair = Int(first) << 8 | Int(second)
        firstPairs[pair >> 6] |= 1 << UInt64(pair & 63)
      }
    }
  }

  private static func cases(of octet: UInt8) -> [UInt8] { 0x61...0x7A ~= octet ? [octet, octet - 0x20] : [octet] }

  /// The text with asterisks where secrets are.
  func masked(_ text: String) -> String {
    if isEmpty { return text }
    var text = text
    let octets = text.withUTF8 { utf8 -> [UInt8]? in masked(ByteView(utf8)) }
    return octets.map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// The text with asterisks where secrets are: as many octets, so that lengths stay true.
  /// - Parameter isCut: the text had gone on behind its end; nil goes by its length.
  /// - Returns: nil if there is none.
  func masked(_ text: ByteView, isCut: Bool? = nil) -> [UInt8]? {
    let places = places(in: text, isCut: isCut ?? (text.count >= SecretMask.longCount))
    if places.isEmpty || isWord(text) { return nil }
    var octets = Array(text)
    for place in places {
      for index in place { octets[index] = SecretMask.asterisk }
    }
    return octets
  }

  /// The same in place, for a part of the octets.
  func apply(to octets: inout [UInt8], in part: Range<Int>, isCut: Bool) {
    let shown = octets.withUnsafeBytes { masked($0.slice(part.lowerBound, part.upperBound), isCut: isCut) }
    if let shown { octets.replaceSubrange(part, with: shown) }
  }

  private static let asterisk: UInt8 = 0x2A
  static let percent: UInt8 = 0x25
  static let plus: UInt8 = 0x2B
  static let backslash: UInt8 = 0x5C

  // MARK: - Search

  /// Where secrets are; they may overlap.
  private func places(in text: ByteView, isCut: Bool) -> [Range<Int>] {
    var places: [Range<Int>] = []
    guard !isEmpty, text.count >= SecretMask.minimumCount else { return places }
    isFirst.withUnsafeBufferPointer { isFirst in
      firstPairs.withUnsafeBufferPointer { firstPairs in
        for start in 0...(text.count - SecretMask.minimumCount) {
          let (octet, next) = (text[start], text[start + 1])
          let pair = Int(octet) << 8 | Int(next)
          if firstPairs[pair >> 6] & 1 << UInt64(pair & 63) == 0 {
            let begins =
              SecretMask.isEscape(octet)
              ? SecretMask.mayBegin(text, at: start, isFirst) : isFirst[Int(octet)] && SecretMask.isEscape(next)
            guard begins else { continue }
          }
          if let end = secretEnd(in: text, from: start, isCut: isCut) { places.append(start..<end) }
        }
      }
    }
    return places
  }

  /// True if what an escape stands for may be the beginning of a secret.
  private static func mayBegin(_ text: ByteView, at start: Int, _ isFirst: UnsafeBufferPointer<Bool>) -> Bool {
    if isFirst[Int(text[start])] { return true }
    switch text[start] {
    case plus: return isFirst[Int(ASCII.space)]
    case percent:
      guard let value = hexadecimal(text, start + 1, 2) else { return false }
      return isFirst[Int(value)] || value == UInt32(percent) || value == UInt32(backslash)
    default: return true
    }
  }

  private static func isEscape(_ octet: UInt8) -> Bool { octet == percent || octet == backslash || octet == plus }

  /// How far a reading of the text has come: so many octets are those of the secrets between two places, all of which
  /// begin with them.
  fileprivate struct Reading: Equatable {
    var position: Int
    var depth = 0
    var first: Int
    var last: Int
  }

  /// The end of the longest secret that begins at `start`, or of what is left of one where a text was cut.
  private func secretEnd(in text: ByteView, from start: Int, isCut: Bool) -> Int? {
    var end: Int?
    var reading: Reading? = Reading(position: start, first: 0, last: ranges.count)
    // An escape can be read as one octet or as several: where both go on, the one that is behind has its turn, so that
    // readings that come to the same are found out.
    var others: [Reading] = []
    while var current = reading {
      reading = nil
      // In their order the shortest comes first.
      while current.first < current.last, ranges[current.first].count == current.depth {
        end = max(end ?? 0, current.position)
        current.first += 1
      }
      if current.first == current.last {
        reading = others.popMinimum()
        continue
      }
      if current.depth >= SecretMask.minimumCount, SecretMask.isCutOff(text, at: current.position, isCut) {
        end = max(end ?? 0, current.position)
      }
      SecretMask.forEachUnit(of: text, at: current.position) { unit, length in
        guard let next = advanced(current, by: unit, length), !others.contains(next) else { return }
        if reading == nil, others.isEmpty { reading = next } else { others.append(next) }
      }
      if !others.isEmpty {
        if let reading { others.append(reading) }
        reading = others.popMinimum()
      }
    }
    return end
  }

  /// The reading behind an octet, or the UTF-8 of a character; nil if no secret goes on so.
  private func advanced(_ reading: Reading, by unit: Unit, _ length: Int) -> Reading? {
    var next = reading
    next.position += length
    for index in 0..<unit.count {
      let octet = ASCII.lowercased(unit.octets[index])
      while next.first < next.last, ranges[next.first].count == next.depth { next.first += 1 }
      next.first +=
        ranges[next.first..<next.last].partitioningIndex { octets[$0.lowerBound + next.depth] >= octet }
        - next.first
      next.last = ranges[next.first..<next.last].partitioningIndex { octets[$0.lowerBound + next.depth] > octet }
      guard next.first < next.last else { return nil }
      next.depth += 1
    }
    return next
  }

  /// True if the text was cut there: at its end, or in front of what messages put behind a text that they cut, be it with
  /// the beginning of an escape and a quotation mark between them.
  private static func isCutOff(_ text: ByteView, at position: Int, _ isCut: Bool) -> Bool {
    var position = position
    if position < text.count, text[position] == percent {
      position += 1
      if position < text.count, ASCII.hexValue(text[position]) != nil { position += 1 }
    }
    if isCut, position == text.count { return true }
    if position < text.count, text[position] == 0x22 { position += 1 }
    return text.slice(position, text.count).starts(with: "...")
  }
}

extension [SecretMask.Reading] {
  /// The one that has come least far.
  fileprivate mutating func popMinimum() -> SecretMask.Reading? {
    indices.min { self[$0].position < self[$1].position }.map { remove(at: $0) }
  }
}

extension RandomAccessCollection {
  /// The first place for which the condition holds; it holds for all behind it.
  fileprivate func partitioningIndex(where belongsBehind: (Element) -> Bool) -> Index {
    var (start, count) = (startIndex, count)
    while count > 0 {
      let middle = index(start, offsetBy: count / 2)
      if belongsBehind(self[middle]) {
        count /= 2
      } else {
        start = index(after: middle)
        count -= count / 2 + 1
      }
    }
    return start
  }
}
