import ByteText

/// How a digest may have been written. Only the first is right.
enum SignatureEncoding: CaseIterable {
  case urlSafe
  case standard
  case urlSafeUnpadded
  case standardUnpadded
  case hex
  case upperCaseHex
  case hexInBase64

  /// The first encoding in which `digest` reads as `sent`.
  init?(of sent: ByteView, for digest: SHA1Digest) {
    let found = Self.allCases.first { encoding in
      encoding.text(of: digest).withUnsafeBytes { sent.equalsInConstantTime($0) }
    }
    guard let found else { return nil }
    self = found
  }

  private func text(of digest: SHA1Digest) -> [UInt8] {
    digest.withBytes { octets in
      switch self {
      case .urlSafe: URLSafeBase64.encode(octets)
      case .standard: URLSafeBase64.encode(octets, alphabet: .standard)
      // 20 octets make 27 letters and one octet of padding.
      case .urlSafeUnpadded: URLSafeBase64.encode(octets).dropLast()
      case .standardUnpadded: URLSafeBase64.encode(octets, alphabet: .standard).dropLast()
      case .hex: HexadecimalText.encode(octets)
      case .upperCaseHex: HexadecimalText.encode(octets).map { $0 >= 0x61 ? $0 & ~0x20 : $0 }
      case .hexInBase64: HexadecimalText.encode(octets).withUnsafeBytes { URLSafeBase64.encode($0) }
      }
    }
  }
}

extension SignatureEncoding: CustomStringConvertible {
  var description: String {
    switch self {
    case .urlSafe: "URL-safe base64"
    case .standard: "standard base64: the client wrote + and / where the URL-safe alphabet has - and _"
    case .urlSafeUnpadded: "missing padding: the = at the end belongs to the signature"
    case .standardUnpadded: "standard base64 and missing padding: write - and _ for + and /, and keep the = at the end"
    case .hex, .upperCaseHex: "hex digest: the client wrote the HMAC as hexadecimal digits in place of URL-safe base64"
    case .hexInBase64: "hex digest: the client wrote the base64 of the HMAC's hexadecimal digits, not of its 20 bytes"
    }
  }
}
