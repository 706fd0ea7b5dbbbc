// swift-tools-version: 6.2
import PackageDescription

// llmguard is built from the toolchain and libsqlite3 alone. The targets form layers (see
// Sources/llmguard/llmguard.docc/Architecture.md): a target may import only from layers below its own, and
// Tests/TidyTests fails when an import says otherwise.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  // Functions can be placed one by one, so that those of a run lie beside each other (`Sources/llmguard/link/ld`).
  .unsafeFlags(["-Xfrontend", "-function-sections"], .when(configuration: .release)),
]

/// A release executable carries the Swift runtime inside it, so that the binary can be copied to any host.
let selfContained: [LinkerSetting] = [
  .unsafeFlags(["-static-stdlib"], .when(configuration: .release))
]

/// The program itself starts before every call. So it carries SQLite and C++'s library inside it, too, and has a fixed
/// address: the dynamic linker would take a fifth of its time. It offers no symbols to others, among which the language's
/// runtime would look for its own place; nor does that runtime look for its tool for crashes (`CPosixStart.c`), or put plain
/// types together by their descriptions (`CPosixTypes.c`). `link` holds
/// linker scripts, read in place of the shared libraries, and the linker's own wrapper.
let quickToStart: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-stdlib", "-use-ld=lld", "-Xclang-linker", "-no-pie", "-Xclang-linker", "-static-libgcc", "-Xlinker",
      "--no-export-dynamic", "-Xlinker", "--wrap=swift_copyAuxiliaryExecutablePath", "-Xlinker",
      "--wrap=swift_getTypeByMangledNameInContext2", "-Xlinker", "--wrap=swift_conformsToProtocolWithExecutionContext",
      "-Xclang-linker",
      "--ld-path=\(Context.packageDirectory)/Sources/llmguard/link/ld", "-L",
      Context.packageDirectory + "/Sources/llmguard/link",
    ],
    .when(configuration: .release))
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "llmguard",
  products: [
    .executable(name: "llmguard", targets: ["llmguard"]),
    .executable(name: "llmguard-bench", targets: ["llmguard-bench"]),
  ],
  targets: [
    // L0: C
    // Without `pkgConfig`, which would put its folder before the program's linker scripts.
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "CSQLiteHeap", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "CPosix", cSettings: [.define("LLMGUARD_QUICK_START", .when(configuration: .release))]),
    .target(name: "CDigest"),
    .target(name: "CWriteAheadLog", dependencies: ["CSQLite"]),
    .target(name: "CIntentTables", exclude: ["lexicon.txt", "lexicon.bin", "similarity.bin", "words.bin"]),
    // L1: leaves
    library("Posix", ["CPosix"]),
    library("SQLite", ["CSQLite", "CSQLiteHeap", "CWriteAheadLog"]),
    library("TextFormats"),
    library("CommandSpec"),
    library("GuardModel"),
    library("Digest", ["CDigest"]),
    // L2
    library("Terminal", ["GuardModel", "Posix"]),
    library("Ledger", ["Digest", "GuardModel", "TextFormats"]),
    library("Providers", ["TextFormats", "GuardModel", "Posix"]),
    library("HTTPWire", ["TextFormats"]),
    library("Intent", ["Digest", "CIntentTables"]),
    // L3
    library("Configuration", ["TextFormats", "GuardModel", "Providers"]),
    library("SQLiteLedger", ["Digest", "Ledger", "GuardModel", "SQLite", "Posix"]),
    library("Upstream", ["Posix"]),
    library("IntentCache", ["Digest", "GuardModel", "Intent", "Posix", "SQLite"]),
    // L4
    library(
      "Guard",
      ["Digest", "Ledger", "GuardModel", "Providers", "Configuration", "Intent", "IntentCache", "TextFormats"]),
    library("Reports", ["Ledger", "GuardModel", "Posix", "Terminal", "TextFormats"]),
    library("Dashboard", ["Digest", "Ledger", "GuardModel", "Terminal"]),
    // L5
    library(
      "Gateway",
      [
        "Guard", "Configuration", "Ledger", "GuardModel", "IntentCache", "Providers", "HTTPWire", "TextFormats",
        "Upstream",
        "Posix",
      ]),
    // L6
    library(
      "LLMGuardCLI",
      [
        "CommandSpec", "Configuration", "Dashboard", "Digest", "Gateway", "Guard", "GuardModel", "HTTPWire", "Intent",
        "IntentCache", "Ledger", "Posix", "Providers", "Reports", "SQLite", "SQLiteLedger", "Terminal", "TextFormats",
        "Upstream",
      ]),
    // L7
    .executableTarget(
      name: "llmguard", dependencies: ["LLMGuardCLI"], exclude: ["llmguard.docc", "link"], swiftSettings: strict,
      linkerSettings: quickToStart),
    .executableTarget(
      name: "llmguard-bench",
      dependencies: [
        "CommandSpec", "Configuration", "Guard", "GuardModel", "HTTPWire", "Intent", "IntentCache", "Ledger", "Posix",
        "Providers", "SQLite", "SQLiteLedger", "Terminal", "TextFormats",
      ],
      exclude: ["Shim"], swiftSettings: strict, linkerSettings: selfContained),
    // The least gateway that keeps the same promise: the yardstick of `llmguard-bench gateway floor`.
    .executableTarget(
      name: "gateway-floor", dependencies: ["CWriteAheadLog"],
      cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      // It carries the same SQLite inside as the program does.
      linkerSettings: [
        .linkedLibrary("sqlite3"),
        .unsafeFlags(
          ["-use-ld=lld", "-L", Context.packageDirectory + "/Sources/llmguard/link"], .when(configuration: .release)),
      ]),
    // Tests
    // The random numbers of tests that are the same on every machine.
    .target(name: "SeededGenerator", path: "Tests/SeededGenerator", swiftSettings: strict),
    tests("TextFormatsTests", ["TextFormats", "SeededGenerator"]),
    .testTarget(
      name: "CommandSpecTests", dependencies: ["CommandSpec"], exclude: ["Golden"], swiftSettings: strict),
    tests("GuardModelTests", ["GuardModel", "SeededGenerator"]),
    tests("DigestTests", ["Digest"]),
    .testTarget(
      name: "IntentTests", dependencies: ["CIntentTables", "Intent", "Digest", "Posix", "TextFormats"],
      exclude: ["Data"],
      swiftSettings: strict),
    tests("IntentCacheTests", ["Intent", "IntentCache", "GuardModel", "Posix", "SQLite"]),
    // What needs a process of its own: signals, standard descriptors, the exit status.
    .executableTarget(
      name: "posix-probe", dependencies: ["Posix", "CSQLiteHeap", "MathTable"], path: "Tests/PosixProbe",
      swiftSettings: strict),
    // The mathematical functions that a program was linked with, beside the C library's.
    .target(name: "MathTable", path: "Tests/MathTable", linkerSettings: [.linkedLibrary("m")]),
    // Shells and terminals that tests start, and type to.
    .target(
      name: "SessionDriver", dependencies: ["Posix"], path: "Tests/SessionDriver", swiftSettings: strict),
    // A provider for tests and measurements, in a process or as one.
    .target(
      name: "PretendProvider", dependencies: ["HTTPWire", "Posix", "TextFormats"], path: "Tests/PretendProvider",
      swiftSettings: strict),
    .executableTarget(
      name: "pretend-provider", dependencies: ["PretendProvider", "Posix"], path: "Tests/PretendProviderProgram",
      swiftSettings: strict),
    tests(
      "PretendProviderTests",
      ["PretendProvider", "HTTPWire", "Posix", "TextFormats", "Providers", "GuardModel", "Upstream"]),
    tests("PosixTests", ["Posix", "Terminal", "SeededGenerator", "SessionDriver", "posix-probe"]),
    tests("ProvidersTests", ["Providers", "GuardModel", "SeededGenerator", "TextFormats"]),
    tests("HTTPWireTests", ["HTTPWire"]),
    .target(
      name: "ScriptedServer", dependencies: ["HTTPWire", "Posix"], path: "Tests/ScriptedServer", swiftSettings: strict),
    tests("UpstreamTests", ["Upstream", "HTTPWire", "Posix", "ScriptedServer"]),
    tests("ConfigurationTests", ["Configuration", "GuardModel", "Providers", "SeededGenerator", "TextFormats"]),
    .target(
      name: "LedgerConformance", dependencies: ["Ledger", "GuardModel", "SeededGenerator"],
      path: "Tests/LedgerConformance",
      swiftSettings: strict),
    tests("LedgerTests", ["Ledger", "GuardModel", "LedgerConformance"]),
    // A full disk beneath SQLite, for one thread or one folder.
    .target(name: "DiskFault", path: "Tests/DiskFault", linkerSettings: [.linkedLibrary("sqlite3")]),
    tests(
      "SQLiteLedgerTests",
      [
        "SQLiteLedger", "SQLite", "Ledger", "GuardModel", "Posix", "LedgerConformance", "DiskFault", "SeededGenerator",
      ]),
    tests("DashboardTests", ["Dashboard", "Ledger", "GuardModel"]),
    tests("ReportsTests", ["Reports", "Ledger", "GuardModel", "Terminal", "TextFormats"]),
    tests(
      "GuardTests",
      ["Guard", "Configuration", "IntentCache", "Ledger", "GuardModel", "Posix", "Providers", "SeededGenerator"]),
    tests(
      "GatewayTests",
      [
        "Gateway", "Guard", "Configuration", "GuardModel", "HTTPWire", "IntentCache", "Ledger", "Posix",
        "PretendProvider", "Providers", "ScriptedServer",
        "SQLiteLedger", "TextFormats", "DiskFault",
      ]),
    tests(
      "LLMGuardCLITests",
      [
        "CommandSpec", "GuardModel", "LLMGuardCLI", "Ledger", "Posix", "PretendProvider", "ScriptedServer",
        "SessionDriver", "SQLite", "SQLiteLedger", "Upstream", "llmguard",
      ]),
    tests(
      "GatewayFloorTests",
      ["GuardModel", "Posix", "PretendProvider", "SQLite", "SQLiteLedger", "ScriptedServer", "gateway-floor"]),
    tests("TidyTests", []),
  ]
)
