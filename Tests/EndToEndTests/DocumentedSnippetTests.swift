import Foundation
import PfopMock
import TestSupport
import Testing

/// What the documentation shows in Swift, compiled and run.
struct DocumentedSnippetTests {
  private static let articles = "Sources/PfopMock/PfopMock.docc/"

  @Test func theServerShownServes() throws {
    let server = try PfopMockServer.start()
    // … use server.url …
    #expect(server.url == "http://127.0.0.1:\(server.port)")
    let client = try RawClient(port: server.port)
    try client.send("GET /v4/query?ak=any&bucket=media HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.readResponse().text.contains("127.0.0.1:\(server.port)"))
    client.leave()
    server.stop()
    try RawClient.awaitRefusal(port: server.port)
  }

  /// Every line that is shown stands above, in the same order.
  @Test(arguments: ["README.md", articles + "PfopMock.md", articles + "ReadmeZH.md"])
  func whatIsShownIsWhatIsRun(page: String) throws {
    // What stands between the first line and the last one of the only block in Swift.
    let behind = try lines(page).split(separator: "```swift", omittingEmptySubsequences: false)
    try #require(behind.count == 2)
    var own = try lines("Tests/EndToEndTests/DocumentedSnippetTests.swift")[...]
    for line in behind[1].prefix(while: { $0 != "```" }) where !line.isEmpty {
      guard let place = own.firstIndex(of: line) else {
        Issue.record("\(page) shows a line that no test runs: \(line)")
        return
      }
      own = own[(place + 1)...]
    }
  }

  private func lines(_ path: String) throws -> [String] {
    try String(decoding: Checkout.read(path), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
