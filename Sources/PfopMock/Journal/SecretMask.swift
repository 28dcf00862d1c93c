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

  /// All that were added.
  private var known: Set<String> = []
  /// Those that are looked for, in lower case, one behind the other.
  private var octets: [UInt8] = []
  /// Where each lies, in the order of their octets.
  private var ranges: [Range<Int>] = []
  /// By octet: a secret or an escape may begin with it.
  private var isStart = [Bool](repeating: false, count: 256)

  /// Texts that are no secrets where they stand alone, whatever is the same as they.
  private let isWord: @Sendable (ByteView) -> Bool

  init(sparing isWord: @escaping @Sendable (ByteView) -> Bool = { _ in false }) { self.isWord = isWord }

  var isEmpty: Bool { ranges.isEmpty }

  /// - Parameter accounts: a secret that is a part of its own AccessKey is told to everybody, and none.
  mutating func add(secretsOf accounts: [Account]) {
    let before = ranges.count
    for account in accounts where known.insert(account.secretKey).inserted {
      let secret = account.secretKey.utf8.map(ASCII.lowercased)
      guard secret.count >= SecretMask.minimumCount,
        account.accessKey.utf8.map(ASCII.lowercased).firstRange(of: secret) == nil
      else { continue }
      ranges.append(octets.count..<octets.count + secret.count)
      octets += secret
      noteStart(secret[0])
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

  private mutating func noteStart(_ octet: UInt8) {
    for start in [octet, SecretMask.percent, SecretMask.backslash] { isStart[Int(start)] = true }
    if 0x61...0x7A ~= octet { isStart[Int(octet - 0x20)] = true }
    if octet == ASCII.space { isStart[Int(SecretMask.plus)] = true }
  }

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
  private static let percent: UInt8 = 0x25
  private static let plus: UInt8 = 0x2B
  private static let backslash: UInt8 = 0x5C

  // MARK: - Search

  /// Where secrets are; they may overlap.
  private func places(in text: ByteView, isCut: Bool) -> [Range<Int>] {
    var places: [Range<Int>] = []
    guard !isEmpty, text.count >= SecretMask.minimumCount else { return places }
    isStart.withUnsafeBufferPointer { isStart in
      for start in 0...(text.count - SecretMask.minimumCount) where isStart[Int(text[start])] {
        if let end = secretEnd(in: text, from: start, isCut: isCut) { places.append(start..<end) }
      }
    }
    return places
  }

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

// MARK: - Escapes

extension SecretMask {
  /// What an escape stands for: an octet, or the UTF-8 of a character.
  struct Unit {
    var octets: InlineArray<4, UInt8> = .init(repeating: 0)
    var count = 0

    init(_ octet: UInt8) {
      octets[0] = octet
      count = 1
    }

    init(_ scalar: Unicode.Scalar) {
      for octet in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        octets[count] = octet
        count += 1
      }
    }
  }

  /// Everything that the text can be read as at a position, with how many octets of it that takes.
  private static func forEachUnit(of text: ByteView, at position: Int, _ body: (Unit, Int) -> Void) {
    guard position < text.count else { return }
    let octet = text[position]
    body(Unit(octet), 1)
    switch octet {
    case plus: body(Unit(ASCII.space), 1)
    case percent:
      guard let value = hexadecimal(text, position + 1, 2) else { return }
      body(Unit(UInt8(value)), 3)
      // Escaped twice, as a URL within a form is.
      if value == UInt32(percent), let value = hexadecimal(text, position + 3, 2) { body(Unit(UInt8(value)), 5) }
      if value == UInt32(backslash), let (unit, length) = escape(text, behind: position + 3) { body(unit, 3 + length) }
    case backslash:
      if let (unit, length) = escape(text, behind: position + 1) { body(unit, 1 + length) }
    default: return
    }
  }

  /// What the letters behind a backslash stand for, and how many octets they are; the first may be percent-encoded.
  private static func escape(_ text: ByteView, behind position: Int) -> (Unit, Int)? {
    guard position < text.count else { return nil }
    var (letter, length) = (text[position], 1)
    if letter == percent, let value = hexadecimal(text, position + 1, 2) { (letter, length) = (UInt8(value), 3) }
    switch letter {
    case 0x22, 0x27, 0x2F, backslash: return (Unit(letter), length)
    case 0x62: return (Unit(0x08), length)
    case 0x66: return (Unit(0x0C), length)
    case 0x6E: return (Unit(ASCII.lineFeed), length)
    case 0x72: return (Unit(ASCII.carriageReturn), length)
    case 0x74: return (Unit(ASCII.tab), length)
    case 0x78: return hexadecimal(text, position + length, 2).map { (Unit(UInt8($0)), length + 2) }
    case 0x75:
      guard let value = hexadecimal(text, position + length, 4) else { return nil }
      if let scalar = Unicode.Scalar(value) { return (Unit(scalar), length + 4) }
      let next = position + length + 4
      guard text.slice(next, text.count).starts(with: "\\u"), let low = hexadecimal(text, next + 2, 4),
        0xD800...0xDBFF ~= value, 0xDC00...0xDFFF ~= low,
        let scalar = Unicode.Scalar(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00))
      else { return nil }
      return (Unit(scalar), length + 10)
    default: return nil
    }
  }

  private static func hexadecimal(_ text: ByteView, _ start: Int, _ count: Int) -> UInt32? {
    guard start + count <= text.count else { return nil }
    var value: UInt32 = 0
    for index in start..<start + count {
      guard let digit = ASCII.hexValue(text[index]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
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
