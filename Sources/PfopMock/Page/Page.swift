import ByteText
import COpenSSL

/// The page for people, put together from its files: one document that asks for nothing else. Its policy names its
/// style and its script by their hashes, so that nothing a client sent could ever be run or styled.
struct Page: Sendable {
  enum Failure: Error, Equatable {
    /// OpenSSL has no SHA-256 to give.
    case digestUnavailable
  }

  /// Nil where OpenSSL has no SHA-256.
  static let whole: Page? = {
    do throws(Failure) {
      return try Page(skeleton: PackageResources.page_html, style: PackageResources.page_css, scripts: scripts)
    } catch {
      return nil
    }
  }()

  /// The HTML, in UTF-8.
  let document: [UInt8]
  /// For Content-Security-Policy (CSP Level 3): nothing but its own style and script, and calls of this server; and no
  /// text of the script's is taken for markup, where browsers know Trusted Types.
  let policy: String

  private static let styleMark = "<style></style>"
  private static let scriptMark = "<script type=\"module\"></script>"

  /// In the order in which they stand in the one module that they are for the browser.
  private static let scripts = [
    PackageResources.page_texts_js, PackageResources.page_elements_js, PackageResources.page_calls_js,
    PackageResources.page_events_js, PackageResources.page_curl_js, PackageResources.page_story_js,
    PackageResources.page_requests_js, PackageResources.page_jobs_js, PackageResources.page_notifications_js,
    PackageResources.page_rules_js, PackageResources.page_clock_js, PackageResources.page_metrics_js,
    PackageResources.page_js,
  ]

  /// - Parameter skeleton: HTML with an empty style and an empty script.
  init(skeleton: [UInt8], style: [UInt8], scripts: [[UInt8]]) throws(Failure) {
    let style = String(decoding: style, as: UTF8.self)
    let script = scripts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    // An end tag within would end them there (WHATWG HTML, section 13.2.5.2), and what is hashed would be another text.
    precondition(!style.contains("</style") && !script.contains("</script") && !script.contains("<!--"))
    var document = String(decoding: skeleton, as: UTF8.self)
    Page.fill(&document, Page.styleMark, with: style)
    Page.fill(&document, Page.scriptMark, with: script)
    self.document = Array(document.utf8)
    let sources = try "script-src \(Page.source(of: script)); style-src \(Page.source(of: style))"
    policy =
      "default-src 'none'; \(sources); connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
      + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
  }

  /// Puts text between the two tags of the mark.
  private static func fill(_ document: inout String, _ mark: String, with text: String) {
    guard let place = document.firstRange(of: mark), let end = mark.firstRange(of: "</") else {
      preconditionFailure("the page has no \(mark)")
    }
    document.replaceSubrange(place, with: mark[..<end.lowerBound] + text + mark[end.lowerBound...])
  }

  /// How a policy names an element by its text: `'sha256-…'`.
  static func source(of text: String) throws(Failure) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let octets = Array(text.utf8)
    guard EVP_Digest(octets, octets.count, &digest, nil, EVP_sha256(), nil) == 1 else { throw .digestUnavailable }
    let letters = digest.withUnsafeBytes { URLSafeBase64.encode($0, alphabet: .standard) }
    return "'sha256-\(String(decoding: letters, as: UTF8.self))'"
  }
}
