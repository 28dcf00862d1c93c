import PfopEngine
import Testing

struct CRC32Tests {
  /// The check value of the catalogue of CRCs, and what Python's zlib says.
  @Test(arguments: [("", 0), ("123456789", 3_421_780_262), ("hello", 907_060_870)] as [(String, UInt32)])
  func isWhatOthersCompute(text: String, checksum: UInt32) {
    #expect(text.withBytes { CRC32.of($0) } == checksum)
  }
}
