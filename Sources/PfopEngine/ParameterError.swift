/// What is wrong with a request's form or with one of its parameters: the checks between authorization and rules.
///
/// Texts in here come from the client and are escaped already.
package enum ParameterError: Error, Equatable, Sendable {
  case formTooLong(limit: Int)
  case tooManyFields(limit: Int)
  /// `field` is nil when the escape stands in a field's name. `offset` counts bytes of the form as sent.
  case badEscape(field: String?, escape: String, offset: Int)
  /// `field` is nil when the bytes stand in a field's name.
  case notUTF8(field: String?, text: String)
  case givenTwice(field: String)
  /// `similar` is a field that was sent and has nearly that name.
  case missing(PfopField, Dialect, similar: String?)
  case empty(PfopField, Dialect)
  case fopsAndTemplate
  /// `number` counts commands from 1.
  case badCommand(number: Int, text: String, CommandFault)
  case badNotifyURL(text: String, NotifyURL.Fault, Dialect)
  /// A field that takes 0 and 1 only.
  case badFlag(PfopField, text: String)

  /// The `error` field of the answer: short, stable, in the manner of the real service.
  package var errorText: String {
    switch self {
    case .formTooLong: "bad parameter: form is too long"
    case .tooManyFields: "bad parameter: too many fields"
    case .badEscape(let field, _, _): "bad parameter: \(known(field)) has a bad percent-escape"
    case .notUTF8(let field, _): "bad parameter: \(known(field)) is not UTF-8"
    case .givenTwice(let field): "bad parameter: \(field) is given twice"
    case .missing(let field, _, _), .empty(let field, _): "bad parameter: \(field.name) is missing"
    case .fopsAndTemplate: "bad parameter: fops and workflowTemplateID exclude each other"
    case .badCommand: "bad parameter: fops is malformed"
    case .badNotifyURL: "bad parameter: notifyURL is malformed"
    case .badFlag(let field, _): "bad parameter: \(field.name) is neither 0 nor 1"
    }
  }

  /// One line of visible ASCII for people: which field, what stood there, what is allowed.
  package var explanation: String {
    switch self {
    case .formTooLong(let limit): "the form is longer than \(limit) bytes"
    case .tooManyFields(let limit): "the form has more than \(limit) fields"
    case .badEscape(let field, let escape, let offset):
      "\(place(field)): \"\(escape)\" at byte \(offset) of the form is not an escape; "
        + "allowed: % and two hexadecimal digits, with % itself sent as %25"
    case .notUTF8(let field, let text): "\(place(field)): \"\(text)\" is not UTF-8; allowed: text in UTF-8, escaped"
    case .givenTwice(let field): "field \(field) is given more than once; allowed: once"
    case .missing(let field, let dialect, let similar):
      "field \(field.name) is missing" + (similar.map { "; \"\($0)\" was sent, but names are case-sensitive" } ?? "")
        + "; required: \(dialect.requiredFields)"
    case .empty(let field, let dialect):
      "field \(field.name) is empty; required and not empty: \(dialect.requiredFields)"
    case .fopsAndTemplate: "fields fops and workflowTemplateID were both sent; allowed: one of them"
    case .badCommand(let number, let text, let fault):
      "field fops: command \(number) (\"\(text)\") \(fault.explanation)"
    case .badNotifyURL(let text, let fault, let dialect):
      "field notifyURL: \"\(text)\" \(fault.explanation); allowed: an absolute http or https URL with a host"
        + (dialect.requiresNotifyURL ? "" : ", or one without its scheme")
    case .badFlag(let field, let text): "field \(field.name): \"\(text)\" is not allowed; allowed: 0 or 1"
    }
  }

  /// Which check of the contract's order found it.
  package var check: Check {
    switch self {
    case .formTooLong, .tooManyFields, .badEscape, .notUTF8, .givenTwice: .form
    case .missing, .empty, .fopsAndTemplate, .badCommand, .badNotifyURL, .badFlag: .parameter
    }
  }

  /// A name of the client's own making would not be a stable text.
  private func known(_ field: String?) -> String {
    field.flatMap { name in PfopField.allCases.first { $0.name == name }?.name } ?? "form"
  }

  private func place(_ field: String?) -> String { field.map { "field \($0)" } ?? "the name of a field" }
}

extension Dialect {
  /// The fields that have to be there and not be empty.
  fileprivate var requiredFields: String {
    switch self {
    case .classic: "bucket, key, fops, notifyURL"
    case .current: "bucket, key, and fops or workflowTemplateID"
    }
  }
}
