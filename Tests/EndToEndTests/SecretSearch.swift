import ByteText
import Foundation

/// Looks for SecretKeys, or their first eight octets, in a text: as they are, in another case, escaped as JSON, C or percent
/// encoding have it, once or several times, and in members called `base64`.
struct SecretSearch {
  private let needles: [[UInt8]]

  init(_ secrets: [String]) { needles = secrets.map { Self.lowercased(Array($0.utf8.prefix(8))) } }

  /// The surroundings of a secret; nil if there is none.
  func finding(in octets: [UInt8]) -> String? {
    var texts: Set<[UInt8]> = [octets]
    texts.formUnion(Self.decodedMembers(of: octets))
    for _ in 0..<2 {
      for text in texts {
        if text.contains(0x5C) { texts.insert(Self.unescaped(text)) }
        if text.contains(0x25) { texts.insert(Self.percentDecoded(text)) }
      }
    }
    for text in texts {
      let lowercased = Self.lowercased(text)
      guard let start = needles.compactMap({ Self.place(of: $0, in: lowercased) }).first else { continue }
      return String(decoding: text[max(start - 60, 0)..<min(start + 60, text.count)], as: UTF8.self)
    }
    return nil
  }

  private static func place(of needle: [UInt8], in text: [UInt8]) -> Int? {
    text.withUnsafeBytes { text in
      var start = 0
      while let found = text.firstOffset(of: needle[0], from: start), found + needle.count <= text.count {
        if text[found..<found + needle.count].elementsEqual(needle) { return found }
        start = found + 1
      }
      return nil
    }
  }

  private static func lowercased(_ octets: [UInt8]) -> [UInt8] { octets.map { 0x41...0x5A ~= $0 ? $0 + 32 : $0 } }

  private static func decodedMembers(of octets: [UInt8]) -> [[UInt8]] {
    String(decoding: octets, as: UTF8.self).matches(of: /"base64": "([^"]*)"/).compactMap { match in
      let letters = String(match.1).replacing("-", with: "+").replacing("_", with: "/")
      return Data(base64Encoded: letters).map { Array($0) }
    }
  }

  private static func percentDecoded(_ octets: [UInt8]) -> [UInt8] {
    var decoded: [UInt8] = []
    var index = 0
    while index < octets.count {
      if octets[index] == 0x25, let value = hex(octets, index + 1, 2) {
        decoded.append(UInt8(value))
        index += 3
      } else {
        decoded.append(octets[index] == 0x2B ? 0x20 : octets[index])
        index += 1
      }
    }
    return decoded
  }

  private static func unescaped(_ octets: [UInt8]) -> [UInt8] {
    var decoded: [UInt8] = []
    var index = 0
    while index < octets.count {
      guard octets[index] == 0x5C, index + 1 < octets.count else {
        decoded.append(octets[index])
        index += 1
        continue
      }
      let letter = octets[index + 1]
      if letter == 0x78, let value = hex(octets, index + 2, 2) {
        decoded.append(UInt8(value))
        index += 4
      } else if letter == 0x75, let value = hex(octets, index + 2, 4), let scalar = Unicode.Scalar(UInt32(value)) {
        decoded += Array(String(Character(scalar)).utf8)
        index += 6
      } else {
        decoded.append([0x6E: 10, 0x72: 13, 0x74: 9][letter] ?? letter)
        index += 2
      }
    }
    return decoded
  }

  private static func hex(_ octets: [UInt8], _ start: Int, _ count: Int) -> Int? {
    guard start + count <= octets.count else { return nil }
    return Int(String(decoding: octets[start..<start + count], as: UTF8.self), radix: 16)
  }
}
