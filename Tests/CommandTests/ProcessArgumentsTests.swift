import TestSupport
import Testing

@testable import pfop_mock

struct ProcessArgumentsTests {
  @Test func theProgramsNameIsNoneOfThem() throws {
    #expect(try ProcessArguments.read(known: ["pfop-mock", "serve"]) { ["other"] } == ["serve"])
    #expect(try ProcessArguments.read(known: ["pfop-mock"]) { [] } == [])
  }

  @Test func whereSwiftFindsNoneTheStackIsRead() throws {
    #expect(try ProcessArguments.read(known: []) { ["pfop-mock", "--port", "0"] } == ["--port", "0"])
  }

  @Test func withoutAnyNothingIsDone() {
    #expect {
      try ProcessArguments.read(known: []) { [] }
    } throws: { error in
      "\(error)" == "the arguments of this process cannot be read; is /proc mounted?"
    }
  }

  /// Of this process, unless something has set a variable of its environment meanwhile: then they are not to be found.
  @Test func theKernelHasLaidThemOut() {
    let words = ProcessArguments.laidOut()
    #expect(words == CommandLine.arguments || words == [])
  }
}
