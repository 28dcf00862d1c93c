import ArgumentParser
import PfopMock

/// Prints what a client has to send.
struct SignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Print the Authorization of a request, the whole request as a curl command, or an upload token.",
    discussion: """
      Example: pfop-mock sign --curl --form bucket=media --form key=video.mp4 --form fops=avinfo \
      --form notifyURL=http://127.0.0.1:9999/done
      """)

  @Option(help: "The request's address; path and query are signed as they stand.")
  var url = "http://127.0.0.1:8599/pfop"

  @Option(help: "The request's method.")
  var method = "POST"

  @Option(help: ArgumentHelp("A field of the form; may be repeated.", valueName: "name=value"))
  var form: [String] = []

  @Option(help: "The request's body as it is sent, in place of --form.")
  var body: String?

  @Option(help: "The request's Content-Type. (default: the form's, if there is a body)")
  var contentType: String?

  @Option(help: ArgumentHelp("The X-Qiniu-Date, which the scheme Qiniu covers.", valueName: "YYYYMMDDTHHMMSSZ"))
  var qiniuDate: String?

  @Option(help: "The signature's scheme: QBox or Qiniu.")
  var scheme = "QBox"

  @Option(help: ArgumentHelp("Print an upload token for this put policy instead.", valueName: "JSON"))
  var putPolicy: String?

  @Option(help: ArgumentHelp("Take the first account of this fixture. (default: built in)", valueName: "path"))
  var fixture: [String] = []

  @Option(help: "The AccessKey, with --secret-key in place of a fixture's account.")
  var accessKey: String?

  @Option(help: "The SecretKey.")
  var secretKey: String?

  @Flag(help: "Print a curl command that sends the request.")
  var curl = false

  func validate() throws {
    if body != nil, !form.isEmpty { throw ValidationError("--body and --form exclude each other") }
    if putPolicy != nil, curl || body != nil || !form.isEmpty {
      throw ValidationError("--put-policy excludes --curl, --body and --form: the token is for a part of an upload")
    }
    if (accessKey == nil) != (secretKey == nil) {
      throw ValidationError("--access-key and --secret-key need each other")
    }
    if let field = form.first(where: { !$0.contains("=") }) {
      throw ValidationError("--form \(field): allowed: name=value")
    }
    if !SignedCall.schemes.contains(scheme) {
      throw ValidationError("--scheme \(scheme) is unknown; allowed: \(SignedCall.schemes.joined(separator: ", "))")
    }
    if let qiniuDate, !qiniuDate.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) {
      throw ValidationError("--qiniu-date \(qiniuDate): allowed: visible ASCII, such as 20261123T045215Z")
    }
    if url.hasPrefix("/"), curl || scheme != "QBox" {
      throw ValidationError("--url \(url): --curl and --scheme Qiniu need the host as well: http://host[:port]\(url)")
    }
  }

  func run() throws {
    let account =
      try accessKey.flatMap { key in secretKey.map { (key, $0) } } ?? FixtureSource(paths: fixture).firstAccount()
    if let putPolicy {
      let token = try SignedCall.uploadToken(policy: putPolicy, accessKey: account.0, secretKey: account.1)
      return StandardOutput.write(token + "\n")
    }
    let body = body ?? (form.isEmpty ? nil : SignedCall.encode(form: form))
    let call = try SignedCall(
      method: method, url: url, contentType: contentType ?? body.map { _ in SignedCall.formType }, body: body,
      date: qiniuDate, scheme: scheme, accessKey: account.0, secretKey: account.1)
    StandardOutput.write((curl ? call.curl : call.authorization) + "\n")
  }
}
