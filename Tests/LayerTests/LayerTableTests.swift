import Testing

struct LayerTableTests {
  private func faults(_ text: String, in path: String) -> [String] {
    LayerTable.faults(of: SourceText(text), path: path)
  }

  @Test func aFileThatKeepsTheRulesHasNoFault() {
    let text = "import ByteText\nimport Glibc\n\npackage struct Method {}\n"
    #expect(faults(text, in: "Sources/HTTPCore/Method.swift") == [])
  }

  @Test(arguments: [
    ("import HTTPServer", "Sources/HTTPCore/A.swift", "HTTPCore may not import HTTPServer"),
    ("@testable import HTTPServer", "Sources/HTTPCore/A.swift", "HTTPCore may not import HTTPServer"),
    ("package import PfopEngine", "Sources/QiniuAuth/A.swift", "QiniuAuth may not import PfopEngine"),
    ("import struct Foundation.Data", "Sources/HTTPCore/A.swift", "HTTPCore may not import Foundation"),
    ("import Foundation", "Sources/PfopEngine/Job.swift", "PfopEngine may not import Foundation"),
    ("import Foundation", "Sources/PfopMock/Endpoints/PfopEndpoint.swift", "PfopMock may not import Foundation"),
    ("import Foundation", "Sources/PfopMock/Admin/AdminBody.swift", "PfopMock may not import Foundation"),
    ("import Yams", "Sources/PfopMock/Admin/AdminBody.swift", "PfopMock may not import Yams"),
    ("import FoundationEssentials", "Sources/pfop-mock/A.swift", "pfop-mock may not import FoundationEssentials"),
    ("import HTTPCore", "Sources/pfop-mock/A.swift", "pfop-mock may not import HTTPCore"),
    ("import ByteText", "Sources/CLinux/A.swift", "CLinux may not import ByteText"),
  ])
  func aForeignImportIsNamed(text: String, path: String, fault: String) {
    #expect(faults(text, in: path) == ["\(path): \(fault)"])
  }

  @Test func foundationHasItsPlaces() {
    #expect(faults("import Foundation", in: "Sources/PfopEngine/FixtureLoader.swift") == [])
    #expect(faults("import Foundation", in: "Sources/PfopMock/PfopMockServer.swift") == [])
    #expect(faults("import Foundation", in: "Sources/pfop-mock/Signals.swift") == [])
  }

  @Test func anUnknownModuleIsAFault() {
    #expect(
      faults("", in: "Sources/Extra/A.swift") == ["Sources/Extra/A.swift: its module is not in the table of layers"])
    #expect(faults("", in: "Sources/Stray.swift") == ["Sources/Stray.swift: its module is not in the table of layers"])
  }

  @Test func publicIsForTheLibraryOnly() {
    let text = "\npublic struct A {}\n"
    #expect(
      faults(text, in: "Sources/HTTPCore/A.swift")
        == ["Sources/HTTPCore/A.swift:2: only PfopMock has public declarations"])
    #expect(faults(text, in: "Sources/PfopMock/A.swift") == [])
  }

  @Test(arguments: ["JobManager", "Helper", "PathUtils", "RequestProcessor", "ServerInfo"])
  func namesThatSayNothingAreFaults(name: String) {
    let path = "Sources/PfopMock/A.swift"
    #expect(faults("final class \(name) {}", in: path) == ["\(path): \(name) has a name that says nothing"])
    #expect(faults("struct \(name)rmation {}", in: path) == [])
  }

  @Test func lengthIsBounded() {
    let path = "Sources/PfopMock/A.swift"
    #expect(faults(String(repeating: "\n", count: 300), in: path) == [])
    #expect(faults(String(repeating: "\n", count: 301), in: path) == ["\(path): 301 lines, of 300 at most"])
  }
}
