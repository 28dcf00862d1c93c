// swift-tools-version: 6.2
import PackageDescription

// Who may import whom is a rule of the house: README, Layout. `Tests/LayerTests` keeps it.
let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "pfop-mock",
  products: [
    .library(name: "PfopMock", targets: ["PfopMock"]),
    .executable(name: "pfop-mock", targets: ["pfop-mock"]),
  ],
  dependencies: [
    // The command line: parsing, help, usage errors.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Log lines, so that an embedding test suite can take them over.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Fixtures; its nodes keep line numbers for our error messages.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // A command of the package alone, nothing is linked: `swift package generate-documentation --target PfopMock`.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLinux"),
    .target(name: "ByteText", swiftSettings: settings),
    .target(name: "Guarded", swiftSettings: settings),
    .target(name: "Files", dependencies: ["Guarded"], swiftSettings: settings),
    .target(name: "HTTPCore", dependencies: ["ByteText"], swiftSettings: settings),
    .target(
      name: "HTTPServer", dependencies: ["HTTPCore", "ByteText", "Guarded", "CLinux", "COpenSSL"],
      swiftSettings: settings),
    .target(name: "QiniuAuth", dependencies: ["ByteText", "COpenSSL"], swiftSettings: settings),
    .target(
      name: "PfopEngine",
      dependencies: ["ByteText", "Files", .product(name: "Yams", package: "Yams")], swiftSettings: settings),
    .target(
      name: "PfopMock",
      dependencies: [
        "HTTPServer", "HTTPCore", "ByteText", "Guarded", "Files", "QiniuAuth", "PfopEngine", "COpenSSL",
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [
        // The fixture of a server that is given none; a link, so that there is one file.
        .embedInCode("default.yaml"),
        // The page for people; `Page` puts its files together.
        .embedInCode("Page/page.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page-texts.js"),
        .embedInCode("Page/page-elements.js"), .embedInCode("Page/page-calls.js"), .embedInCode("Page/page-events.js"),
        .embedInCode("Page/page-curl.js"), .embedInCode("Page/page-requests.js"), .embedInCode("Page/page-story.js"),
        .embedInCode("Page/page-jobs.js"), .embedInCode("Page/page-notifications.js"),
        .embedInCode("Page/page-rules.js"), .embedInCode("Page/page-clock.js"), .embedInCode("Page/page-metrics.js"),
        .embedInCode("Page/page.js"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "pfop-mock",
      dependencies: [
        "PfopMock", "Files", "Guarded", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["CLinux", "COpenSSL"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(name: "LayerTests", dependencies: ["TestSupport"], swiftSettings: settings),
    .testTarget(name: "GuardedTests", dependencies: ["Guarded"], swiftSettings: settings),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "ByteTextTests", dependencies: ["ByteText"], swiftSettings: settings),
    .testTarget(
      name: "HTTPCoreTests", dependencies: ["HTTPCore", "ByteText", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "HTTPServerTests",
      dependencies: ["HTTPServer", "HTTPCore", "ByteText", "Guarded", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "QiniuAuthTests", dependencies: ["QiniuAuth", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "PfopEngineTests", dependencies: ["PfopEngine", "Guarded", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "PfopMockTests",
      dependencies: [
        "PfopMock", "PfopEngine", "QiniuAuth", "HTTPServer", "HTTPCore", "ByteText", "Guarded", "Files", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "pfop-mock", "PfopMock", "TestSupport", .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "PfopMock", "HTTPServer", "HTTPCore", "ByteText", "Guarded", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
  ]
)
