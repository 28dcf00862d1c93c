/// Octets as `fixtures/http` spells them: `\r \n \t \0 \\ \xHH`, `\{a*30}` for thirty of `a`, `\^` for a mark.
struct OctetLine {
  var octets: [UInt8] = []
  /// Where `\^` stands among the octets.
  var mark: Int?
  /// The line ends in a single backslash.
  var isContinued = false

  init(_ text: Substring) throws(CorpusFile.Malformed) {
    var rest = text.utf8
    while let octet = rest.popFirst() {
      if octet == UInt8(ascii: "\\") {
        try unescape(&rest)
      } else {
        octets.append(octet)
      }
    }
  }

  private mutating func unescape(_ rest: inout Substring.UTF8View) throws(CorpusFile.Malformed) {
    guard let letter = rest.popFirst() else {
      isContinued = true
      return
    }
    switch letter {
    case UInt8(ascii: "r"): octets.append(0x0D)
    case UInt8(ascii: "n"): octets.append(0x0A)
    case UInt8(ascii: "t"): octets.append(0x09)
    case UInt8(ascii: "0"): octets.append(0x00)
    case UInt8(ascii: "\\"): octets.append(letter)
    case UInt8(ascii: "^"): mark = octets.count
    case UInt8(ascii: "x"):
      guard let octet = UInt8(String(rest.prefix(2)) ?? "", radix: 16), rest.count >= 2 else {
        throw CorpusFile.Malformed(text: "\\x without two digits")
      }
      octets.append(octet)
      rest = rest.dropFirst(2)
    case UInt8(ascii: "{"):
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")), let star = rest[..<end].lastIndex(of: UInt8(ascii: "*")),
        let pattern = String(rest[..<star]), let count = Int(String(rest[star..<end].dropFirst()) ?? "")
      else { throw CorpusFile.Malformed(text: "\\{ without text*count}") }
      let repeated = try OctetLine(Substring(pattern)).octets
      for _ in 0..<count { octets += repeated }
      rest = rest[end...].dropFirst()
    default:
      throw CorpusFile.Malformed(text: "unknown escape \\\(Character(Unicode.Scalar(letter)))")
    }
  }
}
