import Foundation
import TestSupport
import Testing

@testable import PfopMock

struct PageTests {
  private static let skeleton = Array("<style></style>|<script type=\"module\"></script>".utf8)

  private static func page() throws -> (text: String, policy: String) {
    let page = try #require(Page.whole)
    return (String(decoding: page.document, as: UTF8.self), page.policy)
  }

  /// What lies between two texts that are there once.
  private static func between(_ start: String, _ end: String, in text: String) throws -> String {
    let parts = text.split(separator: start, omittingEmptySubsequences: false)
    try #require(parts.count == 2, "\(start) is there \(parts.count - 1) times")
    return String(parts[1].prefix(upTo: try #require(parts[1].firstRange(of: end)).lowerBound))
  }

  private static func source(_ name: String) throws -> String {
    String(decoding: try Checkout.read("Sources/PfopMock/Page/\(name)"), as: UTF8.self)
  }

  /// The digests are those that browsers' documentation and RFC 6234 give.
  @Test(arguments: [
    ("", "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"),
    ("abc", "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='"),
  ])
  func anElementIsNamedByItsHash(text: String, source: String) throws {
    #expect(try Page.source(of: text) == source)
  }

  @Test func theFilesAreOneDocument() throws {
    let page = try Page(skeleton: Self.skeleton, style: Array("s".utf8), scripts: [Array("a".utf8), Array("b".utf8)])
    #expect(String(decoding: page.document, as: UTF8.self) == "<style>s</style>|<script type=\"module\">a\nb</script>")
    let (script, style) = (try Page.source(of: "a\nb"), try Page.source(of: "s"))
    #expect(page.policy.hasPrefix("default-src 'none'; script-src \(script); style-src \(style); connect-src 'self';"))
  }

  @Test func thePolicyNamesItsOwnScriptAndStyleAlone() throws {
    let (text, policy) = try Self.page()
    let script = try Self.between("<script type=\"module\">", "</script>", in: text)
    let style = try Self.between("<style>", "</style>", in: text)
    let sources = try (script: Page.source(of: script), style: Page.source(of: style))
    #expect(policy.contains("script-src \(sources.script); style-src \(sources.style);"))
    for part in ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
      #expect(policy.contains(part))
    }
    #expect(!policy.contains("unsafe"))
  }

  @Test func everyFileIsInIt() throws {
    let (text, _) = try Self.page()
    let folder = "\(Checkout.root)/Sources/PfopMock/Page"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(#/\.(js|css)$/#) }
    #expect(names.count > 10)
    for name in names {
      let source = try Self.source(name)
      #expect(text.contains(source), "\(name)")
    }
  }

  /// With any of these, text could become markup or code.
  @Test(arguments: [
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc", "DOMParser",
    "createContextualFragment", "setHTML", "javascript:", "http://", "https://", "import ",
  ])
  func nothingIsMadeOfMarkupAndNothingComesFromElsewhere(word: String) throws {
    let (text, _) = try Self.page()
    // The name of SVG's elements is no address that anybody asks.
    #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains(word))
  }

  @Test func everyTextIsInBothLanguages() throws {
    let text = try Self.source("page-texts.js")
    let halves = text.split(separator: "  zh: {")
    try #require(halves.count == 2)
    func keys(_ half: Substring) -> [String] { half.matches(of: #/(\w+):\s+"/#).map { String($0.1) } }
    let english = keys(halves[0])
    #expect(english.count > 80)
    #expect(Set(english).count == english.count)
    let chinese = keys(halves[1])
    #expect(english == chinese)
  }
}
