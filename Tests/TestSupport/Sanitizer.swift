import Glibc

/// AddressSanitizer and ThreadSanitizer need terabytes of address space and `/proc/self/maps`.
package enum Sanitizer {
  package static let isPresent = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
}
