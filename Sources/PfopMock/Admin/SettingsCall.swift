import HTTPServer
import PfopEngine

/// `GET settings`: what runs. No secret is in it.
enum SettingsCall {
  static let description = CallDescription(answers: [
    .json(
      "What runs",
      .object([
        .needed("version", .text), .needed("url", .text), .maybe("tlsUrl", .text), .maybe("adminUrl", .text),
        .needed("dialect", .choice(Dialect.allCases.map(\.rawValue))),
        .needed("idFormat", .choice(IDFormat.allCases.map(\.rawValue))), .needed("maxSkew", .text),
        .needed("strictHost", .boolean), .needed("loops", .integer(1...256)),
        .needed("maxJobs", .integer(1...Int64.max)),
        .needed(
          "memory",
          .object([
            .needed("octets", .integer(memories)),
            .needed("shares", .object(MemoryBudget.Holder.allCases.map { .needed($0.rawValue, .integer(shares)) })),
          ])), .needed("journalSize", .integer(1...10_000_000)),
        .needed("idStart", .integer(1...Int64.max)), .needed("seed", .integer(nil)),
        .needed("clock", .choice(Configuration.Clock.allCases.map(\.rawValue))), .needed("now", .text),
        .needed("notifyTries", .integer(1...100)), .needed("notifyBackoff", .text),
        .needed("notifySign", .choice(NotificationSigning.allCases.map(\.rawValue))),
      ]))
  ])

  private static let memories = Int64(MemoryBudget.allowed.lowerBound)...Int64(MemoryBudget.allowed.upperBound)
  private static let shares = 1...memories.upperBound

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
      writer.name("memory")
      writer.object { writer in
        writer.member("octets", configuration.memory.octets)
        writer.name("shares")
        writer.object { writer in
          for holder in MemoryBudget.Holder.allCases {
            writer.member(holder.rawValue, configuration.memory.share(of: holder))
          }
        }
      }
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
