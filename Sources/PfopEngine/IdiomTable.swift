import ByteText

/// How the server speaks about each bucket: what the whole server is set to, and what buckets say of themselves.
///
/// A request's form is looked at by it before the service has its turn, so every loop holds a copy.
package struct IdiomTable: Sendable {
  /// Where no bucket says otherwise, and for buckets that do not exist.
  package let standard: Idiom
  /// Of each bucket of the fixture; empty where none says anything.
  private var idioms: [Idiom] = []
  private var index: BucketIndex?

  /// - Parameters:
  ///   - dialect: goes before the fixture's word on the whole server, not before a bucket's own.
  ///   - idFormat: the same for the form of ids.
  package init(_ fixture: Fixture, dialect: Dialect? = nil, idFormat: IDFormat? = nil) {
    let dialect = dialect ?? fixture.dialect ?? .classic
    let idFormat = idFormat ?? fixture.idFormat
    let standard = Idiom(dialect, idFormat)
    self.standard = standard
    let idioms = fixture.buckets.map { Idiom($0.dialect ?? dialect, $0.idFormat ?? idFormat) }
    guard idioms.contains(where: { $0 != standard }) else { return }
    self.idioms = idioms
    index = BucketIndex(fixture)
  }

  /// Some bucket is spoken about in another way than all.
  var isMixed: Bool { index != nil }

  /// How the server speaks about the bucket of that name.
  package func idiom(of bucket: ByteView) -> Idiom {
    guard let index else { return standard }
    return index[bucket].map { idioms[$0] } ?? standard
  }
}
