/// Which generation of the API the server speaks; what differs is told by its members.
package enum Dialect: String, CaseIterable, Sendable {
  /// The API as first documented.
  case classic
  /// What today's official SDKs expect.
  case current

  /// The answer for a bucket that does not exist.
  package var unknownBucketStatus: Int {
    switch self {
    case .classic: 404
    case .current: 631
    }
  }

  /// The answer for a key that does not exist.
  package var unknownKeyStatus: Int {
    switch self {
    case .classic: 404
    case .current: 612
    }
  }

  /// The status of a query for an id that was never issued.
  package var unknownIDStatus: Int {
    switch self {
    case .classic: 404
    case .current: 612
    }
  }

  /// The status of a query for what is no id. Ruby's own test wants 404 of today's service.
  package var malformedIDStatus: Int {
    switch self {
    case .classic: 400
    case .current: 404
    }
  }

  /// A `saveas` target that exists refuses the request; otherwise its command is done without saving.
  package var refusesExistingTargets: Bool {
    switch self {
    case .classic: true
    case .current: false
    }
  }

  /// A `notifyURL` has to be there, with its scheme; otherwise it may be left out, and no scheme means http.
  package var requiresNotifyURL: Bool {
    switch self {
    case .classic: true
    case .current: false
    }
  }

  /// The fields `type` and `workflowTemplateID` mean something.
  package var knowsTemplates: Bool {
    switch self {
    case .classic: false
    case .current: true
    }
  }

  /// Requests are refused when their `X-Qiniu-Date` is too far from the server's clock.
  package var checksDate: Bool {
    switch self {
    case .classic: false
    case .current: true
    }
  }

  /// The form of ids where nothing else is said.
  package var idFormat: IDFormat {
    switch self {
    case .classic: .int64
    case .current: .string
    }
  }
}

/// How an id is written in JSON. The raw value is what stands in fixtures and on the command line.
package enum IDFormat: String, CaseIterable, Sendable {
  /// A number.
  case int64
  /// A string of decimal digits.
  case string
  /// A string such as `z0.1a2b`: a zone, and hexadecimal digits.
  case zoned

  /// The id as its JSON value holds it, without quotes.
  package func text(_ id: Int64) -> String {
    switch self {
    case .int64, .string: "\(id)"
    case .zoned: "z0." + String(id, radix: 16)
    }
  }
}

/// How the server speaks about one bucket.
package struct Idiom: Sendable, Equatable {
  package var dialect: Dialect
  package var idFormat: IDFormat

  /// - Parameter idFormat: nil means the dialect's own.
  package init(_ dialect: Dialect, _ idFormat: IDFormat? = nil) {
    self.dialect = dialect
    self.idFormat = idFormat ?? dialect.idFormat
  }
}
