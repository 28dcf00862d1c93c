import Foundation
import FoundationNetworking
import PfopMock
import Testing

/// The code under test: has videos made smaller, and asks once more when the service is busy.
struct Transcoder {
  /// Where the service is; `http://api.qiniu.com` but in tests.
  var service: String
  /// Signs a form, as the SDK does.
  var authorization: @Sendable (_ form: String) throws -> String

  struct Refused: Error, Equatable {
    var status: Int
  }

  /// - Returns: the id of the job.
  func makeSmall(_ key: String) async throws -> Int {
    do {
      return try await pfop(key)
    } catch let refusal as Refused where refusal.status > 500 {
      return try await pfop(key)
    }
  }

  private func pfop(_ key: String) async throws -> Int {
    struct Answer: Decodable { var persistentId: Int }
    guard let url = URL(string: service + "/pfop") else { throw URLError(.badURL) }
    let form = "bucket=media&key=\(key)&fops=avthumb%2Fmp4&notifyURL=http%3A%2F%2Flocalhost%3A9%2Fdone"
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
    request.setValue(try authorization(form), forHTTPHeaderField: "Authorization")
    request.httpBody = Data(form.utf8)
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200 else { throw Refused(status: status) }
    return try JSONDecoder().decode(Answer.self, from: data).persistentId
  }
}

/// Its tests. Each has a server of its own on a free port, so all of them run at once.
struct TranscoderTests {
  private func start() throws -> (PfopMockServer, Transcoder) {
    var configuration = Configuration()
    configuration.fixtureText = """
      accounts: [{ accessKey: my-access-key, secretKey: my-secret-key }]
      buckets: { media: { keys: [video.mp4], job: { processing: 1h } } }
      """
    configuration.clock = .manual
    let server = try PfopMockServer.start(configuration)
    return (server, Transcoder(service: server.url) { try server.authorization(forForm: $0) })
  }

  @Test func aBusyServiceIsAskedOnceMore() async throws {
    let (server, transcoder) = try start()
    defer { server.stop() }
    try server.addRule("{ when: { key: video.mp4 }, then: [{ status: 599, error: busy }, { accept: true }] }")

    let id = try await transcoder.makeSmall("video.mp4")

    #expect(id == 1)
    try await server.verify("{ bucket: media, fops: avthumb/* }", exactly: 2)
    #expect(try server.requests().map(\.status) == [599, 200])
  }

  @Test func aVideoThatIsNotThereIsNotAskedForAgain() async throws {
    let (server, transcoder) = try start()
    defer { server.stop() }

    await #expect(throws: Transcoder.Refused(status: 404)) { try await transcoder.makeSmall("none.mp4") }

    try await server.verify(exactly: 1)
  }

  @Test func anHourOfProcessingIsNotWaitedFor() async throws {
    let (server, transcoder) = try start()
    defer { server.stop() }
    let id = try await transcoder.makeSmall("video.mp4")

    try await server.advance(by: .seconds(3600))

    let url = try #require(URL(string: "\(server.url)/status/get/prefop?id=\(id)"))
    let (status, _) = try await URLSession.shared.data(from: url)
    #expect(String(decoding: status, as: UTF8.self).contains(#""desc": "The fop was completed successfully""#))
  }
}
