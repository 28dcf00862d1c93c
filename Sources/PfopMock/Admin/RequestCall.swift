import ByteText

/// `GET requests/{reqid}`, by the X-Reqid of the answer or by the entry's number: all that is known of one request.
enum RequestCall {
  static let description = CallDescription(
    [.init("reqid", "The X-Reqid of its answer, or its number")],
    answers: [
      .json("The request", .part("Request")), .error(404, "The journal has none of that name, or has it no longer"),
    ])

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let text = request.parameter("reqid")
    guard let copy = find(text, request.core) else {
      let dropped = request.core.withJournal { $0.droppedCount }
      let gone = dropped > 0 ? "; \(dropped) older ones have left it (--journal-size)" : ""
      throw .refused(status: 404, "the journal has no request \(text.quoted(limit: 64))\(gone)")
    }
    return .now(.json(JSONWriter.json { $0.value(JournalEntry(copy)) }))
  }

  private static func find(_ text: String, _ core: MockCore) -> JournalCopy? {
    if text.utf8.count != RequestID.length {
      guard text.utf8.allSatisfy(ASCII.isDigit), let number = UInt64(text) else { return nil }
      return core.copy(of: number)
    }
    var reqid = text
    return reqid.withUTF8 { reqid in
      var position: UInt64 = 0
      while true {
        let start = position
        let copies = core.copies(from: &position, limit: 1) { $0[.reqid].equals(ByteView(reqid)) }
        if let copy = copies.first { return copy }
        if position == start { return nil }
      }
    }
  }
}
