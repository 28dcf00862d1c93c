import Testing

@testable import pfop_mock

struct PortFileTests {
  @Test func holdsThePortAndALineFeed() throws {
    let folder = try TemporaryFolder()
    let file = PortFile(path: folder.path("port"))
    try file.write(65_535)
    #expect(try folder.read("port") == "65535\n")
    try file.write(1)
    #expect(try folder.read("port") == "1\n")
    #expect(try folder.names == ["port"])
    try file.remove()
    #expect(try folder.names == [])
    try file.remove()
  }

  @Test func whatCannotBeWrittenIsSaidAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    #expect { try PortFile(path: folder.path("none/port")).write(1) } throws: { error in
      "\(error)" == "--port-file \(folder.path("none/port")): cannot be written: No such file or directory"
    }
    try folder.write("", to: "file")
    #expect(throws: CommandFailure.self) { try PortFile(path: folder.path("file/port")).write(1) }
    #expect(throws: CommandFailure.self) { try PortFile(path: "").write(1) }
    #expect(try folder.names == ["file"])
  }

  /// A folder given by mistake is not an earlier run's file.
  @Test func aFolderIsNotTakenAway() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "file")
    #expect(throws: CommandFailure.self) { try PortFile(path: folder.path("")).remove() }
    #expect(throws: CommandFailure.self) { try PortFile(path: folder.path("")).write(1) }
    #expect(try folder.read("file") == "precious")
  }
}
