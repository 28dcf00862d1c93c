import Foundation
import TestSupport
import Testing

@testable import Files

struct InputFileTests {
  private func refusal(_ path: String, limit: Int = 10, kinds: InputFile.Kinds = .any, within: Int64 = 20) -> FileError?
  {
    #expect(throws: FileError.self) { try InputFile.read(path, limit: limit, kinds: kinds, within: within) }
  }

  @Test(arguments: [InputFile.Kinds.regular, .any])
  func aRegularFileIsReadAsAWhole(kinds: InputFile.Kinds) throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "0123456789", count: 100_000)
    let path = try folder.write(text, to: "file")
    #expect(try InputFile.read(path, limit: 1_000_000, kinds: kinds) == Array(text.utf8))
    #expect(symlink(path, folder.path("link")) == 0)
    #expect(try InputFile.read(folder.path("link"), limit: 1_000_000, kinds: kinds) == Array(text.utf8))
  }

  @Test func aFileThatIsTooLargeIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("01234567890", to: "file")
    #expect(try InputFile.read(path, limit: 11).count == 11)
    #expect("\(try #require(refusal(path)))" == "\(path): the file is too large; allowed: 10 bytes")
    #expect("\(try #require(refusal("/dev/zero")))" == "/dev/zero: the file is too large; allowed: 10 bytes")
  }

  @Test func whatCannotBeOpenedIsToldWithTheReason() throws {
    let folder = try TemporaryFolder()
    #expect(symlink("loop", folder.path("loop")) == 0)
    #expect(symlink("missing", folder.path("dangling")) == 0)
    for (path, reason) in [
      (folder.path(""), "Is a directory"), (folder.path("none"), "No such file or directory"),
      (folder.path("loop"), "Too many levels of symbolic links"),
      (folder.path("dangling"), "No such file or directory"),
      ("", "No such file or directory"),
    ] {
      #expect("\(try #require(refusal(path)))" == "\(path): cannot be read: \(reason)")
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every file"))
  func aFileThatMayNotBeReadIsTold() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("secret", to: "file")
    #expect(chmod(path, 0) == 0)
    #expect("\(try #require(refusal(path)))" == "\(path): cannot be read: Permission denied")
  }

  @Test func aFIFOWithoutAWriterEndsInTime() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    #expect(
      "\(try #require(refusal(path)))"
        == "\(path): its end did not come within 20 ms; allowed: a regular file, or a pipe that is written and closed "
        + "by then")
  }

  /// However slowly it writes.
  @Test func aWriterThatDoesNotCloseEndsInTime() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    let writer = open(path, O_RDWR | O_CLOEXEC)
    defer { close(writer) }
    #expect(Glibc.write(writer, "begun", 5) == 5)
    #expect(try #require(refusal(path)).reason == "its end did not come within 20 ms")
  }

  @Test func aPipeIsReadToItsEnd() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    let text = String(repeating: "0123456789", count: 100_000)
    let writer = try MockProcess(
      ["-c", "printf %s \"$1\" >\"$0\"", path, String(text.prefix(100_000))], program: "/bin/sh")
    #expect(try InputFile.read(path, limit: 1_000_000) == Array(text.utf8.prefix(100_000)))
    #expect(try writer.end().code == 0)
  }

  @Test func aDeviceMayBeEmpty() throws {
    #expect(try InputFile.read("/dev/null", limit: 10) == [])
  }

  @Test func whereARegularFileIsNeededOthersAreRefused() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    for (path, noun) in [(folder.path("fifo"), "a FIFO"), ("/dev/null", "a device")] {
      let error = try #require(refusal(path, kinds: .regular))
      #expect("\(error)" == "\(path): the file is \(noun); allowed: a regular file")
    }
  }

  @Test(
    arguments: [
      (0o600, nil), (0o400, nil), (0o640, "0640"), (0o604, "0604"), (0o620, "0620"),
    ] as [(mode_t, String?)])
  func aPrivateFileIsForItsOwnerAlone(mode: mode_t, told: String?) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("key", to: "file")
    #expect(chmod(path, mode) == 0)
    do throws(FileError) {
      #expect(try InputFile.read(path, limit: 10, isPrivate: true) == Array("key".utf8))
      #expect(told == nil)
    } catch {
      #expect(
        "\(error)" == "\(path): the file holds a private key, and its mode is \(told ?? ""); "
          + "allowed: access for its owner alone: chmod 600 '\(path)'")
    }
  }
}
