import Glibc

/// The files of this checkout, for tests that read them.
package enum Checkout {
  /// The folder of Package.swift, without a slash at its end.
  package static let root: String = {
    let file = #filePath
    return file.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
  }()

  package static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(root + "/" + path, "rb") else { throw MissingFile(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes.append(contentsOf: chunk[..<count]) }
    return bytes
  }

  package struct MissingFile: Error {
    package var path: String
  }
}
