/// Who may import whom. README, Layout, tells the same to people.
enum LayerTable {
  struct Layer {
    var imports: Set<String>
    /// Where else Foundation may be imported; it stays off the path of a pfop request.
    var foundation: @Sendable (_ pathInModule: String) -> Bool = { _ in false }
  }

  /// By the name of the module, which is its folder's name in `Sources`. Standard library modules that need no import
  /// are not listed.
  static let layers: [String: Layer] = [
    "COpenSSL": Layer(imports: []),
    "CLinux": Layer(imports: []),
    "ByteText": Layer(imports: ["Glibc"]),
    "Guarded": Layer(imports: ["Glibc", "Synchronization"]),
    "Files": Layer(imports: ["Guarded", "Glibc"]),
    "HTTPCore": Layer(imports: ["ByteText", "Glibc"]),
    "HTTPServer": Layer(
      imports: ["HTTPCore", "ByteText", "Guarded", "CLinux", "COpenSSL", "Dispatch", "Glibc", "Synchronization"]),
    "QiniuAuth": Layer(imports: ["ByteText", "COpenSSL", "Glibc"]),
    "PfopEngine": Layer(
      imports: ["ByteText", "Files", "Yams", "Glibc", "Synchronization"], foundation: { $0.hasPrefix("Fixture") }),
    "PfopMock": Layer(
      imports: [
        "PfopEngine", "QiniuAuth", "HTTPServer", "HTTPCore", "ByteText", "Guarded", "Files", "CLinux", "COpenSSL",
        "Logging", "Dispatch", "Glibc", "Synchronization",
      ],
      foundation: { $0 == "PfopMockServer.swift" }),
    "pfop-mock": Layer(
      imports: [
        "PfopMock", "Files", "Guarded", "CLinux", "ArgumentParser", "Logging", "Dispatch", "Glibc", "Synchronization",
      ],
      foundation: { _ in true }),
  ]

  /// The only module with `public` declarations.
  static let publicModule = "PfopMock"
  static let lineLimit = 300
  /// Ends of type names that say nothing about what the type is.
  static let bannedSuffixes = ["Manager", "Helper", "Utils", "Processor", "Info"]

  /// What in one file breaks a rule of the house, each in one sentence that names the file.
  /// - Parameter path: from the package's folder, such as `Sources/HTTPCore/Method.swift`.
  static func faults(of file: SourceText, path: String) -> [String] {
    let folders = path.split(separator: "/").map(String.init)
    guard folders.count > 2, let layer = layers[folders[1]] else {
      return ["\(path): its module is not in the table of layers"]
    }
    let module = folders[1]
    let pathInModule = folders[2...].joined(separator: "/")
    var faults: [String] = []
    for imported in file.imports where !layer.imports.contains(imported) {
      if imported == "Foundation", layer.foundation(pathInModule) { continue }
      faults.append("\(path): \(module) may not import \(imported)")
    }
    if module != publicModule {
      faults += file.publicLines.map { "\(path):\($0): only \(publicModule) has public declarations" }
    }
    for type in file.typeNames where bannedSuffixes.contains(where: type.hasSuffix) {
      faults.append("\(path): \(type) has a name that says nothing")
    }
    if file.lineCount > lineLimit { faults.append("\(path): \(file.lineCount) lines, of \(lineLimit) at most") }
    return faults
  }
}
