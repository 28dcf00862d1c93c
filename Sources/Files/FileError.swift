import Glibc

/// Why a file cannot be used. Shown as `path: reason; allowed: …`.
package struct FileError: Error, Equatable, CustomStringConvertible {
  /// As the operator named it.
  package var path: String
  package var reason: String
  /// What would have been right, where the reason alone does not tell.
  package var allowed: String?
  /// errno of the system call that failed; 0 if none did.
  package var code: Int32 = 0

  package init(_ path: String, _ reason: String, allowed: String? = nil) {
    self.path = path
    self.reason = reason
    self.allowed = allowed
  }

  /// A system call has just failed.
  /// - Parameter what: what cannot be done, as in `cannot be read`.
  package init(_ path: String, failed what: String, code: Int32 = errno) {
    self.path = path
    self.code = code
    reason = "\(what): \(String(cString: strerror(code)))"
  }

  /// There is no such file.
  package var isMissing: Bool { code == ENOENT }

  package var description: String { "\(path): \(reason)" + (allowed.map { "; allowed: \($0)" } ?? "") }
}

/// What a path leads to.
package enum FileKind: Equatable, Sendable {
  case regular, folder, fifo, socket, device

  /// - Parameter mode: `st_mode` of stat(2).
  package init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .fifo
    case S_IFSOCK: self = .socket
    default: self = .device
    }
  }

  /// With its article, for messages.
  package var noun: String {
    switch self {
    case .regular: "a regular file"
    case .folder: "a folder"
    case .fifo: "a FIFO"
    case .socket: "a socket"
    case .device: "a device"
    }
  }
}
