/// Where reading one begins: what has been read is filled in.
extension Job {
  package static var blank: Job {
    Job(
      id: 0, createdAt: Timestamp(nanoseconds: 0), reqid: "", bucket: "", key: "", fops: "", pipeline: "",
      notifyURL: "", workflowTemplateID: "", accessKey: "", traits: [],
      state: JobState(phase: .finished, delivery: .none, tries: 0, due: .max), result: .success)
  }
}

extension Delivery {
  package static var blank: Delivery { Delivery(number: 0, id: 0, attempt: 0, at: Timestamp(nanoseconds: 0)) }
}

extension FileFacts {
  package static var blank: FileFacts { FileFacts(size: 0, hash: "", mimeType: "", putTime: 0) }
}

extension FixtureProblem {
  /// In the words of fixtures, which testers know.
  package init(_ problem: SnapshotProblem, file: String = "") {
    self.init(file: file, place: nil, path: problem.path, what: problem.what, allowed: problem.allowed)
  }
}
