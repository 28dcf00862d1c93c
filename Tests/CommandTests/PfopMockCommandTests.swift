import TestSupport
import Testing

struct PfopMockCommandTests {
  @Test func theVersionIsOneLine() throws {
    let ended = try MockProcess.run(["--version"])
    #expect(ended.code == 0)
    #expect(ended.output.wholeMatch(of: /pfop-mock \d+\.\d+\.\d+\n/) != nil)
    #expect(ended.errors == "")
  }

  /// It is what the line after a usage error sends people to, so it comes whatever the environment holds.
  @Test(arguments: [
    ["--help"], ["help"], ["serve", "--help"], ["check", "--help"], ["schema", "--help"], ["sign", "--help"],
    ["explain", "--help"], ["healthcheck", "--help"],
  ])
  func helpIsAskedForAndSoNoError(arguments: [String]) throws {
    let ended = try MockProcess.run(arguments, environment: ["PFOP_MOCK_PORT": "bad"])
    #expect(ended.code == 0)
    #expect(ended.output.contains("USAGE: pfop-mock"))
    #expect(ended.errors == "")
  }
}
