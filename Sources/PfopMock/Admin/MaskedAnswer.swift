/// The one way out of the admin API: every answer passes here, those at once and late ones as a whole, streamed ones piece
/// by piece. What a call wrote into it needs not know of secrets.
extension MockCore {
  /// The answer with no secret in it that a client put anywhere.
  func masked(_ answer: Answer) -> Answer {
    let secrets = secrets.withLock { $0 }
    // A page is the same whatever has come, and browsers know it by its hash.
    guard !secrets.isEmpty, answer.policy == nil else { return answer }
    var masked = answer
    switch answer.body {
    case .json(let bytes): masked.body = .json(secrets.masked(json: bytes))
    case .text(let bytes, let type): masked.body = .text(secrets.masked(json: bytes), type: type)
    case .failure(let error, let field):
      masked.body = .failure(secrets.masked(error), field: field.map { secrets.masked($0) })
    case .empty, .persistentID, .job: break
    }
    return masked
  }
}
