import Foundation
import Testing

@testable import QiniuAuth

struct HMACKeyTests {
  /// RFC 2202, section 3, and an empty key.
  @Test(arguments: [
    (Data(repeating: 0x0B, count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
    (Data("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (
      Data(repeating: 0xAA, count: 80), "Test Using Larger Than Block-Size Key - Hash Key First",
      "aa4ae5e15272d00e95705637ce8a3b55ed402112"
    ),
    (
      Data(repeating: 0xAA, count: 80), "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
      "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"
    ),
    (Data(), "", "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"),
  ])
  func keepsToTheStandard(key: Data, message: String, expected: String) throws {
    let key = try HMACKey(secret: Array(key))
    // Twice: a key must serve again.
    for _ in 0..<2 {
      let digest = try Array(message.utf8).withUnsafeBytes { try key.digest(of: $0) }
      #expect(digest.withBytes { $0.map { String(format: "%02x", $0) }.joined() } == expected)
    }
  }

  @Test func keysShareOneScratch() throws {
    let keys = try ["a", "b"].map { try HMACKey(secret: $0) }
    func sign(_ key: HMACKey) throws -> [UInt8] {
      try [UInt8]("x".utf8).withUnsafeBytes { try key.digest(of: $0) }.withBytes { Array($0) }
    }
    let first = try sign(keys[0])
    #expect(try sign(keys[1]) != first)
    #expect(try sign(keys[0]) == first)
  }
}
