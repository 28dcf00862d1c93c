/// `GET /__admin/`: the page for people. It tells nothing by itself: what it shows it asks of the other calls, with the
/// token if there is one.
enum PageCall {
  static let mediaType: StaticString = "text/html; charset=utf-8"
  static let description = CallDescription(answers: [
    .other("The page, as one document", "text/html; charset=utf-8"), .error(500, "OpenSSL has no SHA-256"),
  ])

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    guard let page = Page.whole else {
      throw .refused(status: 500, "OpenSSL has no SHA-256, by which browsers know the page's own script")
    }
    var answer = Answer.text(page.document, type: mediaType)
    answer.policy = page.policy
    return .now(answer)
  }
}
