import Glibc

/// A file descriptor with one owner; closed when that ends.
struct Descriptor: ~Copyable {
  let number: Int32

  /// Takes over an open descriptor.
  init(owning number: Int32) { self.number = number }

  deinit { close(number) }
}

/// How many descriptors this process may hold.
package enum DescriptorLimit {
  /// Raises the soft limit to the hard one, since a connection needs a descriptor each. Affects the whole process, so
  /// the program calls it, never the library.
  package static func raise() throws(SystemError) {
    var limit = rlimit()
    try Syscall.check(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit), "getrlimit")
    limit.rlim_cur = limit.rlim_max
    try Syscall.check(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit), "setrlimit")
  }
}
