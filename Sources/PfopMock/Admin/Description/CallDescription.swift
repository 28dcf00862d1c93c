/// What callers of an admin call have to know beside its address: parameters, body, answers.
struct CallDescription: Sendable {
  /// A part of the path in braces, or a query parameter.
  struct Parameter: Sendable {
    var name: String
    /// One line, without a full stop, as all of these texts.
    var text: String
    var schema: JSONSchema

    init(_ name: String, _ text: String, _ schema: JSONSchema = .text) {
      self.name = name
      self.text = text
      self.schema = schema
    }
  }

  struct Answer: Sendable {
    var status: Int
    var text: String
    var content: Content

    static func json(_ text: String, _ schema: JSONSchema) -> Answer {
      Answer(status: 200, text: text, content: .json(schema))
    }

    /// Something else than JSON, with its media type.
    static func other(_ text: String, _ mediaType: String) -> Answer {
      Answer(status: 200, text: text, content: .other(mediaType))
    }

    static func error(_ status: Int, _ text: String) -> Answer {
      Answer(status: status, text: text, content: .json(.part("Error")))
    }
  }

  enum Content: Sendable {
    case json(JSONSchema)
    case other(String)
  }

  var parameters: [Parameter]
  /// Nil if there is none. Nothing at all is sent for one without members.
  var body: JSONSchema?
  /// Those of every call, such as 403, are left out.
  var answers: [Answer]

  init(_ parameters: [Parameter] = [], body: JSONSchema? = nil, answers: [Answer]) {
    self.parameters = parameters
    self.body = body
    self.answers = answers
  }
}
