/// `GET openapi.json`: this API, as OpenAPI 3.1, made from the table of calls.
enum OpenAPICall {
  static let description = CallDescription(answers: [.json("This document", .dictionary(.anything))])

  static func answer(_ request: AdminRequest) -> AdminReply { .now(.json(document(of: AdminRoutes.all))) }

  static func document(of routes: [AdminRoute]) -> [UInt8] {
    JSONWriter.object { writer in
      writer.member("openapi", "3.1.0")
      writer.name("info")
      writer.object { writer in
        writer.member("title", "pfop-mock admin API")
        writer.member("version", PfopMockServer.version)
        writer.member(
          "description",
          "Everything beside the imitated API. HEAD is answered wherever GET is. What is no HTTP, too large or too slow "
            + "is answered as everywhere: 400, 408, 413, 414, 431, and 501 for a method that there is none of.")
      }
      writer.name("servers")
      writer.array { $0.object { $0.member("url", "/__admin") } }
      writer.name("paths")
      writer.object { writer in
        var paths: [String] = []
        for route in routes where !paths.contains(route.path.description) { paths.append(route.path.description) }
        for path in paths {
          writer.name("/\(path)")
          writer.object { writer in
            for route in routes where route.path.description == path {
              writer.name("\(route.method.name)".lowercased())
              writer.value(route)
            }
          }
        }
      }
      writer.name("components")
      writer.object { writer in
        writer.name("schemas")
        writer.object { writer in
          for part in SchemaParts.all {
            writer.name(part.name)
            writer.value(part.schema)
          }
        }
        writer.name("securitySchemes")
        writer.object { writer in
          writer.name("token")
          writer.object { writer in
            writer.member("type", "http")
            writer.member("scheme", "bearer")
            writer.member(
              "description", "What --admin-token gives; without it nothing is needed on a loopback address.")
          }
        }
      }
    }
  }
}

extension AdminRoute {
  /// With those that every call has.
  var answers: [CallDescription.Answer] {
    var answers = description.answers
    func add(_ status: Int, _ text: String) {
      if !answers.contains(where: { $0.status == status }) { answers.append(.error(status, text)) }
    }
    if !isOpen {
      add(400, "A parameter or the body is not as it has to be")
      add(401, "The admin token is missing or wrong")
      add(403, "Calls of this kind, or from there, are not answered")
    }
    if description.parameters.contains(where: isInPath) { add(404, "There is none of that name") }
    if description.body != nil { add(413, "The body is larger than --max-body allows") }
    return answers.sorted { $0.status < $1.status }
  }

  /// True for a part of the path in braces.
  func isInPath(_ parameter: CallDescription.Parameter) -> Bool { path.description.contains("{\(parameter.name)}") }

  /// A name for generated clients: `postJobsIdFinish`.
  fileprivate var operationID: String {
    let words = path.description.split { !$0.isLetter }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return "\(method.name)".lowercased() + words.joined()
  }
}

extension JSONWriter {
  fileprivate mutating func value(_ route: AdminRoute) {
    object { writer in
      writer.member("operationId", route.operationID)
      writer.member("summary", "\(route.summary)")
      writer.name("security")
      writer.array { writer in
        guard !route.isOpen else { return }
        // None at all will do as well, on loopback.
        writer.object { _ in }
        writer.object { writer in
          writer.name("token")
          writer.array { _ in }
        }
      }
      writer.name("parameters")
      writer.array { writer in
        for parameter in route.description.parameters {
          writer.object { writer in
            writer.member("name", parameter.name)
            writer.member("in", route.isInPath(parameter) ? "path" : "query")
            writer.member("required", route.isInPath(parameter))
            writer.member("description", parameter.text)
            writer.name("schema")
            writer.value(parameter.schema)
          }
        }
      }
      if let body = route.description.body {
        writer.name("requestBody")
        writer.object { $0.content("application/json", body) }
      }
      writer.name("responses")
      writer.object { writer in
        for answer in route.answers {
          writer.name("\(answer.status)")
          writer.object { writer in
            writer.member("description", answer.text)
            switch answer.content {
            case .json(let schema): writer.content("application/json", schema)
            case .other(let mediaType): writer.content(mediaType, .text)
            }
          }
        }
      }
    }
  }

  private mutating func content(_ mediaType: String, _ schema: JSONSchema) {
    name("content")
    object { writer in
      writer.name(mediaType)
      writer.object { writer in
        writer.name("schema")
        writer.value(schema)
      }
    }
  }
}
