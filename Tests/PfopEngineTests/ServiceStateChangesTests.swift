import Testing

@testable import PfopEngine

/// Changes of the fixture at run time, and all that they leave alone.
struct ServiceStateChangesTests {
  private static let yaml = """
    buckets:
      media: { keys: ["*"], then: [{ status: 500 }, { status: 501 }, { status: 502 }] }
      "any*": { keys: [a] }
    rules:
      - { name: one, when: { key: k1 }, then: [{ status: 511, times: 2 }, { status: 512 }] }
      - { when: { bucket: media, key: "k2*" }, then: [{ status: 521, times: 1 }, { status: 522 }] }
      - { name: luck, when: { key: k3 }, then: [{ probability: 0.5, status: 531 }, { status: 532 }] }
    """

  /// A service whose changes can stand in expectations.
  private final class Service {
    private(set) var state: ServiceState

    init(_ yaml: String = ServiceStateChangesTests.yaml) throws {
      state = ServiceState(fixture: try Samples.fixture(yaml), settings: .init())
    }

    init(copyOf other: Service) { state = other.state }

    func status(_ key: String, _ bucket: String = "media") throws -> String {
      try String(outcome(bucket, key).prefix(3))
    }

    func outcome(_ bucket: String, _ key: String) throws -> String {
      try state.outcome(Samples.form(["bucket": bucket, "key": key]))
    }
    func insert(_ rule: Rule, _ place: ServiceState.RulePlace) -> ServiceState.RuleChange { state.insert(rule, place) }
    func remove(rule id: Int) -> Bool { state.removeRule(id) }
    func turn(rule id: Int, isOn: Bool) -> ServiceState.Entry? { state.turnRule(id, isOn: isOn) }
    func reset(_ part: ServiceState.Part, ofBucket bucket: String) { state.reset(part, ofBucket: bucket) }
    func put(_ bucket: ServiceState.PreparedBucket) { state.put(bucket) }
    func remove(bucket name: String) -> Bool { state.removeBucket(named: name) }
    func put(_ account: Account) { state.put(account) }
    func remove(account: String) -> ServiceState.AccountRemoval { state.removeAccount(account) }
    func reset(_ part: ServiceState.Part) { state.reset(part) }
    func load(_ yaml: String) throws { state.replace(try Samples.fixture(yaml)) }
    var ruleIDs: [Int] { state.entries.rules.map(\.id) }
    var bucketNames: [String?] { state.entries.buckets.map(\.name) }
    func dialect(_ bucket: String) -> Dialect { bucket.withBytes { state.idioms.idiom(of: $0).dialect } }
  }

