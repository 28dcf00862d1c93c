/// Reads what is said of one bucket.
struct BucketDecoder {
  enum Field: String, FixtureField {
    case keys, dialect, idFormat, job, then
  }

  let reader: FixtureReader

  /// - Parameters:
  ///   - name: nil if it was reported; the rest is read all the same, so that its mistakes are told as well.
  ///   - value: what stands behind the name.
  func bucket(_ name: Wildcard?, _ value: FixtureValue) -> Fixture.Bucket? {
    // A bucket of which nothing is said exists and is empty.
    let fields = value.isNull ? nil : reader.members(of: value, as: Field.self)
    let scripts = ScriptDecoder(reader: reader)
    let keys = fields?[.keys].map(keys) ?? []
    let steps = fields?[.then].map { scripts.steps($0) } ?? []
    let job = fields?[.job].flatMap(scripts.job)
    let dialect = fields?[.dialect].flatMap { reader.choice($0, "a dialect", as: Dialect.self) }
    let idFormat = fields?[.idFormat].flatMap { reader.choice($0, "a form of ids", as: IDFormat.self) }
    guard let name else { return nil }
    var bucket = Fixture.Bucket(name: name, keys: keys, dialect: dialect, idFormat: idFormat, job: job, steps: steps)
    if !value.isNull { bucket.definition = reader.definition(of: value) }
    return bucket
  }

  private func keys(_ value: FixtureValue) -> [Wildcard] {
    let allowed = "a list of keys, in which * stands for any characters"
    return reader.items(of: value, allowed: allowed).compactMap { item in
      reader.text(item, allowed: "a key").flatMap { reader.wildcard($0, at: item) }
    }
  }
}
