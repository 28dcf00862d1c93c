import ArgumentParser
import PfopMock

/// The flags about `https://`.
struct TLSOptions: ParsableArguments {
  @Flag(help: "Speak https:// as well, on a port of its own.")
  var tls = false

  @Option(help: ArgumentHelp("Port for https://; 0 takes any that is free.", valueName: "0-65535"))
  var tlsPort: UInt16 = 8600

  @Option(
    help: ArgumentHelp(
      "Your certificate in PEM, with those that lead to a trusted one. (default: made, and signed by a CA of your own)",
      valueName: "path"))
  var tlsCert: String?

  @Option(help: ArgumentHelp("The private key of that certificate in PEM, without a passphrase.", valueName: "path"))
  var tlsKey: String?

  @Option(
    help: ArgumentHelp("File to write the CA's certificate to, for clients that are to trust it.", valueName: "path"))
  var tlsCaOut: String?

  /// What only all flags together show; each may come from the environment, where it is looked at alone.
  func validateTogether() throws {
    if (tlsCert == nil) != (tlsKey == nil) {
      throw ValidationError("--tls-cert and --tls-key need each other")
    }
    if tlsCert != nil, tlsCaOut != nil {
      throw ValidationError("--tls-ca-out writes the CA of a certificate that is made, and --tls-cert gives another")
    }
    if !tls, let flag = tlsCert.map({ _ in "--tls-cert" }) ?? tlsCaOut.map({ _ in "--tls-ca-out" }) {
      throw ValidationError("\(flag) is of no use without --tls")
    }
  }

  func apply(to configuration: inout Configuration) {
    guard tls else { return }
    var settings = TLSSettings()
    settings.port = tlsPort
    settings.caFile = tlsCaOut
    if let tlsCert, let tlsKey { settings.certificate = .files(certificate: tlsCert, key: tlsKey) }
    configuration.tls = settings
  }
}
