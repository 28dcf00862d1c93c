import Foundation
import TestSupport
import Testing

/// The house rules that a compiler does not keep.
struct LayerTests {
  private static let folder = Checkout.root + "/Sources"

  private func read(_ path: String) throws -> String {
    try String(decoding: Checkout.read("Sources/" + path), as: UTF8.self)
  }

  @Test func everyFileKeepsTheRules() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".swift") }
    #expect(paths.count > 100, "the sources were not found in \(Self.folder)")
    for path in paths.sorted() {
      for fault in LayerTable.faults(of: SourceText(try read(path)), path: "Sources/" + path) {
        Issue.record("\(fault)")
      }
    }
  }

  @Test func everyModuleIsInTheTable() throws {
    let modules = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { !$0.hasPrefix(".") }
    #expect(Set(modules) == Set(LayerTable.layers.keys))
  }

  /// Tests run on the threads of the global queue, as many as there are processors: those that wait for others
  /// there wait for ever once nobody else has one.
  @Test func noTestWaitsForTheThreadsOfTests() throws {
    let folder = Checkout.root + "/Tests"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    #expect(paths.count > 100, "the tests were not found in \(folder)")
    let shared = "DispatchQueue" + ".global("
    for path in paths {
      let text = String(decoding: try Checkout.read("Tests/" + path), as: UTF8.self)
      #expect(!text.contains(shared), "Tests/\(path): work of a test's own goes to a queue of its own")
    }
  }

  @Test(arguments: ["COpenSSL", "CLinux"])
  func systemModulesStandAlone(module: String) throws {
    let map = try read("\(module)/module.modulemap")
    #expect(map.contains("module \(module) "))
    for word in ["use ", "extern ", "requires "] { #expect(!map.contains(word)) }
    // Headers of the system only: nothing of ours is behind them.
    let includes = try read("\(module)/\(module).h").split(separator: "\n").filter { $0.hasPrefix("#include") }
    #expect(!includes.isEmpty)
    for include in includes { #expect(include.hasPrefix("#include <")) }
  }
}
