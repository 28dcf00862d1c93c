import ArgumentParser
import PfopMock

/// Says why a token fails, without a server.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell whether a request is signed well, and if not, what is likely wrong with it.",
    discussion: """
      The request is given by its parts, or as a curl command in quotes. Ends with 0 if it is signed well, with 1 if not. \
      POST /__admin/explain tells of a running server what else would come of it.
      """)

  @Argument(help: ArgumentHelp("The request as a curl command, in place of the options.", valueName: "curl line"))
  var curl: String?

  @Option(help: "The value of the Authorization field.")
  var authorization: String?

  @Option(help: "The request's method.")
  var method = "POST"

  @Option(help: ArgumentHelp("The request's path, with its query.", valueName: "/path[?query]"))
  var path = "/pfop"

  @Option(help: ArgumentHelp("The value of the Host field, which the scheme Qiniu covers.", valueName: "host[:port]"))
  var host = "127.0.0.1:8599"

  @Option(help: "The request's Content-Type. (default: the form's, if there is a body)")
  var contentType: String?

  @Option(help: ArgumentHelp("The X-Qiniu-Date, which the scheme Qiniu covers.", valueName: "YYYYMMDDTHHMMSSZ"))
  var qiniuDate: String?

  @Option(help: "The request's body as it is sent.")
  var body: String?

  @Option(
    help: ArgumentHelp("Whose accounts and dialect count; may be repeated. (default: built in)", valueName: "path"))
  var fixture: [String] = []

  @Option(help: "The AccessKey, with --secret-key in place of a fixture's accounts.")
  var accessKey: String?

  @Option(help: "The SecretKey.")
  var secretKey: String?

  func validate() throws {
    if curl != nil, authorization != nil || body != nil || contentType != nil || qiniuDate != nil {
      throw ValidationError("a curl line and the options that describe a request exclude each other")
    }
    if curl == nil, authorization == nil { throw ValidationError("--authorization or a curl line is needed") }
    if (accessKey == nil) != (secretKey == nil) {
      throw ValidationError("--access-key and --secret-key need each other")
    }
  }

  func run() throws {
    let account = accessKey.flatMap { key in secretKey.map { (key, $0) } }
    let source = FixtureSource(paths: fixture)
    let request: RequestDraft
    do throws(CurlLine.Mistake) {
      request = try self.request()
    } catch {
      throw CommandFailure(description: try TokenCheck.masked("\(error)", fixture: source, account: account))
    }
    let check = try TokenCheck(request, fixture: source, account: account)
    StandardOutput.write((check.isValid ? "valid: " : "refused: ") + check.diagnosis + "\n")
    if !check.isValid { throw ExitCode.failure }
  }

  private func request() throws(CurlLine.Mistake) -> RequestDraft {
    if let curl { return try CurlLine.parse(curl) }
    var draft = RequestDraft()
    draft.method = method
    draft.target = path
    draft.body = body ?? ""
    draft.fields = [RequestDraft.Field("Host", host)]
    for (name, value) in [
      ("Authorization", authorization), ("Content-Type", contentType ?? body.map { _ in SignedCall.formType }),
      ("X-Qiniu-Date", qiniuDate),
    ] {
      if let value { draft.fields.append(RequestDraft.Field(name, value)) }
    }
    return draft
  }
}
