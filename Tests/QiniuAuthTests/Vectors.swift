import Foundation

@testable import QiniuAuth

/// `fixtures/vectors`: what official SDKs sign and send.
enum Vectors {
  private static func url(_ name: String, source: String = #filePath) -> URL {
    URL(fileURLWithPath: source).deletingLastPathComponent().appending(path: "../../fixtures/vectors/\(name)")
  }

  static func signatures() throws -> (Credential, [SignatureVector]) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = try decoder.decode(SignatureFile.self, from: Data(contentsOf: url("signatures.json")))
    return (Credential(accessKey: file.accessKey, secretKey: file.secretKey), file.vectors)
  }

  static func captures() throws -> [CapturedRequest] {
    try String(contentsOf: url("sdk-requests.jsonl"), encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(CapturedRequest.self, from: Data($0.utf8))
    }
  }
}

private struct SignatureFile: Decodable {
  var accessKey: String
  var secretKey: String
  var vectors: [SignatureVector]
}

struct SignatureVector: Decodable {
  var name: String
  var scheme: String
  var method: String
  var target: String
  var host: String
  var contentType: String?
  var xQiniu: [String: String]
  var body: String
  var accessKey: String?
  var secretKey: String?
  var authorization: String

  var request: SampleRequest {
    SampleRequest(
      method: method, target: target, host: host, contentType: contentType, fields: xQiniu, body: body)
  }

  func credential(_ common: Credential) -> Credential {
    Credential(accessKey: accessKey ?? common.accessKey, secretKey: secretKey ?? common.secretKey)
  }
}

struct CapturedRequest: Decodable {
  var sdk: String
  var request_line: String
  var headers: [[String]]
  var body: String
  var authorization: String

  func field(_ name: String) -> String? { headers.first { $0[0].lowercased() == name }?[1] }

  /// What a server takes from it: an absolute-form target without scheme and authority.
  var request: SampleRequest {
    let words = request_line.split(separator: " ").map(String.init)
    var target = words[1]
    if target.hasPrefix("http://") { target = "/" + target.split(separator: "/", maxSplits: 2)[2] }
    let fields = headers.filter { $0[0].lowercased().hasPrefix("x-qiniu-") }.map { ($0[0], $0[1]) }
    return SampleRequest(
      method: words[0], target: target, host: field("host") ?? "", contentType: field("content-type"),
      fields: Dictionary(uniqueKeysWithValues: fields), body: body)
  }
}
