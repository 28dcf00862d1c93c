/// One conversation of `fixtures/http/requests.txt`: what a client sends, and what has to become of it.
package struct HTTPCase: Sendable, CustomStringConvertible {
  package struct Request: Equatable, Sendable {
    package var method: String
    /// As sent.
    package var target: String
    /// Without any coding.
    package var content: [UInt8]
    /// The connection stays open after the answer.
    package var keepsAlive: Bool
    /// The client waits for `100 Continue`.
    package var expectsContinue: Bool

    package init(method: String, target: String, content: [UInt8], keepsAlive: Bool, expectsContinue: Bool) {
      self.method = method
      self.target = target
      self.content = content
      self.keepsAlive = keepsAlive
      self.expectsContinue = expectsContinue
    }
  }

  /// What comes behind the last request.
  package enum Ending: Equatable, Sendable {
    /// Nothing that counts.
    case finished
    /// The beginning of one more request.
    case unfinished
    /// Something that is refused.
    /// - Parameters:
    ///   - reason: the name of the parser's reason.
    ///   - offset: where the fault is, counted from the first octet of all.
    case refused(status: Int, reason: String, offset: Int)
  }

  /// The number of the rule that it is about; the file lists them.
  package var rule: Int
  package var name: String
  /// The server makes no exception for Qiniu's C SDK.
  package var strictFraming = false
  package var octets: [UInt8] = []
  /// Those that must be understood, in their order.
  package var requests: [Request] = []
  package var ending = Ending.finished

  package var description: String { "\(rule) \(name)" }

  /// What a client sees after the last answer: the server has not closed.
  package var staysOpen: Bool {
    switch ending {
    case .refused: false
    case .finished, .unfinished: requests.last?.keepsAlive ?? true
    }
  }
}
