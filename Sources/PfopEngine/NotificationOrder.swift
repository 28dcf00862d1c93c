/// A notification that is due.
package struct NotificationOrder: Sendable, Equatable {
  package var id: Int64
  /// When it was due, on the service's clock.
  package var at: Timestamp
  /// Tells apart what testers asked for; nil for the job's own tries. 0 is the second notification of a job that was
  /// scripted to have two.
  package var wish: Int?
  /// How often ids had begun anew: what is under way for a job of an earlier era is for nobody.
  var era: Int
}
