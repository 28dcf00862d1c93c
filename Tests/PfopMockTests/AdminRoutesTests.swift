import ByteText
import HTTPCore
import PfopEngine
import Testing

@testable import PfopMock

struct AdminRoutesTests {
  private func route(_ method: Method, _ path: StaticString) -> AdminRoute {
    AdminRoute(method, path, "", description: CallDescription(answers: [])) { _ in .later }
  }

  /// `openapi.json` has nothing else to go by.
  private func expectDescription(of route: AdminRoute) {
    let description = route.description
    let path = route.path.description.matches(of: #/{(\w+)}/#).map { String($0.1) }
    let parameters = description.parameters
    #expect(Set(parameters.map(\.name)) == Set(path + route.query.map(\.description)), "\(route.name): parameters")
    #expect(parameters.count == path.count + route.query.count, "\(route.name): parameters")
    #expect((description.body != nil) == (route.method != .get && route.method != .delete), "\(route.name): body")
    #expect(route.answers.contains { $0.status == 200 }, "\(route.name): what it answers when all is well")
    #expect(Set(route.answers.map(\.status)).count == route.answers.count, "\(route.name): a status twice")
    for text in parameters.map(\.text) + route.answers.map(\.text) {
      #expect(!text.isEmpty && !text.hasSuffix("."), "\(route.name): \(text)")
    }
    var schemas = parameters.map(\.schema)
    if let body = description.body { schemas.append(body) }
    for answer in route.answers {
      switch answer.content {
      case .json(let schema): schemas.append(schema)
      case .other(let mediaType): #expect(mediaType.contains("/"), "\(route.name)")
      }
    }
    let known = Set(SchemaParts.all.map(\.name))
    for schema in schemas { #expect(schema.parts.isSubset(of: known), "\(route.name): \(schema.parts)") }
  }

  @Test func everyRowSaysWhatItIs() {
    var names: Set<String> = []
    for route in AdminRoutes.all {
      #expect(names.insert(route.name).inserted, "\(route.name) is there twice")
      let summary = route.summary.description
      #expect(!summary.isEmpty && !summary.hasSuffix(".") && !summary.contains("\n"), "\(route.name)")
      #expect(route.method != .head && route.method != .options, "GET stands for HEAD, and OPTIONS is answered for all")
    }
    for route in AdminRoutes.all { expectDescription(of: route) }
    #expect(AdminRoutes.all.filter(\.isOpen).map(\.name) == ["GET health", "GET ready"])
    // What tells and changes nothing: the page that asks for the token.
    #expect(AdminRoutes.all.filter { $0.access == .withoutToken }.map(\.path.description) == [""])
  }

  @Test(
    arguments: [
      ("jobs", ["jobs"], [:]), ("jobs", ["job"], nil), ("jobs", ["jobs", ""], nil), ("jobs", [], nil), ("", [""], [:]),
      ("jobs/{id}", ["jobs", "5"], ["id": "5"]), ("jobs/{id}", ["jobs", ""], nil), ("jobs/{id}", ["jobs"], nil),
      ("jobs/{id}", ["jobs", "5", "finish"], nil), ("jobs/{id}", ["x", "5"], nil),
      ("a/{b}/{c}", ["a", "1/2", "中"], ["b": "1/2", "c": "中"]),
    ] as [(StaticString, [String], [String: String]?)])
  func pathsAreTakenApart(path: StaticString, parts: [String], parameters: [String: String]?) {
    #expect(route(.get, path).parameters(in: parts) == parameters)
  }

  @Test func whatIsSpeltOutGoesBeforeWhatStandsForAnything() {
    let routes = [route(.get, "jobs/{id}"), route(.post, "jobs/wait"), route(.delete, "jobs/{id}")]
    #expect(AdminRoutes.matching(["jobs", "wait"], among: routes).map(\.route.name) == ["POST jobs/wait"])
    #expect(
      AdminRoutes.matching(["jobs", "5"], among: routes).map(\.route.name) == ["GET jobs/{id}", "DELETE jobs/{id}"])
    #expect(AdminRoutes.matching(["x"], among: routes).isEmpty)
  }

  private func query(_ text: String) throws(AdminError) -> AdminQuery {
    var form = ByteBuffer()
    form.append(text: text)
    return try AdminQuery(form.view, allowed: ["bucket", "limit"])
  }

  @Test func queriesAreForms() throws {
    let parameters = try query("bucket=a+b%2F%E4%B8%AD&limit=9223372036854775807")
    #expect(parameters["bucket"] == "a b/中")
    #expect(try parameters.number("limit", in: 0...Int64.max) == .max)
    #expect(try query("")["bucket"] == nil)
    #expect(try query("bucket")["bucket"] == "")
    #expect(try query("").number("limit", in: 0...1) == nil)
  }

  @Test(arguments: [
    ("lmit=1", "lmit", "\"lmit\" is not a query parameter here, did you mean limit?; allowed: bucket, limit"),
    ("%00=1", "\\x00", "\"\\x00\" is not a query parameter here; allowed: bucket, limit"),
    ("limit=1&limit=2", "limit", "limit is given twice; allowed: once"),
    ("limit=x", "limit", "\"x\" is no number for limit; allowed: a whole number from 1 to 100"),
    ("limit=", "limit", "\"\" is no number for limit; allowed: a whole number from 1 to 100"),
    ("limit=-1", "limit", "\"-1\" is no number for limit; allowed: a whole number from 1 to 100"),
    ("limit=101", "limit", "\"101\" is no number for limit; allowed: a whole number from 1 to 100"),
  ])
  func mistakesInAQueryAreNamed(text: String, field: String, error: String) {
    #expect(throws: AdminError.query(field: field, error)) { try query(text).number("limit", in: 1...100) }
  }

  @Test func aQueryThatIsNoFormIsRefused() {
    #expect {
      try query("limit=%zz")
    } throws: { error in
      "\(error)".contains("%zz")
    }
  }
}
