import ArgumentParser
import Foundation

/// Flags of `serve` from the environment: `PFOP_MOCK_ID_START=7` stands for `--id-start 7`.
enum EnvironmentDefaults {
  private static let prefix = "PFOP_MOCK_"

  /// The arguments with those from the environment in front, where no flag of the same name is given.
  /// - Throws: `ValidationError` that names the variable, if its value is not allowed.
  static func arguments(_ arguments: [String], environment: [String: String]) throws -> [String] {
    guard isServe(arguments), environment.keys.contains(where: { $0.hasPrefix(prefix) }) else { return arguments }
    var added: [String] = []
    for flag in flags {
      // Whoever passes variables on, such as a compose file, passes on empty ones for those it does not have.
      guard let value = environment[flag.variable], !value.isEmpty, !isGiven(flag.name, in: arguments) else { continue }
      let spelt = try flag.arguments(for: value)
      do {
        _ = try ServeOptions.parse(spelt)
      } catch {
        throw ValidationError("\(flag.variable): \(ServeOptions.message(for: error))")
      }
      added += spelt
    }
    let rest = arguments.first == "serve" ? Array(arguments.dropFirst()) : arguments
    return ["serve"] + added + rest
  }

  /// A line for each variable that looks like a misspelt one of these.
  static func warnings(environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
    environment.keys.filter { $0.hasPrefix(prefix) }.sorted().compactMap { variable in
      guard !flags.contains(where: { $0.variable == variable }) else { return nil }
      let name = variable.dropFirst(prefix.count).lowercased().replacingOccurrences(of: "_", with: "-")
      do {
        _ = try ServeOptions.parse(["--\(name)=x"])
        return nil
      } catch {
        // The parser knows what is near; what it has no suggestion for belongs to somebody else.
        let message = ServeOptions.message(for: error)
        return message.contains("Did you mean") ? "\(variable) is not used: \(message)" : nil
      }
    }
  }

  /// `serve` is also what runs when no command is named. Help has to come whatever the environment holds.
  private static func isServe(_ arguments: [String]) -> Bool {
    guard let first = arguments.first else { return true }
    return (first == "serve" || first.hasPrefix("-"))
      && !arguments.contains { ["--help", "-h", "--version"].contains($0) }
  }

  private static func isGiven(_ name: String, in arguments: [String]) -> Bool {
    arguments.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") }
  }

  struct Flag {
    var name: String
    var takesValue: Bool
    var repeats: Bool

    var variable: String { prefix + name.uppercased().replacingOccurrences(of: "-", with: "_") }

    func arguments(for value: String) throws -> [String] {
      guard takesValue else {
        switch value.lowercased() {
        case "1", "true", "yes", "on": return ["--\(name)"]
        case "0", "false", "no", "off": return []
        default: throw ValidationError("\(variable): '\(value)' is not allowed; allowed: true, false")
        }
      }
      // Paths as in PATH; addresses hold colons themselves.
      let separator: Character = name == "fixture" ? ":" : ","
      let values = repeats ? value.split(separator: separator).map(String.init) : [value]
      return values.map { "--\(name)=\($0)" }
    }
  }

  /// Every long flag of `serve`, as the argument parser itself lists them.
  static let flags: [Flag] = {
    struct Dump: Decodable {
      struct Command: Decodable { var arguments: [Argument]? }
      struct Argument: Decodable {
        struct Name: Decodable {
          var kind: String
          var name: String
        }
        var kind: String
        var isRepeating: Bool
        var names: [Name]?
      }
      var command: Command
    }
    do {
      let dump = try JSONDecoder().decode(Dump.self, from: Data(ServeOptions._dumpHelp().utf8))
      return (dump.command.arguments ?? []).compactMap { argument in
        guard let name = argument.names?.first(where: { $0.kind == "long" })?.name, name != "help" else { return nil }
        return Flag(name: name, takesValue: argument.kind == "option", repeats: argument.isRepeating)
      }
    } catch {
      preconditionFailure("the argument parser describes its flags in another form than it did: \(error)")
    }
  }()
}
