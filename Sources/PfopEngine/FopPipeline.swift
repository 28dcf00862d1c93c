import ByteText

/// The value of `fops`: commands separated by `;`, each a pipe of stages separated by `|`.
package struct FopPipeline {
  package let text: ByteView

  package init(_ text: ByteView) { self.text = text }

  /// The commands, whole, in order.
  package var commands: Pieces { Pieces(of: text, separatedBy: 0x3B) }

  package static func stages(of command: ByteView) -> Pieces { Pieces(of: command, separatedBy: 0x7C) }

  /// Checks the syntax and returns where the commands' results are to be saved. Allocates only if there is a `saveas`.
  /// - Throws: `ParameterError.badCommand`.
  package func saveasTargets() throws(ParameterError) -> [EntryURI] {
    var targets: [EntryURI] = []
    var number = 0
    for command in commands {
      number += 1
      do {
        for stage in Self.stages(of: command) {
          if let target = try Self.saveasTarget(of: stage, in: command) { targets.append(target) }
        }
      } catch {
        throw .badCommand(number: number, text: command.visibleText(limit: 128), error)
      }
    }
    return targets
  }

  /// Where the last `saveas` of a well-formed command saves to.
  package static func saveasTarget(of command: ByteView) -> EntryURI? {
    var target: EntryURI?
    for stage in stages(of: command) where stage.starts(with: "saveas/") {
      target = EntryURI(encoded: stage.slice(7, stage.count))
    }
    return target
  }

  private static func saveasTarget(of stage: ByteView, in command: ByteView) throws(CommandFault) -> EntryURI? {
    guard !stage.isEmpty else { throw command.isEmpty ? .emptyCommand : .emptyStage }
    if stage.equals("saveas") { throw .saveasWithoutEntry }
    guard stage.starts(with: "saveas/") else { return nil }
    let encoded = stage.slice(7, stage.count)
    guard !encoded.isEmpty else { throw .saveasWithoutEntry }
    guard let target = EntryURI(encoded: encoded) else { throw .badEntry(text: encoded.visibleText(limit: 128)) }
    return target
  }
}

/// What is wrong with one command of `fops`.
package enum CommandFault: Error, Equatable, Sendable {
  case emptyCommand
  case emptyStage
  case saveasWithoutEntry
  case badEntry(text: String)

  package var explanation: String {
    switch self {
    case .emptyCommand: "is empty; allowed: commands separated by \";\", none of them empty"
    case .emptyStage: "has an empty stage; allowed: stages separated by \"|\", none of them empty"
    case .saveasWithoutEntry:
      "has a saveas without an entry; allowed: saveas/<URL-safe base64 of bucket:key or of bucket>"
    case .badEntry(let text):
      "has a saveas with a bad entry \"\(text)\"; allowed: URL-safe base64 of bucket:key or of bucket, in UTF-8"
    }
  }
}
