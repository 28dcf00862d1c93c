import Testing

@testable import PfopMock

struct AdminGuardTests {
  private func refusal(
    _ authority: String?, origins: [String] = [], authorizations: [String] = [], listener: String = "127.0.0.1",
    host: String = "127.0.0.1", token: String? = nil
  ) throws -> Answer? {
    let gate = AdminGuard(listener: listener, configuredHost: host, token: try token.map(AdminToken.init))
    return gate.refusal(of: .init(authority: authority, origins: origins, authorizations: authorizations))
  }

  @Test(arguments: [
    nil, "localhost", "localhost:8599", "LocalHost:1", "127.0.0.1:8599", "127.1.2.3", "[::1]", "[::1]:8599",
  ])
  func ourOwnHostsAreLetIn(authority: String?) throws {
    #expect(try refusal(authority) == nil)
    #expect(try refusal(authority, listener: "::1", host: "::1") == nil)
  }

  @Test(arguments: [
    "evil.com", "evil.com:8599", "127.evil.com", "localhost.evil.com", "127.0.0.1.evil.com", "10.0.0.1", "127.1",
    "0.0.0.0",
    "[2001:db8::1]:80", "[evil]", "", "x", "2130706433",
  ])
  func otherHostsAreRefused(authority: String) throws {
    let answer = try #require(try refusal(authority))
    #expect(answer.status.code == 403)
    #expect("\(answer.body)".contains("Host"))
    // The token lets nobody get round it: a page may have been told it by mistake.
    #expect(try refusal(authority, authorizations: ["Bearer t"], token: "t")?.status.code == 403)
  }

  @Test func theConfiguredHostAndAddressesOfTheListenerAreOurs() throws {
    for authority in ["mock.test:80", "MOCK.test", "10.0.0.1:80", "localhost"] {
      #expect(
        try refusal(authority, authorizations: ["Bearer t"], listener: "10.0.0.1", host: "Mock.test", token: "t") == nil
      )
    }
    #expect(
      try refusal("10.0.0.2", authorizations: ["Bearer t"], listener: "10.0.0.1", host: "10.0.0.1", token: "t") != nil)
    for authority in ["10.0.0.2", "[2001:db8::1]:80"] {
      #expect(try refusal(authority, authorizations: ["Bearer t"], listener: "::", host: "::", token: "t") == nil)
    }
  }

  @Test(arguments: ["http://localhost:8599", "HTTP://LOCALHOST:8599", "https://localhost:8599"])
  func ourOwnPagesAreLetIn(origin: String) throws {
    #expect(try refusal("localhost:8599", origins: [origin]) == nil)
  }

  @Test(arguments: [
    "http://evil.com", "http://localhost", "http://localhost:8600", "http://127.0.0.1:8599", "null", "",
    "localhost:8599",
  ])
  func pagesOfOthersAreRefused(origin: String) throws {
    let answer = try #require(try refusal("localhost:8599", origins: [origin]))
    #expect(answer.status.code == 403)
    #expect("\(answer.body)".contains("origin"))
    #expect(try refusal("localhost:8599", origins: ["http://localhost:8599", origin]) != nil)
    #expect(try refusal(nil, origins: [origin]) != nil)
  }

  private func refusal(of sites: [String], isNavigation: Bool, toPage: Bool) throws -> Answer? {
    let gate = AdminGuard(listener: "127.0.0.1", configuredHost: "127.0.0.1", token: nil)
    let caller = AdminGuard.Caller(authority: "localhost", sites: sites, isNavigation: isNavigation)
    return gate.refusal(of: caller, needsToken: !toPage)
  }

  /// An image on a page of another site is asked for without Origin.
  @Test(arguments: [["cross-site"], ["same-site"], ["none", "cross-site"], ["CROSS-SITE"], [""], ["other"]])
  func whatPagesOfOtherSitesShowIsRefused(sites: [String]) throws {
    for (isNavigation, toPage) in [(false, false), (true, false), (false, true)] {
      let answer = try #require(try refusal(of: sites, isNavigation: isNavigation, toPage: toPage))
      #expect(answer.status.code == 403 && "\(answer.body)".contains("Sec-Fetch-Site is"))
    }
    #expect(try refusal(of: sites, isNavigation: true, toPage: true) == nil)
  }

  @Test(arguments: [[], ["same-origin"], ["none"]])
  func ourOwnPageAndPeopleAreLetIn(sites: [String]) throws {
    for isNavigation in [false, true] {
      for toPage in [false, true] {
        #expect(try refusal(of: sites, isNavigation: isNavigation, toPage: toPage) == nil)
      }
    }
  }

  @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "2001:db8::1", "fe80::1%eth0", "?"])
  func withoutATokenOnlyLoopbackIsOpen(listener: String) throws {
    let answer = try #require(try refusal("localhost", listener: listener))
    #expect(answer.status.code == 403)
    #expect("\(answer.body)".contains("--admin-token"))
    #expect(try refusal("localhost", authorizations: ["Bearer t"], listener: listener, token: "t") == nil)
  }

  @Test(arguments: ["Bearer secret", "bearer secret", "BEARER   secret"])
  func theTokenLetsIn(authorization: String) throws {
    #expect(try refusal("localhost", authorizations: [authorization], token: "secret") == nil)
  }

  @Test(arguments: [
    [], [""], ["Bearer"], ["Bearer "], ["secret"], ["Basic secret"], ["Bearer secre"], ["Bearer secrets"],
    ["Bearer Secret"], ["Bearer secret "], ["Bearer secret x"], ["Bearer secret", "Bearer secret"], ["Bearersecret"],
  ])
  func nothingElseDoes(authorizations: [String]) throws {
    let answer = try #require(try refusal("localhost", authorizations: authorizations, token: "secret"))
    #expect(answer.status.code == 401)
    #expect(answer.challenge?.description == "Bearer")
    #expect(!"\(answer.body) \(answer.diagnosis ?? "")".contains("secret"))
  }

  @Test func whatNeedsNoTokenIsGuardedOtherwise() throws {
    func refusal(_ authority: String, listener: String, _ token: String?) throws -> Int? {
      try AdminGuard(listener: listener, configuredHost: listener, token: token.map(AdminToken.init))
        .refusal(of: .init(authority: authority), needsToken: false)?.status.code
    }
    #expect(try refusal("localhost", listener: "127.0.0.1", "secret") == nil)
    #expect(try refusal("10.0.0.1", listener: "10.0.0.1", "secret") == nil)
    #expect(try refusal("evil.com", listener: "127.0.0.1", "secret") == 403)
    #expect(try refusal("localhost", listener: "10.0.0.1", nil) == 403)
  }

  @Test(arguments: ["", " ", "a b", "a\n", "中", "a\u{7F}"])
  func aTokenThatCannotBeSentIsNone(text: String) {
    #expect {
      try AdminToken(text)
    } throws: { error in
      "\(error)" == "the admin token is not usable; allowed: one or more visible ASCII characters"
    }
  }
}
