import CLinux

/// The words of the command line.
enum ProcessArguments {
  /// Those behind the program's name.
  /// - Parameters:
  ///   - known: what Swift's runtime has found, which is nothing where it cannot read `/proc/self/maps`.
  ///   - laidOut: what the kernel has put on the stack.
  /// - Throws: if there are none at all, as every process has its name at least: a server that ignores its flags could be
  ///   open to more than it is meant to be.
  static func read(
    known: [String] = CommandLine.arguments, laidOut: () -> [String] = laidOut
  ) throws(CommandFailure) -> [String] {
    let words = known.isEmpty ? laidOut() : known
    guard !words.isEmpty else {
      throw CommandFailure(description: "the arguments of this process cannot be read; is /proc mounted?")
    }
    return Array(words.dropFirst())
  }

  static func laidOut() -> [String] {
    var count = 0
    guard let words = CLinux_arguments(&count) else { return [] }
    return (0..<count).compactMap { words[$0].map { String(cString: $0) } }
  }
}
