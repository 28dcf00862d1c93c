/// One accepted pfop request: what was asked for, and how far it has come.
package struct Job: Sendable, Equatable {
  package var id: Int64
  package var createdAt: Timestamp
  /// The `X-Reqid` of the request that made it.
  package var reqid: String
  package var bucket: String
  package var key: String
  /// Empty when a template was named instead.
  package var fops: String
  /// Empty when none was asked for.
  package var pipeline: String
  /// Empty when nobody wants to be told.
  package var notifyURL: String
  /// Empty unless a template was named.
  package var workflowTemplateID: String
  /// The account that asked.
  package var accessKey: String
  package var traits: JobTraits
  package var state: JobState
  /// What the job comes to, as far as that is decided before its commands run.
  package var result: JobResult
  /// What the commands met that saved to a target which existed, by their place from 0. Known once it has finished.
  package var encounters: [Int: TargetEncounter] = [:]
}

/// What a request said about its job, in one octet.
package struct JobTraits: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `force=1`: existing targets are overwritten.
  package static let force = JobTraits(rawValue: 1)
  /// A command has a `saveas`.
  package static let saves = JobTraits(rawValue: 2)
  /// An existing target is told with `returnOld: 1` instead of failing the command.
  package static let returnsOld = JobTraits(rawValue: 4)
  /// `type=1`: to be worked on when there is nothing else to do.
  package static let idleType = JobTraits(rawValue: 8)
  private static let idIsString = JobTraits(rawValue: 16)
  private static let idIsZoned = JobTraits(rawValue: 32)
  /// The notification that was taken comes once more.
  package static let notifiesTwice = JobTraits(rawValue: 64)

  /// How the id was told, and is told ever after.
  package var idFormat: IDFormat {
    get { contains(.idIsZoned) ? .zoned : contains(.idIsString) ? .string : .int64 }
    set {
      subtract([.idIsString, .idIsZoned])
      switch newValue {
      case .int64: break
      case .string: insert(.idIsString)
      case .zoned: insert(.idIsZoned)
      }
    }
  }
}

/// What became of a command whose `saveas` target existed when it finished.
package enum TargetEncounter: Sendable, Equatable {
  /// The old file stays and is the result.
  case returnedOld
  /// The command failed.
  case fileExists
}

/// What there is to an id.
package enum JobLookup: Sendable, Equatable {
  case found(Job)
  /// The id was issued, and its job has left since: for newer ones, or by a reset.
  case left
  case neverIssued

  /// Nil unless it was found.
  package var job: Job? {
    switch self {
    case .found(let job): job
    case .left, .neverIssued: nil
    }
  }
}
