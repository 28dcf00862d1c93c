/// What comes of an admin call.
enum AdminReply {
  case now(Answer)
  /// The call has taken `AdminRequest.lateAnswer`, and whoever it went to sends it.
  case later

  /// 200 with a JSON object.
  static func object(_ members: (inout JSONWriter) -> Void) -> AdminReply {
    .now(.json(JSONWriter.object(members)))
  }
}
