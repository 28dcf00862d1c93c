import ByteText
import PfopEngine

/// An upload that owns its bytes; as it stands, a sound one without a job.
struct UploadSample {
  var policy: [String] = [#""scope":"media""#, #""deadline":9"#]
  var key: String? = "a.mp4"
  var file: String? = "hello"
  var hash = "Fqr0xh3cxeii2r7eDztILNmuqUNN"
  var type: String? = "video/mp4"
  var checksum: String?
  var dialect = Dialect.current

  func with(_ member: String) -> UploadSample {
    var sample = self
    let name = member.prefix { $0 != ":" }
    sample.policy.removeAll { $0.hasPrefix(name + ":") }
    sample.policy.append(member)
    return sample
  }

  private var content: String {
    func part(_ name: String, _ value: String?, _ more: String = "") -> String {
      value.map { "--b\r\nContent-Disposition: form-data; name=\(name)\r\n\(more)\r\n\($0)\r\n" } ?? ""
    }
    return part("key", key) + part("crc32", checksum)
      + part("file", file, type.map { "Content-Type: \($0)\r\n" } ?? "") + "--b--"
  }

  func read<Result>(_ body: (UploadRequest) throws -> Result) throws -> Result {
    var reader = JSONObjectReader()
    try "{\(policy.joined(separator: ","))}".withBytes { try reader.read($0) }
    let policy = try PutPolicy(reader)
    return try content.withBytes { content in
      let form = try "multipart/form-data; boundary=b".withBytes { try MultipartForm(content, contentType: $0) }
      return try hash.withBytes { hash in
        try body(UploadRequest(form, policy, hash: hash, IdiomTable(Fixture(dialect: dialect))))
      }
    }
  }
}
