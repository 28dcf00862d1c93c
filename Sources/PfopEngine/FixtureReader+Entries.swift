import Yams

/// Single entries of a fixture, read as they are in files: what is changed at run time keeps to the same rules.
extension FixtureReader {
  /// - Parameters:
  ///   - name: may hold wildcards.
  ///   - value: what would stand behind the name in a file.
  package func bucket(named name: String, _ value: FixtureValue) -> Fixture.Bucket? {
    BucketDecoder(reader: self).bucket(wildcard(name, at: value), value)
  }

  package func rule(_ value: FixtureValue) -> Rule? { ScriptDecoder(reader: self).rule(value)?.rule }

  /// - Parameter value: `{secretKey}`; an AccessKey in it has to be the same.
  package func account(named accessKey: String, _ value: FixtureValue) -> Account? {
    let node = Node.scalar(Node.Scalar(accessKey, .implicit, .doubleQuoted))
    return AccountDecoder(reader: self).account(value, named: FixtureValue(node: node, path: ""))?.account
  }

  /// The value as JSON, from which it could be read again. Empty once anything was reported: only what was read through
  /// is known to be of bounded size, however its aliases are nested.
  func definition(of value: FixtureValue) -> JSONValue {
    problems.isEmpty ? FixtureDefinition.json(value.node, named: "") : .object([:])
  }
}
