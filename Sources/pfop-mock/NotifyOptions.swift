import ArgumentParser
import PfopMock

/// The flags about time and notifications.
struct NotifyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What may be notified beside this machine; may be repeated.", valueName: "host|address|network|*"))
  var notifyAllow: [String] = []

  @Option(help: "How notifications are signed, with the keys of the account that asked for the job.")
  var notifySign = NotificationSigning.none

  @Option(
    help: ArgumentHelp("Certificates that receivers may have, in PEM, beside those of the system.", valueName: "path"))
  var notifyCa: String?

  @Option(help: "How often a notification is tried; then the job's code is 4.")
  var notifyTries = 5

  @Option(
    help: ArgumentHelp("Wait before the second try; each further one doubles it.", valueName: Milliseconds.examples))
  var notifyBackoff = Milliseconds(1000)

  @Option(
    help: ArgumentHelp(
      "Time for each of connecting, sending and being answered; always of the real clock.",
      valueName: Milliseconds.examples))
  var notifyDeadline = Milliseconds(5000)

  @Option(help: "Notifications under way to one receiver at a time.")
  var notifyConcurrency = 32

  func validate() throws {
    do throws(StartFailure) {
      _ = try AddressGuard(notifyAllow)
    } catch {
      throw ValidationError("\(error)")
    }
    try ServeOptions.require((1...100).contains(notifyTries), "--notify-tries \(notifyTries)", "1 to 100")
    try ServeOptions.require(
      (1...1000).contains(notifyConcurrency), "--notify-concurrency \(notifyConcurrency)", "1 to 1000")
  }

  func apply(to configuration: inout Configuration) {
    configuration.notifyAllowed = notifyAllow
    configuration.notifySigning = notifySign
    configuration.notifyCAFile = notifyCa
    configuration.notifyTries = notifyTries
    configuration.notifyBackoff = .milliseconds(notifyBackoff.count)
    configuration.notifyDeadline = .milliseconds(notifyDeadline.count)
    configuration.notifyConcurrency = notifyConcurrency
  }
}

extension NotificationSigning: ExpressibleByArgument {}

extension Configuration.Clock: ExpressibleByArgument {}
