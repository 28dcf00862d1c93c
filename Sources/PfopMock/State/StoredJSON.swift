import PfopEngine

/// How the parts of a service's state are written down. What is usual is left out of jobs: there may be a million.
extension JSONWriter {
  mutating func value(_ script: ServiceSnapshot.Script) {
    object { writer in
      writer.member("owner", script.owner)
      if let id = script.id { writer.member("id", id) }
      writer.member("random", String(script.random, radix: 16))
      if script.isOff { writer.member("off", true) }
      writer.name("rows")
      writer.array { writer in
        for row in script.rows { writer.value(row) }
      }
    }
  }

  private mutating func value(_ row: ServiceSnapshot.Row) {
    object { writer in
      writer.name("name")
      writer.value(octets: row.name)
      writer.name("taken")
      writer.array { writer in
        for count in row.taken { writer.value(count) }
      }
      guard row.limits.contains(where: { $0 != nil }) else { return }
      writer.name("limits")
      writer.array { writer in
        for limit in row.limits {
          guard let limit else {
            writer.null()
            continue
          }
          writer.object { writer in
            writer.name("tokens")
            writer.value(limit.tokens)
            writer.member("time", limit.time)
          }
        }
      }
    }
  }

  mutating func value(_ file: ServiceSnapshot.File) {
    object { writer in
      writer.name("entry")
      writer.value(octets: file.entry)
      writer.member("size", file.facts.size)
      writer.member("hash", file.facts.hash)
      writer.member("mimeType", file.facts.mimeType)
      writer.member("putTime", file.facts.putTime)
    }
  }

  mutating func value(stored delivery: Delivery) {
    object { writer in
      writer.member("number", delivery.number)
      writer.member("id", delivery.id)
      writer.member("attempt", delivery.attempt)
      writer.member("at", delivery.at.nanoseconds)
      writer.member("duration", delivery.duration)
      writer.member("authorization", delivery.authorization)
      writer.member("address", delivery.address)
      switch delivery.outcome {
      case .underWay: writer.member("outcome", "underWay")
      case .failed(let reason):
        writer.member("outcome", "failed")
        writer.member("reason", reason)
      case .suppressed(let reason):
        writer.member("outcome", "suppressed")
        writer.member("reason", reason)
      case .answered(let status, let content, let remark):
        writer.member("outcome", "answered")
        writer.member("status", status)
        writer.name("content")
        writer.value(octets: content)
        if let remark { writer.member("remark", remark) }
      }
    }
  }

  mutating func value(_ stored: ServiceSnapshot.StoredJob) {
    let job = stored.job
    object { writer in
      writer.member("id", job.id)
      writer.member("createdAt", job.createdAt.nanoseconds)
      writer.member("accessKey", job.accessKey)
      let texts = [
        ("reqid", job.reqid), ("bucket", job.bucket), ("key", job.key), ("fops", job.fops), ("pipeline", job.pipeline),
        ("notifyURL", job.notifyURL), ("workflowTemplateID", job.workflowTemplateID),
      ]
      for (name, text) in texts where !text.isEmpty { writer.member(name, text) }
      writer.member("traits", job.traits.rawValue)
      writer.member("phase", job.state.phase.name)
      writer.member("notification", job.state.delivery.name)
      if job.state.tries > 0 { writer.member("tries", job.state.tries) }
      if job.state.due < .max { writer.member("due", job.state.due) }
      if stored.plan != .immediate {
        writer.name("plan")
        writer.value(stored.plan)
      }
      if job.result != stored.plan.result { writer.write(job.result) }
      guard !job.encounters.isEmpty else { return }
      writer.name("encounters")
      writer.object { writer in
        for (index, encounter) in job.encounters.sorted(by: { $0.key < $1.key }) {
          writer.member("\(index)", encounter.name)
        }
      }
    }
  }

  private mutating func write(_ result: JobResult) {
    name("result")
    object { writer in
      switch result {
      case .success: break
      case .failed(let error, let index):
        writer.member("error", error)
        if let index { writer.member("errorIndex", index) }
      }
    }
  }
}

extension TargetEncounter {
  static let all: [TargetEncounter] = [.returnedOld, .fileExists]

  var name: String {
    switch self {
    case .returnedOld: "returnedOld"
    case .fileExists: "fileExists"
    }
  }
}
