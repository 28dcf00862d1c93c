import ByteText
import HTTPCore
import PfopEngine

/// `POST /stat/<EncodedEntryURI>`, or GET: what there is to a file. Files of the fixture have made-up facts that stay the
/// same; uploaded ones have their own, as long as they are remembered.
final class StatEndpoint: Endpoint {
  static let prefix: StaticString = "/stat/"

  let kind = EndpointKind.stat
  private let authenticator: Authenticator
  /// `bucket:key` of the request; kept, since the journal reads it last.
  private var entry = ByteBuffer()
  private var bucketCount = 0

  init(authenticator: Authenticator) { self.authenticator = authenticator }

  func examine(_ exchange: inout Exchange) -> Resolution? {
    let path = exchange.head.target.path.view(in: exchange.request.message)
    let isSound = readEntry(path.slice(StatEndpoint.prefix.utf8CodeUnitCount, path.count))
    if isSound {
      exchange.bucket = bucket
      exchange.key = key
    }
    if let refusal = authenticator.authenticate(&exchange) { return Resolution(refusal, by: "authorization") }
    guard isSound else {
      let diagnosis =
        "\"\(path.visibleText(limit: 256))\" ends in no entry; allowed: URL-safe base64 of bucket:key, in UTF-8"
      return Resolution(.failure(400, "bad parameter: entry is malformed", diagnosis: diagnosis), by: "parameter")
    }
    return nil
  }

  func decide(_ exchange: inout Exchange, in service: inout ServiceState) -> Resolution {
    switch service.lookUp(bucket, key) {
    case .found(let facts): return Resolution(.json(StatEndpoint.body(facts)), by: "found")
    case .refused(let refusal): return Resolution(.refused(refusal), byName: refusal.check.name)
    }
  }

  private var bucket: ByteView { entry.view.slice(0, bucketCount) }

  private var key: ByteView { entry.view.slice(bucketCount + 1, entry.count) }

  private func readEntry(_ encoded: ByteView) -> Bool {
    entry.removeAll(keepingUpTo: 4096)
    do throws(BadEscape) {
      // Padding may come escaped.
      let text = try PercentEncoding.decodePathPart(encoded)
      guard let uri = text.withUnsafeBytes({ EntryURI(encoded: $0) }), uri.hasKey else { return false }
      uri.withParts { bucket, _ in bucketCount = bucket.count }
      uri.bytes.withUnsafeBytes { entry.append($0) }
      return true
    } catch {
      return false
    }
  }

  private static func body(_ facts: FileFacts) -> [UInt8] {
    JSONWriter.object { writer in
      writer.member("fsize", facts.size)
      writer.member("hash", facts.hash)
      writer.member("mimeType", facts.mimeType)
      writer.member("putTime", facts.putTime)
    }
  }
}
