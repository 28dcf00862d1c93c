import HTTPServer
import PfopEngine

/// `GET settings`: what runs. No secret is in it.
enum SettingsCall {
  static func answer(_ request: AdminRequest) -> AdminReply {
    let configuration = request.core.configuration
    return .object { writer in
      writer.member("version", PfopMockServer.version)
      writer.member("url", request.addresses.url)
      if let url = request.addresses.tlsURL { writer.member("tlsUrl", url) }
      if let url = request.addresses.sideURL { writer.member("adminUrl", url) }
      let idiom = request.core.admission.idioms.standard
      writer.member("dialect", idiom.dialect.rawValue)
      writer.member("idFormat", idiom.idFormat.rawValue)
      writer.member("maxSkew", DurationText.text(configuration.maxSkew.nanoseconds))
      writer.member("strictHost", configuration.strictHost)
      writer.member("loops", request.core.desk.loopCount)
      writer.member("maxJobs", configuration.maxJobs)
      writer.member("journalSize", configuration.journalCapacity)
      writer.member("idStart", configuration.idStart)
      writer.member("seed", request.core.withService { $0.settings.seed })
      writer.member("clock", configuration.clock.rawValue)
      writer.member("now", request.core.withService { $0.clock.now(SystemClock.monotonic) }.rfc3339)
      writer.member("notifyTries", configuration.notifyTries)
      writer.member("notifyBackoff", DurationText.text(configuration.notificationPolicy.backoff))
      writer.member("notifySign", configuration.notifySigning.rawValue)
    }
  }
}
