import ArgumentParser
import Files
import PfopMock

/// Says whether a server is ready: for containers, in which there is no curl.
struct HealthcheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "healthcheck",
    abstract: "Ask a running server whether it is ready; ends with 0 if it is, with 1 if not.")

  @Option(help: ArgumentHelp("Where the server answers admin calls.", valueName: "http://host[:port]"))
  var url: String?

  @Option(help: ArgumentHelp("Take the port that a server has written there, on this machine.", valueName: "path"))
  var portFile: String?

  @Option(help: ArgumentHelp("How long it may take.", valueName: Milliseconds.examples))
  var timeout = Milliseconds(5000)

  func validate() throws {
    if url != nil, portFile != nil { throw ValidationError("--url and --port-file exclude each other") }
  }

  func run() throws {
    let url = try portFile.map { "http://127.0.0.1:\(try HealthcheckCommand.port(in: $0))" } ?? url
    try HealthCheck.check(url: url ?? "http://127.0.0.1:8599", within: .milliseconds(timeout.count))
    StandardOutput.write("ready\n")
  }

  private static func port(in path: String) throws -> UInt16 {
    let octets: [UInt8]
    do throws(FileError) {
      octets = try InputFile.read(path, limit: 64)
    } catch {
      throw CommandFailure(description: "--port-file \(error)" + (error.isMissing ? "; is the server running?" : ""))
    }
    let text = String(decoding: octets, as: UTF8.self)
    guard let port = UInt16(text.split(whereSeparator: \.isNewline).first ?? ""), port > 0 else {
      throw CommandFailure(description: "--port-file \(path): holds no port")
    }
    return port
  }
}
