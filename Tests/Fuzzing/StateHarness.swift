import ByteText
import PfopEngine
import PfopMock

/// A state is refused with its place, or can be gone on from, written down, and read again, by a clock that runs and by one
/// that is held.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStates(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  for mode in ServiceClock.Mode.allCases {
    switch StateUse.run(ByteView(start: start, count: count), mode) {
    case .refused(let problem):
      precondition(!problem.what.isEmpty)
    case .used(let first, let second):
      precondition(!first.isEmpty && !second.isEmpty)
    case .writtenBadly(let problem):
      preconditionFailure("what was written down is refused: \(problem)")
    }
  }
  return 0
}
