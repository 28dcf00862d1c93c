import ByteText
import Testing

@testable import QiniuAuth

struct QiniuEtagTests {
  /// Computed with the Python SDK.
  @Test(arguments: [
    ("", 1, "Fto5o-5ea0sNMlW_75VgGJCv2AcJ"), ("hello", 1, "Fqr0xh3cxeii2r7eDztILNmuqUNN"),
    ("x", 4 << 20, "Fkk5OW5-chpF3A0VKM4zZIOjd06h"), ("x", 4_194_305, "lpjo84MHk_xWLfYFddxpcNLmxdDB"),
    ("x", 9 << 20, "lmcED1q74Byd3Qk0hXHzibiy0wxN"),
  ])
  func isWhatSDKsCompute(text: String, count: Int, etag: String) throws {
    let content = Array(repeating: Array(text.utf8), count: count).flatMap { $0 }
    let computed = try content.withUnsafeBufferPointer { (content) throws(AuthorizationFault) in
      try QiniuEtag.of(ByteView(content))
    }
    #expect(String(decoding: computed, as: UTF8.self) == etag)
    #expect(computed.count == QiniuEtag.count)
  }
}
