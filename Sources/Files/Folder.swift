import Glibc

/// A folder that this program makes for itself.
package enum Folder {
  /// Makes the folder, with those that it is in, for its owner alone; one that is there stays as it is.
  package static func make(_ path: String) throws(FileError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw FileError(path, failed: "cannot be made")
    }
    try make(String(path[..<slash]))
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw FileError(path, failed: "cannot be made") }
  }
}