  private func rule(_ yaml: String) throws -> Rule { try #require(Samples.fixture("rules: [\(yaml)]").rules.first) }

  private func bucket(_ yaml: String) throws -> ServiceState.PreparedBucket {
    .init(try #require(Samples.fixture("buckets: { \(yaml) }").buckets.first))
  }

  @Test func aRuleIsTriedWhereItWasPut() throws {
    let service = try Service()
    _ = service.insert(try rule("{ when: { bucket: media }, then: { status: 541, times: 1 } }"), .last)
    _ = service.insert(try rule("{ when: { key: k1 }, then: { status: 542, times: 1 } }"), .first)
    _ = service.insert(try rule("{ when: { key: \"k2*\" }, then: { status: 543, times: 1 } }"), .before(2))
    #expect(service.ruleIDs == [5, 1, 6, 2, 3, 4])
    #expect(try ["k1", "k1", "k1", "k1"].map { try service.status($0) } == ["542", "511", "511", "512"])
    #expect(try ["k2", "k2", "k2"].map { try service.status($0) } == ["543", "521", "522"])
    #expect(try ["x", "x"].map { try service.status($0) } == ["541", "500"])
    #expect(service.insert(try rule("{ then: { status: 500 } }"), .before(99)) == .unknown(99))
  }

  @Test func whatIsNotConcernedGoesOn() throws {
    let service = try Service()
    let untouched = Service(copyOf: service)
    func both(_ key: String) throws { #expect(try service.status(key) == untouched.status(key)) }
    for key in ["k1", "k2", "k3", "x", "k3", "x"] { try both(key) }
    guard
      case .inserted(let added) = service.insert(try rule("{ when: { key: never }, then: { status: 599 } }"), .first)
    else {
      Issue.record("not inserted")
      return
    }
    for key in ["k1", "k2", "k3", "k3"] { try both(key) }
    service.put(try bucket("other: { keys: [a], then: { status: 598 } }"))
    for key in ["k1", "k3", "x", "k3"] { try both(key) }
    #expect(service.remove(rule: added.id))
    #expect(service.remove(bucket: "any*"))
    for key in ["k1", "k2", "k3", "k3", "k3", "x"] { try both(key) }
    #expect(try service.status("a", "other") == "598")
    #expect(try service.status("a", "anything") == "404")
    #expect(service.state.rule(1)?.taken == untouched.state.rule(1)?.taken)
  }

  @Test func oneOfManyRulesLeavesTheOthersWhereTheyAre() throws {
    let service = try Service("buckets: { \"*\": { keys: [\"*\"] } }")
    for number in 0..<300 {
      let place: ServiceState.RulePlace = number % 3 == 0 ? .first : .last
      _ = service.insert(try rule("{ when: { bucket: b\(number) }, then: { status: 599, error: e\(number) } }"), place)
    }
    for id in 1...300 where id % 4 != 0 { #expect(service.remove(rule: id)) }
    for number in 0..<300 {
      let outcome = try service.outcome("b\(number)", "k")
      #expect(outcome == ((number + 1) % 4 == 0 ? "599 e\(number)" : "200"))
    }
  }

  @Test func aRuleThatIsSwitchedOffIsPassedOver() throws {
    let service = try Service()
    #expect(try service.status("k1") == "511")
    #expect(service.turn(rule: 1, isOn: false)?.isEnabled == false)
    #expect(try service.status("k1") == "500")
    #expect(service.state.entries.rules.map(\.isEnabled) == [false, true, true])
    #expect(service.turn(rule: 1, isOn: true)?.isEnabled == true)
    // It goes on where it was.
    #expect(try ["k1", "k1"].map { try service.status($0) } == ["511", "512"])
    #expect(service.turn(rule: 99, isOn: true) == nil)
  }

  @Test func resetSwitchesRulesOnAgain() throws {
    let service = try Service()
    for id in 1...3 { _ = service.turn(rule: id, isOn: false) }
    service.reset(.rules, ofBucket: "media")
    #expect(service.state.entries.rules.map(\.isEnabled) == [false, true, false])
    service.reset(.rules)
    #expect(service.state.entries.rules.map(\.isEnabled) == [true, true, true])
  }

  @Test func aRuleForConnectionsCanBeSwitchedOff() throws {
    let service = try Service()
    let fault = "{ phase: connection, then: { fault: emptyResponse } }"
    guard case .inserted(let entry) = service.insert(try rule(fault), .first) else { return #expect(Bool(false)) }
    _ = service.turn(rule: entry.id, isOn: false)
    var book = service.state.rules
    #expect(book.take(in: .connection, RuleSubject(), at: 0) == nil)
    #expect(book.trials.kept == [RuleTrial(script: 0, .off)])
  }

  @Test func namesMayNotClash() throws {
    let service = try Service()
    guard case .nameTaken(let problem) = service.insert(try rule("{ name: luck, then: { status: 500 } }"), .last) else {
      Issue.record("taken")
      return
    }
    #expect(problem.what == "\"luck\" is taken already, by rule 3")
    #expect(service.state.entries.rules.count == 3)
  }

  @Test func aBucketIsReplacedAsAWhole() throws {
    let service = try Service()
    #expect(try service.status("k") == "500")
    // The same steps go on; others begin anew.
    service.put(try bucket("media: { keys: [k], then: [{ status: 500 }, { status: 501 }, { status: 502 }] }"))
    #expect(try service.status("k") == "501")
    #expect(service.state.bucket(named: "media")?.taken == [1, 1, 0])
    service.put(try bucket("media: { keys: [k] }"))
    #expect(try service.status("k") == "200")
    #expect(try service.status("x") == "404")
    service.put(try bucket("media: { keys: [k], then: [{ status: 500 }, { accept: true }] }"))
    #expect(try service.status("k") == "500")
    #expect(service.state.bucket(named: "none") == nil)
    #expect(!service.remove(bucket: "none"))
  }

  @Test func aBucketsWayOfSpeakingFollows() throws {
    let service = try Service()
    let era = service.state.admissionEra
    service.put(try bucket("plain: { keys: [a] }"))
    #expect(service.state.admissionEra == era, "nothing that loops hold has changed")
    service.put(try bucket("new: { keys: [a], dialect: current }"))
    #expect(service.state.admissionEra > era)
    #expect(service.dialect("new") == .current)
    #expect(service.remove(bucket: "plain"))
    #expect(service.dialect("new") == .current)
    #expect(service.remove(bucket: "new"))
    #expect(service.dialect("new") == .classic)
  }

  @Test func whatHasBecomeOfTheAccountsIsTold() throws {
    var state = ServiceState(fixture: try Samples.fixture("buckets: { b: { keys: [k] } }"))
    #expect(state.accountEra == 0)
    let account = Account(accessKey: "b", secretKey: "x")
    state.put(account)
    #expect(state.accountEra == 1 && state.accountChange == .put(account) && state.hasAccount("b"))
    state.put(ServiceState.PreparedBucket(state.fixture.buckets[0]))
    #expect(state.accountEra == 1)
    #expect(state.removeAccount("ak") == .removed)
    #expect(state.accountEra == 2 && state.accountChange == .removed("ak") && !state.hasAccount("ak"))
    state.reset(.resources)
    #expect(state.accountEra == 3 && state.accountChange == .all && state.hasAccount("ak") && !state.hasAccount("b"))
    state.replace(state.fixture)
    #expect(state.accountEra == 4 && state.accountChange == .all)
  }

  @Test func theLastAccountStays() throws {
    let service = try Service()
    service.put(Account(accessKey: "b", secretKey: "x"))
    #expect(service.state.accounts.map(\.accessKey) == ["ak", "b"])
    #expect(service.remove(account: "ak") == .removed)
    #expect(service.remove(account: "ak") == .unknown)
    #expect(service.remove(account: "b") == .last)
  }

  @Test func resetGoesBackToWhatWasLoaded() throws {
    let service = try Service()
    service.put(Account(accessKey: "b", secretKey: "x"))
    service.put(try bucket("new: { keys: [a] }"))
    #expect(service.remove(bucket: "media"))
    #expect(service.remove(rule: 1))
    _ = service.insert(try rule("{ then: { status: 555 } }"), .first)
    service.reset(.rules)
    #expect(service.ruleIDs == [1, 2, 3])
    #expect(service.bucketNames == ["any*", "new"])
    service.reset(.resources)
    #expect(service.bucketNames == ["media", "any*"])
    #expect(service.state.accounts.map(\.accessKey) == ["ak"])
    #expect(try ["k1", "x", "x"].map { try service.status($0) } == ["511", "500", "501"])
    // No id is ever given to two rules.
    _ = service.insert(try rule("{ then: { status: 555 } }"), .first)
    #expect(service.state.entries.rules.first?.id == 5)
  }

  @Test func aReloadReplacesWhatWasChanged() throws {
    let service = try Service()
    service.put(try bucket("new: { keys: [a] }"))
    try service.load("buckets: { media: { keys: [a] } }")
    #expect(service.bucketNames == ["media"])
    service.reset(.resources)
    #expect(service.bucketNames == ["media"])
    #expect(try service.status("a") == "200")
  }
}
