import ByteText

/// Reads a curl command as the request that it would send.
package enum CurlLine {
  package struct Mistake: Error, Equatable, CustomStringConvertible {
    package var what: String
    package var allowed: String

    package var description: String { "\(what); allowed: \(allowed)" }
  }

  /// What curl has for options that bear on the request.
  private enum Option: String, CaseIterable {
    case request = "--request"
    case header = "--header"
    case data = "--data"
    case dataASCII = "--data-ascii"
    case dataRaw = "--data-raw"
    case dataBinary = "--data-binary"
    case dataEncoded = "--data-urlencode"
    case userAgent = "--user-agent"
    case get = "--get"
    case head = "--head"
    case url = "--url"

    var letter: Character? {
      switch self {
      case .request: "X"
      case .header: "H"
      case .data: "d"
      case .userAgent: "A"
      case .get: "G"
      case .head: "I"
      case .dataASCII, .dataRaw, .dataBinary, .dataEncoded, .url: nil
      }
    }

    var takesValue: Bool { self != .get && self != .head }
  }

  /// Options that change how something is sent or shown, but not what.
  private static let ignored: Set<String> = [
    "--silent", "--show-error", "--include", "--verbose", "--insecure", "--location", "--fail", "--globoff",
    "--path-as-is", "--compressed", "--http1.1", "--fail-with-body", "--no-buffer", "--no-progress-meter", "-s", "-S",
    "-i", "-v", "-k", "-L", "-f", "-g", "-N", "-#",
  ]
  /// The same with a value.
  private static let ignoredWithValue: Set<String> = [
    "--output", "--write-out", "--max-time", "--connect-timeout", "--proxy", "--noproxy", "--resolve", "--connect-to",
    "--cacert", "--retry", "--retry-delay", "--interface", "-o", "-w", "-m", "-x",
  ]

  package static func parse(_ line: String) throws(Mistake) -> RequestDraft {
    var words: ArraySlice<String>
    do throws(ShellWords.Mistake) {
      words = try ShellWords.split(line)[...]
    } catch {
      throw Mistake(what: "the line \(error.what)", allowed: error.allowed)
    }
    guard words.popFirst() == "curl" else {
      throw Mistake(what: "the line does not begin with curl", allowed: "curl …")
    }
    var reading = Reading()
    while let word = words.popFirst() { try reading.take(word, &words) }
    return try reading.draft()
  }

  private struct Reading {
    var method: String?
    var url: String?
    var fields: [RequestDraft.Field] = []
    /// Names that a line without a value takes away.
    var removed: Set<String> = []
    var data: [String] = []
    var isGet = false
    var isHead = false

    mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(Mistake) {
      guard word.hasPrefix("-"), word != "-" else { return try setURL(word) }
      if ignored.contains(word) { return }
      if ignoredWithValue.contains(word) { return _ = try value(of: word, &rest) }
      if word.hasPrefix("--") {
        guard let option = Option(rawValue: word) else { throw unknown(word) }
        return try apply(option, option.takesValue ? value(of: word, &rest) : "")
      }
      // Letters that stand together: `-sSXPOST` is -s, -S and -X POST.
      var letters = word.dropFirst()
      while let letter = letters.popFirst() {
        let name = "-\(letter)"
        if ignored.contains(name) { continue }
        let behind = letters.isEmpty ? nil : String(letters)
        if ignoredWithValue.contains(name) {
          if behind == nil { _ = try value(of: name, &rest) }
          return
        }
        guard let option = Option.allCases.first(where: { $0.letter == letter }) else { throw unknown(name) }
        guard option.takesValue else {
          try apply(option, "")
          continue
        }
        if let behind { return try apply(option, behind) }
        return try apply(option, value(of: name, &rest))
      }
    }

    private mutating func apply(_ option: Option, _ value: String) throws(Mistake) {
      switch option {
      case .request: method = value
      case .header: try addField(value)
      case .data, .dataASCII, .dataBinary:
        guard !value.hasPrefix("@") else { throw file(option) }
        data.append(value)
      case .dataRaw: data.append(value)
      case .dataEncoded: data.append(try encoded(value))
      case .userAgent: fields.append(RequestDraft.Field("User-Agent", value))
      case .get: isGet = true
      case .head: isHead = true
      case .url: try setURL(value)
      }
    }

    private mutating func addField(_ line: String) throws(Mistake) {
      if line.hasSuffix(";"), !line.contains(":") {
        return fields.append(RequestDraft.Field(String(line.dropLast()), ""))
      }
      guard let colon = line.firstIndex(of: ":"), !line.hasPrefix("@") else {
        throw Mistake(what: "-H \(line.quoted()) is no field", allowed: "name: value")
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      if value.isEmpty {
        removed.insert(line[..<colon].lowercased())
      } else {
        fields.append(RequestDraft.Field(String(line[..<colon]), String(value)))
      }
    }

    private func encoded(_ value: String) throws(Mistake) -> String {
      let name = value.prefix { $0 != "=" && $0 != "@" }
      let rest = value.dropFirst(name.count)
      if rest.hasPrefix("@") { throw file(.dataEncoded) }
      let content = rest.hasPrefix("=") ? rest.dropFirst() : value[...]
      let text = String(decoding: PercentEncoding.encodeForm(content.utf8), as: UTF8.self)
      return rest.hasPrefix("=") && !name.isEmpty ? "\(name)=\(text)" : text
    }

    private mutating func setURL(_ text: String) throws(Mistake) {
      guard url == nil else { throw Mistake(what: "there are two URLs, \(url ?? "") and \(text)", allowed: "one") }
      url = text
    }

    func draft() throws(Mistake) -> RequestDraft {
      guard var url else { throw Mistake(what: "there is no URL", allowed: "curl … http://host[:port]/path") }
      for scheme in ["http://", "https://"] where url.lowercased().hasPrefix(scheme) {
        url.removeFirst(scheme.count)
      }
      guard !url.contains("://") else {
        throw Mistake(what: "\(url) is no URL for this", allowed: "http:// and https://")
      }
      url = String(url.prefix { $0 != "#" })
      let authority = url.prefix { $0 != "/" && $0 != "?" }
      var target = String(url.dropFirst(authority.count))
      if !target.hasPrefix("/") { target = "/" + target }
      let content = data.joined(separator: "&")
      let sendsContent = !data.isEmpty && !isGet
      if isGet, !content.isEmpty { target += (target.contains("?") ? "&" : "?") + content }
      var draft = RequestDraft()
      draft.method = method ?? (sendsContent ? "POST" : isHead ? "HEAD" : "GET")
      draft.target = target
      draft.fields = fields
      draft.body = sendsContent ? content : ""
      if !removed.contains("host") { draft.complete("Host", String(authority)) }
      if !removed.contains("accept") { draft.complete("Accept", "*/*") }
      if sendsContent, !removed.contains("content-type") { draft.complete("Content-Type", SignedCall.formType) }
      return draft
    }

    private func value(of option: String, _ rest: inout ArraySlice<String>) throws(Mistake) -> String {
      guard let value = rest.popFirst() else { throw Mistake(what: "\(option) has no value", allowed: "one behind it") }
      return value
    }

    private func unknown(_ option: String) -> Mistake {
      let letters = Option.allCases.compactMap { $0.letter.map { "-\($0)" } }
      let known = (letters + Option.allCases.map(\.rawValue)).joined(separator: ", ")
      return Mistake(what: "the option \(option) is not known here", allowed: known)
    }

    private func file(_ option: Option) -> Mistake {
      Mistake(what: "\(option.rawValue) names a file, and none is read", allowed: "the content itself")
    }
  }
}
