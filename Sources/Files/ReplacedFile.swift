import Glibc
import Guarded

/// A file that is written as a whole and put in its place in one step, by one process at a time.
///
/// It is written to a draft beside it, `<path>.draft`, which is locked from the beginning (flock(2)) and becomes the file
/// by rename(2); the lock goes with it. The kernel ends the lock with the process, however that ends, and the next one
/// takes the draft over: it is never in the way, and there is never more than one. Symbolic links are followed, so a link
/// stays and the file that it leads to is replaced.
package final class ReplacedFile: Sendable {
  private enum State {
    /// The descriptor is the draft's, which is locked.
    case draft(Int32)
    /// A thread writes the draft.
    case writing
    /// The descriptor is the file's, which is locked.
    case inPlace(Int32)
    case released
  }

  private let path: String
  private let target: String
  private let state: Guarded<State>

  private var draft: String { ReplacedFile.draft(of: target) }
  private static func draft(of target: String) -> String { target + ".draft" }

  /// Milliseconds between two tries to get a lock.
  private static let pause: UInt32 = 10

  /// Takes the lock. Folders are not made.
  /// - Parameter milliseconds: how long another process may keep the lock meanwhile.
  /// - Throws: `FileError` if another process keeps it, or if the file could not be written: its folder is missing or not
  ///   writable, or the path leads to something that is not a regular file.
  package init(_ path: String, within milliseconds: Int64 = 0) throws(FileError) {
    self.path = path
    target = try ReplacedFile.followingLinks(path)
    let end = InputFile.monotonicMilliseconds() + milliseconds
    while true {
      if let descriptor = try ReplacedFile.lock(target, path) {
        state = Guarded(.draft(descriptor))
        return
      }
      guard InputFile.monotonicMilliseconds() < end else {
        throw ReplacedFile.busy(path)
      }
      usleep(ReplacedFile.pause * 1000)
    }
  }

  deinit { release() }

  /// Writes the file and puts it in its place. Without effect except for the first call, and after `release`; while it
  /// lasts `release` and `remove` are without effect.
  /// - Parameters:
  ///   - mode: the file's permissions, whatever the umask is.
  ///   - isDurable: it is there also after a crash of the machine, which costs the time that the disk takes.
  ///   - next: the next part of the content; nil behind the last.
  /// - Throws: `FileError`; the old file stays as it is then, and the draft is gone.
  package func write(
    mode: mode_t, isDurable: Bool = true, next: () -> [UInt8]?
  ) throws(FileError) {
    let draftDescriptor: Int32? = state.withLock { state in
      guard case .draft(let descriptor) = state else { return nil }
      state = .writing
      return descriptor
    }
    guard var descriptor = draftDescriptor else { return }
    do throws(FileError) {
      if !ReplacedFile.isSame(descriptor, draft) { try renewDraft(&descriptor) }
      while let part = next() { try write(part, to: descriptor) }
      guard fchmod(descriptor, mode) == 0, !isDurable || fsync(descriptor) == 0, rename(draft, target) == 0 else {
        throw FileError(path, failed: ReplacedFile.unwritable)
      }
    } catch {
      state.withLock { $0 = .draft(descriptor) }
      release()
      throw error
    }
    state.withLock { $0 = .inPlace(descriptor) }
    if isDurable { try syncFolder() }
  }

  /// The same for a content that is there as a whole.
  package func write(_ octets: [UInt8], mode: mode_t, isDurable: Bool = true) throws(FileError) {
    var part: [UInt8]? = octets
    try write(mode: mode, isDurable: isDurable) {
      defer { part = nil }
      return part
    }
  }

  /// Removes the file that was written, unless there is another one in its place by now, and ends the lock.
  package func remove() throws(FileError) {
    defer { release() }
    guard case .inPlace(let descriptor) = state.withLock({ $0 }), ReplacedFile.isSame(descriptor, target) else {
      return
    }
    guard unlink(target) == 0 || errno == ENOENT else { throw FileError(path, failed: "cannot be removed") }
  }

  /// Removes what an earlier process has left in the file's place: nothing that a running one has written, as that holds
  /// its lock.
  package func removeLeftover() throws(FileError) {
    guard case .draft = state.withLock({ $0 }) else { return }
    guard unlink(target) == 0 || errno == ENOENT else { throw FileError(path, failed: "cannot be removed") }
  }

  /// Ends the lock, and removes the draft if there is one.
  package func release() {
    let ended = state.withLock { state in
      let found = state
      if case .writing = state { return found }
      state = .released
      return found
    }
    switch ended {
    case .draft(let descriptor):
      if ReplacedFile.isSame(descriptor, draft) { unlink(draft) }
      close(descriptor)
    case .inPlace(let descriptor): close(descriptor)
    case .writing, .released: break
    }
  }

  // MARK: - Steps

  /// The draft has been removed meanwhile, as by a job that cleans up /tmp.
  private func renewDraft(_ descriptor: inout Int32) throws(FileError) {
    guard let renewed = try ReplacedFile.lock(target, path) else { throw ReplacedFile.busy(path) }
    close(descriptor)
    descriptor = renewed
  }

  private static func busy(_ path: String) -> FileError {
    FileError(path, "another process uses the file", allowed: "one process at a time")
  }

  private static let unwritable = "cannot be written"

  private static func followingLinks(_ path: String) throws(FileError) -> String {
    // It would make a draft in the current folder.
    guard !path.isEmpty else { throw FileError(path, failed: unwritable, code: ENOENT) }
    var target = path
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // As many as the kernel follows (path_resolution(7)).
    for _ in 0...40 {
      let count = readlink(target, &buffer, buffer.count)
      // It is no link, or there is nothing yet; anything else is told by what is done with it.
      guard count >= 0 else { return target }
      let link = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
      target = link.hasPrefix("/") ? link : folder(of: target) + "/" + link
    }
    throw FileError(path, failed: unwritable, code: ELOOP)
  }

  /// - Returns: the draft's descriptor; nil if another process holds the lock.
  private static func lock(_ target: String, _ path: String) throws(FileError) -> Int32? {
    var status = stat()
    if stat(target, &status) == 0 {
      let kind = FileKind(mode: status.st_mode)
      guard kind == .regular else {
        throw FileError(path, "the path leads to \(kind.noun)", allowed: "a regular file, or none yet")
      }
    }
    let draft = draft(of: target)
    while true {
      let descriptor = try openDraft(draft, path)
      do throws(FileError) {
        guard try tryLock(descriptor, path) else {
          close(descriptor)
          return nil
        }
        // Its former owner may have put it in its place, or removed it, since it was opened.
        if isSame(descriptor, draft) {
          guard try isFree(target, path) else {
            unlink(draft)
            close(descriptor)
            return nil
          }
          guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else {
            throw FileError(path, failed: unwritable)
          }
          return descriptor
        }
        close(descriptor)
      } catch {
        close(descriptor)
        throw error
      }
    }
  }

  private static func openDraft(_ draft: String, _ path: String) throws(FileError) -> Int32 {
    let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    while true {
      let made = open(draft, flags | O_CREAT | O_EXCL, 0o600)
      if made >= 0 { return made }
      guard errno == EEXIST else { throw FileError(path, failed: unwritable) }
      let found = open(draft, flags)
      guard found >= 0 else {
        // Its owner has removed it, or put it in its place.
        if errno == ENOENT { continue }
        throw FileError(draft, failed: unwritable)
      }
      // In a folder of all users, such as /tmp, others may have put a file of that name there.
      var status = stat()
      if fstat(found, &status) == 0, FileKind(mode: status.st_mode) == .regular, status.st_uid == geteuid() {
        return found
      }
      close(found)
      throw FileError(draft, "the file is in the way, and was not made by this user; remove it")
    }
  }

  /// - Returns: false if another process has locked it.
  private static func tryLock(_ descriptor: Int32, _ path: String) throws(FileError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      guard errno == EINTR else { throw FileError(path, failed: "cannot be locked") }
    }
    return true
  }

  /// Whether no process keeps the file itself locked, having put it in its place.
  private static func isFree(_ target: String, _ path: String) throws(FileError) -> Bool {
    let descriptor = open(target, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    // What cannot be opened was not written by this user.
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    return try tryLock(descriptor, path)
  }

  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (ours, theirs) = (stat(), stat())
    return fstat(descriptor, &ours) == 0 && lstat(path, &theirs) == 0 && ours.st_dev == theirs.st_dev
      && ours.st_ino == theirs.st_ino
  }

  private func write(_ octets: [UInt8], to descriptor: Int32) throws(FileError) {
    var start = 0
    while start < octets.count {
      let count = octets.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + start }, octets.count - start)
      }
      if count < 0, errno != EINTR { throw FileError(path, failed: ReplacedFile.unwritable) }
      start += max(count, 0)
    }
  }

  /// A name is as lasting as its folder.
  private func syncFolder() throws(FileError) {
    let folder = ReplacedFile.folder(of: target)
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(folder, failed: "cannot be opened") }
    defer { close(descriptor) }
    // Some file systems cannot do that for folders, and then have nothing to do.
    if fsync(descriptor) != 0, errno != EINVAL { throw FileError(folder, failed: ReplacedFile.unwritable) }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
