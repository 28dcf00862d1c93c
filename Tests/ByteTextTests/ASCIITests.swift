import Testing

@testable import ByteText

struct ASCIITests {
  @Test func lowercasedChangesCapitalsOnly() {
    for byte in UInt8.min...UInt8.max {
      let isCapital = byte >= 0x41 && byte <= 0x5A
      #expect(ASCII.lowercased(byte) == (isCapital ? byte + 32 : byte))
    }
  }

  @Test func tenOctetsAreDigits() {
    #expect((UInt8.min...UInt8.max).filter(ASCII.isDigit) == Array("0123456789".utf8))
  }

  @Test func hexValuesAreThoseOfTheStandardLibrary() {
    for byte in UInt8.min...UInt8.max {
      #expect(ASCII.hexValue(byte) == Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init))
    }
  }
}
