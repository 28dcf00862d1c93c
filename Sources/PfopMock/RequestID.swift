import ByteText

/// Makes the values of X-Reqid: sixteen letters of URL-safe base64 as the real service's, never the same twice.
struct RequestID {
  static let length = 16

  /// What stands for the id of a request that is never made.
  static var none: ByteView { ByteView(start: nil, count: 0) }

  /// Differs from run to run unless it is seeded, so that ids of two runs in one log stay apart.
  private let salt: UInt32
  /// Counts this loop's requests below the loop's number, so that no two loops meet.
  private var counter: UInt64

  /// - Parameters:
  ///   - loop: the loop's number.
  ///   - seed: gives the same ids in the next run; nil gives others in each.
  ///   - isAdmin: counts apart.
  init(loop: Int, seed: UInt64? = nil, isAdmin: Bool = false) {
    salt = seed.map { UInt32(truncatingIfNeeded: RequestID.mixed($0)) } ?? UInt32.random(in: .min ... .max)
    counter = UInt64(loop) << 48 | (isAdmin ? 1 << 47 : 0)
  }

  /// Calls `body` with the next id, which is valid during the call.
  mutating func withNext<Result>(_ body: (ByteView) -> Result) -> Result {
    counter += 1
    let octets = (salt.littleEndian, RequestID.mixed(counter).littleEndian)
    return withUnsafeTemporaryAllocation(byteCount: 12 + RequestID.length, alignment: 8) { scratch in
      scratch.storeBytes(of: octets.1, as: UInt64.self)
      scratch.storeBytes(of: octets.0, toByteOffset: 8, as: UInt32.self)
      let text = UnsafeMutableRawBufferPointer(rebasing: scratch[12...])
      URLSafeBase64.encode(ByteView(rebasing: ByteView(scratch)[..<12]), into: text)
      return body(ByteView(text))
    }
  }

  /// SplitMix64's finalizer: one to one, so different counts give different ids, and neighbours look unlike.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
