import ByteText
import Testing

@testable import HTTPCore

struct RequestHeadTests {
  @Test func holdsWhatTheRequestSays() throws {
    let text = "POST /pfop?a HTTP/1.1\r\nHost: x:80\r\nAuthorization: QBox a:b\r\nContent-Length: 3\r\n\r\nabc"
    let head = try head(text)
    #expect(head.method == .post && head.minorVersion == 1 && head.keepsAlive && !head.expectsContinue)
    #expect(head.framing == .contentLength(3))
    #expect(head.length == text.utf8.count - 3)
    withOctets(text) { message in
      #expect(head.methodName.view(in: message).equals("POST"))
      #expect(head.value(.authorization, in: message)?.equals("QBox a:b") == true)
      #expect(head.value(.host, in: message)?.equals("x:80") == true)
      #expect(head.value(.contentType, in: message) == nil)
    }
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false), ("HTTP/1.1", "Connection: x\r\n", true),
    ("HTTP/1.1", "Connection: keep-alive, Close\r\n", false), ("HTTP/1.0", "", false),
    ("HTTP/1.0", "Connection: Keep-Alive\r\n", true), ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
    ("HTTP/1.3", "", true), ("HTTP/1.1", "Transfer-Encoding: chunked\r\n", true),
    ("HTTP/1.1", "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", false),
  ])
  func persistence(version: String, fields: String, keepsAlive: Bool) throws {
    #expect(try head("GET / \(version)\r\nHost: x\r\n\(fields)\r\n").keepsAlive == keepsAlive)
  }

  @Test(arguments: [("HTTP/1.0", 0), ("HTTP/1.1", 1), ("HTTP/1.2", 1), ("HTTP/1.9", 1)])
  func minorVersions(version: String, expected: Int) throws {
    #expect(try head("GET / \(version)\r\nHost: x\r\n\r\n").minorVersion == expected)
  }

  @Test(arguments: [
    ("HTTP/1.1", "Content-Length: 1\r\n", true), ("HTTP/1.1", "Transfer-Encoding: chunked\r\n", true),
    ("HTTP/1.1", "Content-Length: 0\r\n", false), ("HTTP/1.1", "", false), ("HTTP/1.0", "Content-Length: 1\r\n", false),
  ])
  func aContinueIsExpectedOnlyBeforeContent(version: String, fields: String, expected: Bool) throws {
    let text = "POST / \(version)\r\nHost: x\r\nExpect: 100-continue\r\n\(fields)\r\n"
    #expect(try head(text).expectsContinue == expected)
  }
}
