import PfopEngine

/// `GET buckets`, and `GET`, `PUT` and `DELETE buckets/{name}`: what stands in files under `buckets`, changed at run time.
/// A name is taken as it is written there, its wildcards included.
enum BucketCalls {
  static let listDescription = CallDescription(answers: [
    .json("In file order", .object([.needed("buckets", .list(.part("Bucket")))]))
  ])
  static let description = CallDescription([name], answers: [.json("The bucket", .part("Bucket")), missing])
  static let puttingDescription = CallDescription(
    [name], body: .dictionary(.anything), answers: [.json("The bucket, as it is now", .part("Bucket"))])
  static let removalDescription = CallDescription(
    [name], answers: [.json("It is gone", .object([.needed("deleted", .text)])), missing])

  private static let name = CallDescription.Parameter("name", "Its name or pattern, as it is written in a fixture")
  private static let missing = CallDescription.Answer.error(404, "No bucket has the name")

  static func all(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let entries = request.core.withService { $0.entries }
    return request.answer(with: ListContent(EntryItems(bucketsOf: entries), named: "buckets"))
  }

  static func one(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let name = request.parameter("name")
    guard let bucket = request.core.withService({ $0.bucket(named: name) }) else { throw unknown(name) }
    return request.answer(with: JSONParts(bucket.parts))
  }

  static func put(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let name = request.parameter("name")
    let bucket = try request.readEntry { reader, value in reader.bucket(named: name, value) }
    let prepared = ServiceState.PreparedBucket(bucket)
    request.core.changeFixture { $0.put(prepared) }
    return try one(request)
  }

  static func delete(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let name = request.parameter("name")
    guard request.core.changeFixture({ $0.removeBucket(named: name) }) else { throw unknown(name) }
    return .object { $0.member("deleted", name) }
  }

  private static func unknown(_ name: String) -> AdminError {
    .refused(status: 404, "no bucket is named \(name.quoted(limit: 128))")
  }
}
