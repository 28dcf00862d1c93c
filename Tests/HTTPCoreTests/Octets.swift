import ByteText

@testable import HTTPCore

/// Octets that stay where they are while `body` looks at them.
func withOctets<Result, Failure: Error>(
  _ text: String, _ body: (ByteView) throws(Failure) -> Result
) throws(Failure) -> Result {
  try withOctets(Array(text.utf8), body)
}

func withOctets<Result, Failure: Error>(
  _ octets: [UInt8], _ body: (ByteView) throws(Failure) -> Result
) throws(Failure) -> Result {
  // `withUnsafeBytes` of this toolchain forgets the type of what is thrown.
  var buffer = ByteBuffer(capacity: octets.count)
  for octet in octets { buffer.append(byte: octet) }
  return try body(buffer.view)
}

/// What `body` throws, or nil.
func reason(_ body: () throws(ParseError) -> Void) -> ParseError? {
  do throws(ParseError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// The head of `text`, which has to be whole.
func head(_ text: String) throws -> RequestHead {
  var parser = RequestParser(limits: ParserLimits())
  try withOctets(text) { message throws(ParseError) in _ = try parser.parse(message) }
  return parser.head
}
