import ByteText
import HTTPCore
import PfopEngine

/// Region discovery: which hosts serve a bucket. Whatever is asked for, it is this server.
///
/// The answers name the host that the server was set up with, never the request's Host: Java leaves the port out of it.
final class RegionEndpoint: Endpoint {
  let name: StaticString = "region"

  /// Who asks where.
  enum Shape {
    /// `GET /v2/query?ak=…&bucket=…`: Ruby, older releases of Go.
    case v2
    /// `GET /v3/query?ak=…&bucket=…`: Java.
    case v3
    /// `GET /v4/query?ak=…&bucket=…`: Python, PHP, Node, C#.
    case v4
    /// `GET /regions`: Go.
    case regions
  }

  /// The region that this server pretends to be.
  static let region = "z0"
  /// In seconds. SDKs keep answers on disk, and the next test's server is another one; 0 means a day to some.
  static let timeToLive = 10

  let kind = EndpointKind.region
  private let authenticator: Authenticator
  private let asksForBucket: Bool
  private let body: [UInt8]
  private let bodyOverTLS: [UInt8]
  private var form = FormDecoder()

  /// - Parameters:
  ///   - host: `host[:port]` by which clients reach this server.
  ///   - tlsHost: the same for those that speak TLS.
  init(_ shape: Shape, host: String, tlsHost: String, authenticator: Authenticator) {
    self.authenticator = authenticator
    switch shape {
    case .v2, .v3, .v4: asksForBucket = true
    case .regions: asksForBucket = false
    }
    body = RegionEndpoint.body(shape, host)
    bodyOverTLS = RegionEndpoint.body(shape, tlsHost)
  }

  func examine(_ exchange: inout Exchange) -> Resolution? {
    authenticator.note(&exchange)
    guard asksForBucket else { return nil }
    do throws(ParameterError) {
      try form.decode(exchange.head.target.query?.view(in: exchange.request.message) ?? ByteView(start: nil, count: 0))
      exchange.bucket = try form.value(of: "bucket") ?? exchange.bucket
      let accessKey = try form.value(of: "ak")
      if exchange.bucket.isEmpty { return RegionEndpoint.missing("bucket") }
      return accessKey?.isEmpty ?? true ? RegionEndpoint.missing("ak") : nil
    } catch {
      return Resolution(.failure(400, error.errorText, diagnosis: error.explanation), byName: error.check.name)
    }
  }

  func decide(_ exchange: inout Exchange, in service: inout ServiceState) -> Resolution {
    Resolution(.json(exchange.request.usesTLS ? bodyOverTLS : body), by: "region")
  }

  private static func missing(_ field: String) -> Resolution {
    let diagnosis = "the query lacks \(field), or it is empty; required: ak, bucket"
    return Resolution(.failure(400, "bad parameter: \(field) is missing", diagnosis: diagnosis), by: "parameter")
  }

  // MARK: - Shapes

  private static func body(_ shape: Shape, _ host: String) -> [UInt8] {
    JSONWriter.object { writer in
      switch shape {
      case .v2: writeMainHosts(host, to: &writer)
      case .v3: writer.member("hosts") { $0.object { writeMainHosts(host, to: &$0) } }
      case .v4: writer.member("hosts") { $0.object { writeDomains("region", host, withUC: true, to: &$0) } }
      case .regions: writer.member("regions") { $0.object { writeDomains("id", host, withUC: false, to: &$0) } }
      }
    }
  }

  /// Of `/v2/query` and `/v3/query`: hosts by service and by the way to it.
  private static func writeMainHosts(_ host: String, to writer: inout JSONWriter) {
    writer.member("region", region)
    writer.member("ttl", timeToLive)
    let ways = [
      ("up", ["src", "acc"]), ("io", ["src"]), ("rs", ["acc"]), ("rsf", ["acc"]), ("api", ["acc"]),
    ]
    for (service, ways) in ways {
      writer.name(service)
      writer.object { writer in
        for way in ways {
          writer.name(way)
          writer.object { writer in writer.member("main") { $0.value(host) } }
        }
      }
    }
  }

  /// Of `/v4/query` and `/regions`: domains by service.
  private static func writeDomains(_ idName: String, _ host: String, withUC: Bool, to writer: inout JSONWriter) {
    writer.member(idName, region)
    writer.member("ttl", timeToLive)
    for service in ["up", "io", "rs", "rsf", "api"] + (withUC ? ["uc"] : []) {
      writer.name(service)
      writer.object { writer in
        writer.member("domains") { $0.value(host) }
        writer.member("old") { _ in }
      }
    }
  }
}

extension JSONWriter {
  /// A member that is an array.
  fileprivate mutating func member(_ name: String, _ items: (inout JSONWriter) -> Void) {
    self.name(name)
    array(items)
  }
}
