import ByteText
import HTTPCore
import HTTPServer

/// An admin call with octets of its own, to be answered behind the loops while they go on.
///
/// Sendable although the request holds views: they are of nothing but these octets, which never change.
struct KeptAdminRequest: @unchecked Sendable {
  private let message: [UInt8]
  private let content: [UInt8]
  private let reqid: [UInt8]
  private let request: IncomingRequest

  init(_ request: IncomingRequest, reqid: ByteView) {
    message = Array(request.message)
    content = Array(request.content)
    self.reqid = Array(reqid)
    var request = request
    let nothing = ByteView(start: nil, count: 0)
    (request.message, request.content, request.moment.date) = (nothing, nothing, nothing)
    self.request = request
  }

  /// Calls `body` with the request, whose views are valid until it returns.
  func withRequest<Result>(_ body: (IncomingRequest, ByteView) -> Result) -> Result {
    message.withUnsafeBytes { message in
      content.withUnsafeBytes { content in
        reqid.withUnsafeBytes { reqid in
          var request = request
          (request.message, request.content) = (message, content)
          return body(request, reqid)
        }
      }
    }
  }
}
