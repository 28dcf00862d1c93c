import Foundation
import PfopEngine
import Testing

/// Each file of `fixtures/broken` is refused with the messages that stand beside it in a `.txt`.
struct BrokenFixturesTests {
  private static let folder = Samples.packageRoot + "/fixtures/broken"

  private static var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".txt") }.sorted()
    }
  }

  @Test(arguments: try files)
  func isRefusedWith(_ file: String) throws {
    let path = "\(Self.folder)/\(file)"
    let expected = try String(contentsOfFile: (path as NSString).deletingPathExtension + ".txt", encoding: .utf8)
    guard case .refused(let problems) = FixtureLoader.load(paths: [path]) else {
      Issue.record("loaded")
      return
    }
    let messages = problems.map { $0.description.replacingOccurrences(of: Samples.packageRoot + "/", with: "") + "\n" }
    #expect(messages.joined() == expected)
    #expect(!messages.joined().contains("the-secret"))
  }
}
