import ArgumentParser
import PfopMock

/// The flags that bound what a client may do.
struct LimitOptions: ParsableArguments {
  @Option(help: "Connections at a time; one more is answered 503.")
  var maxConnections = 16_384

  @Option(help: "Octets of a request line; past it 414.")
  var maxRequestLine = 16 << 10

  @Option(help: "Octets of all header fields; past it 431.")
  var maxHeader = 32 << 10

  @Option(help: "Number of header fields; past it 431.")
  var maxFields = 100

  @Option(help: "Octets of a body; past it 413.")
  var maxBody = 1 << 20

  @Option(help: ArgumentHelp("Time for a TLS handshake.", valueName: Milliseconds.examples))
  var handshakeDeadline = Milliseconds(10_000)

  @Option(help: ArgumentHelp("Time for a request's header; past it 408.", valueName: Milliseconds.examples))
  var headerDeadline = Milliseconds(10_000)

  @Option(help: ArgumentHelp("Time for a request's body; past it 408.", valueName: Milliseconds.examples))
  var bodyDeadline = Milliseconds(20_000)

  @Option(help: ArgumentHelp("Time between two requests on a connection.", valueName: Milliseconds.examples))
  var idleDeadline = Milliseconds(60_000)

  @Flag(help: "Refuse Transfer-Encoding with Content-Length: 0, as the C SDK sends it.")
  var strictFraming = false

  func validate() throws {
    try ServeOptions.require(maxConnections >= 1, "--max-connections \(maxConnections)", "1 and more")
    try ServeOptions.require(
      (64...1 << 24).contains(maxRequestLine), "--max-request-line \(maxRequestLine)", "64 to 16777216")
    try ServeOptions.require((64...1 << 24).contains(maxHeader), "--max-header \(maxHeader)", "64 to 16777216")
    try ServeOptions.require((1...10_000).contains(maxFields), "--max-fields \(maxFields)", "1 to 10000")
    try ServeOptions.require((0...1 << 30).contains(maxBody), "--max-body \(maxBody)", "0 to 1073741824")
  }

  func apply(to configuration: inout Configuration) {
    configuration.limits.connections = maxConnections
    configuration.limits.parser.requestLine = maxRequestLine
    configuration.limits.parser.headerBlock = maxHeader
    configuration.limits.parser.fieldCount = maxFields
    configuration.limits.parser.content = maxBody
    configuration.limits.handshakeDeadline = handshakeDeadline.count
    configuration.limits.headDeadline = headerDeadline.count
    configuration.limits.contentDeadline = bodyDeadline.count
    configuration.limits.idleDeadline = idleDeadline.count
    configuration.limits.strictFraming = strictFraming
  }
}
