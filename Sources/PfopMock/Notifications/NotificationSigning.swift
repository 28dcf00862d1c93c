/// How notifications are signed. The raw value is what is written on the command line.
public enum NotificationSigning: String, CaseIterable, Sendable {
  /// Not at all, as Qiniu's documentation shows them.
  case none
  /// With the scheme QBox.
  case qbox = "QBox"
  /// With the scheme Qiniu.
  case qiniu = "Qiniu"
}
