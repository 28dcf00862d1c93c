@testable import ByteText

/// Octets that stay where they are while `body` looks at them.
func withOctets<Result>(_ octets: [UInt8], _ body: (ByteView) throws -> Result) rethrows -> Result {
  try octets.withUnsafeBytes { try body($0) }
}

func withOctets<Result>(_ text: String, _ body: (ByteView) throws -> Result) rethrows -> Result {
  try withOctets(Array(text.utf8), body)
}
