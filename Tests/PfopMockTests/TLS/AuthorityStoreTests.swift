import Dispatch
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
    let first = try folder.store.authority(now: Self.now)
    #expect(try folder.store.authority(now: Self.now).certificatePEM == first.certificatePEM)
    #expect(try folder.mode(folder.file) == 0o600)
    #expect(try folder.mode(folder.store.folder) == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.store.folder)
    #expect(names.sorted() == ["authority.lock", "authority.pem"])
  }

  @Test func oneThatIsAboutToExpireIsMadeAnew() throws {
    let folder = Folder()
    let first = try folder.store.authority(now: Self.now)
    let years: Int64 = 365 * 86_400
    #expect(try folder.store.authority(now: Self.now + 9 * years).certificatePEM == first.certificatePEM)
    let second = try folder.store.authority(now: Self.now + 10 * years)
    #expect(second.certificatePEM != first.certificatePEM)
    #expect(try folder.store.authority(now: Self.now + 10 * years).certificatePEM == second.certificatePEM)
  }

  @Test(arguments: ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
  func oneThatCannotBeUsedIsMadeAnew(text: String) throws {
    let folder = Folder()
    let first = try folder.store.authority(now: Self.now)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file))
    let second = try folder.store.authority(now: Self.now)
    #expect(second.certificatePEM != first.certificatePEM)
    #expect(try folder.store.authority(now: Self.now).certificatePEM == second.certificatePEM)
    #expect(try folder.mode(folder.file) == 0o600)
  }

  @Test func ofManyAtOnceAllHaveTheSame() throws {
    let folder = Folder()
    let store = folder.store
    let found = Guarded<[[UInt8]]>([])
    DispatchQueue.concurrentPerform(iterations: 16) { _ in
      do {
        let pem = try store.authority(now: Self.now).certificatePEM
        found.withLock { $0.append(pem) }
      } catch {
        Issue.record(error)
      }
    }
    #expect(found.withLock { $0.count } == 16)
    #expect(Set(found.withLock { $0 }).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder).count == 2)
  }

  @Test func aFolderThatCannotBeUsedIsNamed() throws {
    let folder = Folder()
    try FileManager.default.createDirectory(atPath: folder.parent, withIntermediateDirectories: false)
    let file = folder.parent + "/file"
    try Data().write(to: URL(fileURLWithPath: file))
    for (path, what) in [
      (file, "\(file)/authority.lock: cannot be written: "), (file + "/x/y", "\(file)/x/y: cannot be made: "),
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
