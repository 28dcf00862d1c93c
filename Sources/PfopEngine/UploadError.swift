/// What is wrong with an upload, as far as that can be said without looking at what exists.
///
/// Texts in here come from the client and are escaped already.
package enum UploadError: Error, Equatable, Sendable {
  case multipart(MultipartFault)
  /// The put policy is no JSON, or a member of it has another type than it should.
  case badPolicy(String)
  case scopeMissing
  /// By so many seconds.
  case expired(Int64)
  case fileMissing
  case keyNotUTF8(text: String)
  case keyTooLong(limit: Int)
  /// `scope` is what the policy allows; `key` is nil if the form has none.
  case scopeMismatch(scope: String, key: String?)
  case badChecksum(text: String)
  case checksumMismatch(sent: UInt32, computed: UInt32)
  case opsAndTemplate
  /// `number` counts commands from 1.
  case badCommand(number: Int, text: String, CommandFault)
  case badNotifyURL(text: String, NotifyURL.Fault)
  case badType(text: String)

  package var status: Int {
    switch self {
    case .badPolicy, .expired: 401
    case .scopeMismatch: 403
    case .checksumMismatch: 406
    case .multipart, .scopeMissing, .fileMissing, .keyNotUTF8, .keyTooLong, .badChecksum, .opsAndTemplate, .badCommand,
      .badNotifyURL, .badType:
      400
    }
  }

  /// The `error` field of the answer, where it is known as the real service writes it.
  package var errorText: String {
    switch self {
    case .multipart: "invalid multipart format"
    case .badPolicy: "bad token"
    case .scopeMissing: "scope not specified"
    case .expired: "expired token"
    case .fileMissing: "file is not specified in multipart"
    case .keyNotUTF8: "bad parameter: key is not UTF-8"
    case .keyTooLong: "bad parameter: key is too long"
    case .scopeMismatch: "key doesn't match with scope"
    case .badChecksum: "bad parameter: crc32 is malformed"
    case .checksumMismatch: "crc32 checksum mismatch"
    case .opsAndTemplate:
      "bad parameter: persistentOps and persistentWorkflowTemplateID exclude each other"
    case .badCommand: "bad parameter: persistentOps is malformed"
    case .badNotifyURL: "bad parameter: persistentNotifyUrl is malformed"
    case .badType: "bad parameter: persistentType is neither 0 nor 1"
    }
  }

  /// One line of visible ASCII for people.
  package var explanation: String {
    switch self {
    case .multipart(let fault): fault.explanation
    case .badPolicy(let reason): "the token's put policy is not valid: \(reason)"
    case .scopeMissing: "the token's put policy has no scope; allowed: <bucket>, <bucket>:<key>"
    case .expired(let seconds): "the deadline of the token's put policy passed \(seconds) s ago by this machine's clock"
    case .fileMissing: "the form has no part \"file\""
    case .keyNotUTF8(let text): "part key: \"\(text)\" is not UTF-8"
    case .keyTooLong(let limit): "part key is longer than \(limit) bytes"
    case .scopeMismatch(let scope, let key):
      "the token's put policy is for \(scope), and the form "
        + (key.map { "has the key \"\($0)\"" } ?? "has no part \"key\"")
    case .badChecksum(let text): "part crc32: \"\(text)\" is no decimal number below 2^32"
    case .checksumMismatch(let sent, let computed): "part crc32 says \(sent), but the file that came has \(computed)"
    case .opsAndTemplate: "the put policy has both persistentOps and persistentWorkflowTemplateID; allowed: one of them"
    case .badCommand(let number, let text, let fault):
      "the put policy's persistentOps: command \(number) (\"\(text)\") \(fault.explanation)"
    case .badNotifyURL(let text, let fault):
      "the put policy's persistentNotifyUrl: \"\(text)\" \(fault.explanation); allowed: an absolute http or https URL"
    case .badType(let text): "the put policy's persistentType: \"\(text)\" is not allowed; allowed: 0 or 1"
    }
  }

  /// A short name for the journal.
  package var checkName: String {
    switch self {
    case .multipart: "form"
    case .badPolicy, .scopeMissing, .expired: "authorization"
    case .scopeMismatch: "scope"
    case .fileMissing, .keyNotUTF8, .keyTooLong, .badChecksum, .checksumMismatch, .opsAndTemplate, .badCommand,
      .badNotifyURL, .badType:
      "parameter"
    }
  }
}
