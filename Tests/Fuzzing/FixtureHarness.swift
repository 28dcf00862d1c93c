import ByteText
import PfopEngine

/// A fixture is read the same twice and can be served, or is refused with problems that name the file, each on a line of its
/// own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFixtures(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let octets = ByteView(start: start, count: count)
  // The loader hands on nothing but UTF-8, so the rest is repaired and not passed over.
  let text = String(decoding: octets, as: UTF8.self)
  let file = "fuzz.yaml"
  let reading = FixtureLoader.decode(text, file: file)
  precondition(FixtureLoader.decode(text, file: file) == reading, "read otherwise the second time")
  switch reading {
  case .loaded(let fixture):
    precondition(!fixture.accounts.isEmpty)
    let patterns = fixture.buckets.flatMap { [$0.name] + $0.keys }
    for pattern in patterns {
      // A pattern without escapes matches itself: its stars stand for themselves.
      let isPlain = !pattern.pattern.utf8.contains(0x5C)
      precondition(!isPlain || Array(pattern.pattern.utf8).withUnsafeBytes { pattern.matches($0) }, pattern.pattern)
    }
    for mode in ServiceClock.Mode.allCases { StateUse.use(fixture, mode) }
  case .refused(let problems):
    precondition(!problems.isEmpty)
    for problem in problems {
      precondition(problem.file == file && problem.description.hasPrefix("\(file):"), "\(problem)")
      precondition(!problem.what.isEmpty && problem.place.map { $0.line >= 1 && $0.column >= 1 } ?? true, "\(problem)")
      precondition(!problem.description.utf8.contains { $0 < 0x20 }, problem.description.debugDescription)
    }
  }
  return 0
}
