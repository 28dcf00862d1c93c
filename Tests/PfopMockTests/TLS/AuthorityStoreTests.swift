import Dispatch
import Files
import Foundation
import Guarded
import HTTPServer
import Testing

@testable import PfopMock

struct AuthorityStoreTests {
  private static let now = SystemClock.wall / 1_000_000_000

  /// A folder that is not there yet, within one that is not there either; gone when the test is.
  private final class Folder {
    let parent = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    var store: AuthorityStore { AuthorityStore(folder: parent + "/a/b") }
    var file: String { store.folder + "/authority.pem" }

    func authority() throws -> CertificateAuthority { try store.authority(now: AuthorityStoreTests.now).authority }

    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    deinit {
      do {
        try FileManager.default.removeItem(atPath: parent)
      } catch {
        print("left behind: \(error)")
      }
    }
  }

  @Test func itIsMadeOnceAndKeptSecret() throws {
    let folder = Folder()
    let first = try folder.authority()
    #expect(try folder.authority().certificatePEM == first.certificatePEM)
    #expect(try folder.mode(folder.file) == 0o600)
    #expect(try folder.mode(folder.store.folder) == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.store.folder)
    #expect(names == ["authority.pem"])
  }

  /// Clients have to trust the new one, and so it is told.
  @Test func oneThatIsAboutToExpireIsMadeAnew() throws {
    let folder = Folder()
    let first = try folder.authority()
    let years: Int64 = 365 * 86_400
    let later = try folder.store.authority(now: Self.now + 9 * years)
    #expect(later.authority.certificatePEM == first.certificatePEM && later.remark == nil)
    let second = try folder.store.authority(now: Self.now + 10 * years)
    #expect(second.authority.certificatePEM != first.certificatePEM)
    #expect(second.remark?.hasPrefix("\(folder.file): the CA has expired, or is about to; ") == true)
    let third = try folder.store.authority(now: Self.now + 10 * years)
    #expect(third.authority.certificatePEM == second.authority.certificatePEM && third.remark == nil)
  }

  private func refusal(_ folder: Folder, now: Int64 = now) throws -> String {
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file))
    let error = #expect(throws: FileError.self) { try folder.store.authority(now: now) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.store.folder) == ["authority.pem"])
    return error?.description ?? ""
  }

  /// Otherwise clients that trust it would meet another one without a word.
  @Test(arguments: ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
  func oneThatIsDamagedIsNotReplaced(text: String) throws {
    let folder = Folder()
    _ = try folder.authority()
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(text.utf8))
    let refusal = try refusal(folder)
    #expect(refusal.hasPrefix("\(folder.file): the CA cannot be used: no certificate"))
    #expect(refusal.hasSuffix("; if it is removed a new one is made, which clients have to trust then"))
  }

  @Test func oneThatIsNotValidYetIsNotReplaced() throws {
    let folder = Folder()
    _ = try folder.authority()
    let refusal = try refusal(folder, now: Self.now - 86_400)
    #expect(refusal.hasPrefix("\(folder.file): the CA is not valid yet by this machine's clock; "))
  }

  @Test(arguments: [0o644, 0o640, 0o660] as [mode_t])
  func oneThatOthersMayReadIsNotUsed(mode: mode_t) throws {
    let folder = Folder()
    _ = try folder.authority()
    #expect(chmod(folder.file, mode) == 0)
    #expect(
      try refusal(folder)
        == "\(folder.file): the file holds a private key, and its mode is 0\(String(mode, radix: 8)); "
        + "allowed: access for its owner alone: chmod 600 '\(folder.file)'")
    #expect(chmod(folder.file, 0o600) == 0)
    #expect(throws: Never.self) { try folder.authority() }
  }

  /// As where the cache is mounted read-only.
  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func oneThatIsThereNeedsNoRightToWrite() throws {
    let folder = Folder()
    let pem = try folder.authority().certificatePEM
    #expect(chmod(folder.store.folder, 0o500) == 0)
    defer { #expect(chmod(folder.store.folder, 0o700) == 0) }
    #expect(try folder.authority().certificatePEM == pem)
  }

  @Test func ofManyAtOnceAllHaveTheSame() throws {
    let folder = Folder()
    let store = folder.store
    let found = Guarded<[[UInt8]]>([])
    DispatchQueue.concurrentPerform(iterations: 16) { _ in
      do {
        let pem = try store.authority(now: Self.now).authority.certificatePEM
        found.withLock { $0.append(pem) }
      } catch {
        Issue.record(error)
      }
    }
    #expect(found.withLock { $0.count } == 16)
    #expect(Set(found.withLock { $0 }).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder).count == 1)
  }

  @Test func aFolderThatCannotBeUsedIsNamed() throws {
    let folder = Folder()
    try FileManager.default.createDirectory(atPath: folder.parent, withIntermediateDirectories: false)
    let file = folder.parent + "/file"
    try Data().write(to: URL(fileURLWithPath: file))
    for (path, what) in [
      (file, "\(file)/authority.pem: cannot be read: "), (file + "/x/y", "\(file)/x/y/authority.pem: cannot be read: "),
      ("/proc/pfop-mock/x", "/proc/pfop-mock: cannot be made: "),
    ] {
      #expect {
        try AuthorityStore(folder: path).authority(now: Self.now)
      } throws: { error in
        "\(error)".hasPrefix(what)
      }
    }
  }

  @Test(arguments: [
    (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/pfop-mock"), (["HOME": "/h"], "/h/.cache/pfop-mock"),
    (["XDG_CACHE_HOME": "", "HOME": "/h"], "/h/.cache/pfop-mock"),
    (["XDG_CACHE_HOME": "c", "HOME": "/h"], "/h/.cache/pfop-mock"), ([:], nil), (["HOME": "h"], nil),
  ])
  func theUsersFolderIsWhereTheSpecificationSays(environment: [String: String], folder: String?) {
    do throws(StartFailure) {
      #expect(try AuthorityStore.usersFolder { environment[$0] } == folder)
    } catch {
      #expect(folder == nil)
      #expect(error.description.contains("XDG_CACHE_HOME"))
    }
  }
}
