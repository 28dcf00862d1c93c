import HTTPServer
import PfopEngine

/// The notifications for one destination that wait for their turn, and where the destination is.
final class NotificationLine {
  enum Place {
    case unknown
    case resolving
    /// Where it may be called, and until when that is believed, in milliseconds of the loop's clock.
    case known([SocketAddress], until: Int64)
    /// Why it is not called.
    case failed(String, until: Int64)
    case forbidden(String, until: Int64)
  }

  let destination: NotifyTarget.Destination
  var place = Place.unknown
  var waiting = Queue<NotificationOrder>()
  /// The last one that was sent met nobody.
  var isDeserted = false
  /// It waits for its turn among all lines.
  var isStalled = false
  /// How many are being sent.
  var active = 0

  init(_ destination: NotifyTarget.Destination) { self.destination = destination }

  var isIdle: Bool { waiting.isEmpty && active == 0 }

  /// The place, unless it has to be asked for (again).
  func place(at milliseconds: Int64) -> Place {
    switch place {
    case .unknown, .resolving: break
    case .known(_, let until), .failed(_, let until), .forbidden(_, let until):
      if until <= milliseconds { place = .unknown }
    }
    return place
  }
}
