import ByteText
import Testing

@testable import HTTPCore

struct ResponseHeadTests {
  private func text(_ head: ResponseHead, contentLength: Int = 5, fields: String = "") -> String {
    var buffer = ByteBuffer()
    withOctets("DATE") { date in
      head.write(to: &buffer, date: date, contentLength: contentLength) { $0.append(text: fields) }
    }
    return String(decoding: buffer.view, as: UTF8.self)
  }

  @Test func saysDateAndLength() {
    #expect(
      text(ResponseHead(status: StatusCode(200), closes: false))
        == "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 5\r\n\r\n")
  }

  @Test func takesFurtherFields() {
    #expect(
      text(ResponseHead(status: StatusCode(405), closes: false), contentLength: 0, fields: "Allow: GET\r\n")
        == "HTTP/1.1 405 Method Not Allowed\r\nDate: DATE\r\nContent-Length: 0\r\nAllow: GET\r\n\r\n")
  }

  @Test func saysThatItCloses() {
    for confirms in [false, true] {
      let head = ResponseHead(status: StatusCode(400), closes: true, confirmsKeepAlive: confirms)
      #expect(
        text(head) == "HTTP/1.1 400 Bad Request\r\nDate: DATE\r\nContent-Length: 5\r\nConnection: close\r\n\r\n")
    }
  }

  @Test func confirmsThatItStaysOpen() {
    #expect(
      text(ResponseHead(status: StatusCode(200), closes: false, confirmsKeepAlive: true))
        == "HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n")
  }

  @Test(arguments: [100, 204, 304])
  func hasNoLengthWhereContentIsForbidden(code: Int) {
    #expect(!text(ResponseHead(status: StatusCode(code), closes: false)).contains("Content-Length"))
  }

  @Test func saysThatResetContentHasNone() {
    #expect(text(ResponseHead(status: StatusCode(205), closes: false)).contains("Content-Length: 0\r\n"))
  }

  @Test(arguments: [599, 614, 999])
  func anyStatusHasThreeDigitsAndAPhrase(code: Int) {
    let line = text(ResponseHead(status: StatusCode(code), closes: false)).prefix { $0 != "\r\n" }
    #expect(line.hasPrefix("HTTP/1.1 \(code) ") && line.utf8.count > 13)
  }
}
