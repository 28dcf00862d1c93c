import Foundation
import TestSupport
import Testing

@testable import Files

struct ReplacedFileTests {
  private func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
    try ReplacedFile(path).write(Array(text.utf8), mode: mode)
  }

  private func refusal(_ path: String) -> FileError? { #expect(throws: FileError.self) { try ReplacedFile(path) } }

  @Test(arguments: [0o600, 0o644] as [mode_t])
  func itIsPutInItsPlace(mode: mode_t) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file")
    try write("first", to: path, mode: mode)
    try write("second", to: path, mode: mode)
    #expect(try folder.read("file") == "second")
    #expect(try folder.names == ["file"])
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == mode)
  }

  @Test func theOldFileStaysUntilTheNewOneIsWhole() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "file")
    let file = try ReplacedFile(folder.path("file"))
    var parts = ["new", "er"]
    var seen: [String?] = []
    try file.write(mode: 0o600) {
      seen.append(String(data: FileManager.default.contents(atPath: folder.path("file")) ?? Data(), encoding: .utf8))
      return parts.isEmpty ? nil : Array(parts.removeFirst().utf8)
    }
    #expect(seen == ["old", "old", "old"])
    #expect(try folder.read("file") == "newer")
  }

  /// As where several threads stop the same server.
  @Test func whileItIsWrittenNothingElseIsDoneToIt() throws {
    let folder = try TemporaryFolder()
    let file = try ReplacedFile(folder.path("file"))
    var parts = ["on", "ce"]
    try file.write(mode: 0o600) {
      #expect(throws: Never.self) { try file.write(Array("twice".utf8), mode: 0o600) }
      #expect(throws: Never.self) { try file.remove() }
      file.release()
      return parts.isEmpty ? nil : Array(parts.removeFirst().utf8)
    }
    #expect(try folder.read("file") == "once")
    #expect(try folder.names == ["file"])
  }

  /// Also where they lead to nothing yet.
  @Test(arguments: [true, false])
  func linksAreFollowed(exists: Bool) throws {
    let folder = try TemporaryFolder()
    #expect(mkdir(folder.path("in"), 0o700) == 0)
    if exists { try folder.write("old", to: "in/file") }
    #expect(symlink("in/file", folder.path("second")) == 0)
    #expect(symlink(folder.path("second"), folder.path("first")) == 0)
    try write("new", to: folder.path("first"))
    #expect(try folder.read("in/file") == "new")
    #expect(try folder.names == ["first", "in", "second"])
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("first"))
    #expect(target == folder.path("second"))
  }

  @Test func itIsForOneAtATime() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file")
    let first = try ReplacedFile(path)
    let busy = "\(path): another process uses the file; allowed: one process at a time"
    #expect("\(try #require(refusal(path)))" == busy)
    try first.write(Array("first".utf8), mode: 0o644)
    // The lock has gone with the draft to its place.
    #expect("\(try #require(refusal(path)))" == busy)
    #expect(try folder.names == ["file"])
    first.release()
    try write("second", to: path)
    // What others have put there is not removed.
    try first.remove()
    try first.write(Array("late".utf8), mode: 0o644)
    #expect(try folder.read("file") == "second")
  }

  @Test func whoWaitsGetsItWhenItIsFree() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file")
    let process = try MockProcess(
      ["-c", "exec 9>\"$0.draft\"; flock 9; echo locked >&2; exec sleep 60", path], program: "/bin/sh")
    try process.waitForErrors("locked\n")
    #expect(try #require(refusal(path)).reason == "another process uses the file")
    process.send(SIGKILL)
    #expect(throws: Never.self) { try ReplacedFile(path, within: 20_000) }
  }

  @Test func itIsRemovedByItsWriterAlone() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file")
    let file = try ReplacedFile(path)
    try file.write(Array("ours".utf8), mode: 0o644)
    #expect(unlink(path) == 0)
    try folder.write("theirs", to: "file")
    try file.remove()
    #expect(try folder.read("file") == "theirs")

    let second = try ReplacedFile(path)
    try second.removeLeftover()
    #expect(try folder.names == ["file.draft"])
    try second.write(Array("ours".utf8), mode: 0o644)
    try second.remove()
    #expect(try folder.names == [])
  }

  /// However much of it there is, and however often that happens.
  @Test func theDraftOfAKilledProcessIsTakenOver() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "x", count: 1 << 20), to: "file.draft")
    #expect(chmod(folder.path("file.draft"), 0o644) == 0)
    let file = try ReplacedFile(folder.path("file"))
    var status = stat()
    #expect(stat(folder.path("file.draft"), &status) == 0)
    #expect(status.st_size == 0 && status.st_mode & 0o777 == 0o600)
    try file.write(Array("new".utf8), mode: 0o644)
    #expect(try folder.read("file") == "new")
    #expect(try folder.names == ["file"])
  }

  @Test func nothingIsLeftOfOneThatIsNotWritten() throws {
    let folder = try TemporaryFolder()
    _ = try ReplacedFile(folder.path("file"))
    #expect(try folder.names == [])
  }

  @Test func aDraftThatOthersHaveRemovedIsMadeAnew() throws {
    let folder = try TemporaryFolder()
    let file = try ReplacedFile(folder.path("file"))
    #expect(unlink(folder.path("file.draft")) == 0)
    try file.write(Array("new".utf8), mode: 0o644)
    #expect(try folder.read("file") == "new")
    #expect(try folder.names == ["file"])
  }

  @Test func whatCannotBeWrittenIsToldAtOnce() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    #expect(symlink("loop", folder.path("loop")) == 0)
    for (path, reason) in [
      (folder.path("none/file"), "cannot be written: No such file or directory"),
      (folder.path("file/file"), "cannot be written: Not a directory"),
      (folder.path("loop"), "cannot be written: Too many levels of symbolic links"),
      (folder.path(""), "the path leads to a folder; allowed: a regular file, or none yet"),
      (folder.path("fifo"), "the path leads to a FIFO; allowed: a regular file, or none yet"),
      ("", "cannot be written: No such file or directory"),
      ("/proc/file", "cannot be written: No such file or directory"),
    ] {
      #expect("\(try #require(refusal(path)))" == "\(path): \(reason)")
    }
    #expect(try folder.names == ["fifo", "file", "loop"])
  }

  /// In a folder that all may write to somebody may lay a trap.
  @Test func aDraftThatOthersHaveLaidIsNotUsed() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "other")
    let draft = folder.path("file.draft")
    #expect(symlink("other", draft) == 0)
    #expect(
      "\(try #require(refusal(folder.path("file"))))"
        == "\(draft): cannot be written: Too many levels of symbolic links")
    #expect(try folder.read("other") == "precious")
    #expect(unlink(draft) == 0)
    #expect(mkfifo(draft, 0o600) == 0)
    #expect(
      "\(try #require(refusal(folder.path("file"))))"
        == "\(draft): the file is in the way, and was not made by this user; remove it")
  }
}
