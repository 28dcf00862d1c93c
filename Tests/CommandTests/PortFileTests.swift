import TestSupport
import Testing

@testable import pfop_mock

struct PortFileTests {
  @Test func holdsThePortAndALineFeed() throws {
    let folder = try TemporaryFolder()
    for port: UInt16 in [65_535, 1] {
      // As a server that was killed leaves it.
      try folder.write("80\n", to: "port")
      let file = try PortFile(path: folder.path("port"))
      #expect(try folder.names == ["port.draft"])
      try file.write(port)
      #expect(try folder.read("port") == "\(port)\n")
      #expect(try folder.names == ["port"])
      try file.remove()
      #expect(try folder.names == [])
      try file.remove()
    }
  }

  @Test func whatCannotBeWrittenIsSaidAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    #expect { try PortFile(path: folder.path("none/port")) } throws: { error in
      "\(error)" == "--port-file \(folder.path("none/port")): cannot be written: No such file or directory"
    }
    try folder.write("", to: "file")
    #expect(throws: CommandFailure.self) { try PortFile(path: folder.path("file/port")) }
    #expect(throws: CommandFailure.self) { try PortFile(path: "") }
    #expect(try folder.names == ["file"])
  }

  /// A folder given by mistake is not an earlier run's file.
  @Test func aFolderIsNotTakenAway() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "file")
    #expect(throws: CommandFailure.self) { try PortFile(path: folder.path("")) }
    #expect(try folder.read("file") == "precious")
  }

  @Test func theFileOfARunningServerIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    let file = try PortFile(path: folder.path("port"))
    try file.write(80)
    #expect(throws: CommandFailure.self) { try PortFile(path: folder.path("port")) }
    #expect(try folder.read("port") == "80\n")
    #expect(try folder.names == ["port"])
  }
}
