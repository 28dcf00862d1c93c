import ByteText
import PfopEngine

/// A first line that is the Content-Type, and behind it a form; or a JSON object alone. Whatever comes is read or refused
/// in visible ASCII within bounds, and what is read lies where it was sent.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzUploads(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let text = ByteView(start: start, count: count)
  let line = text.firstOffset(of: ASCII.lineFeed) ?? count
  UploadReading.readForm(text.slice(min(line + 1, count), count), text.slice(0, line))
  var reader = JSONObjectReader()
  UploadReading.readPolicy(text, with: &reader)
  // The same reader: its storage holds the object before.
  UploadReading.readPolicy(text, with: &reader)
  return 0
}

private enum UploadReading {
  static let policy = Array(
    #"{"scope":"media:k","isPrefixalScope":1,"deadline":1,"persistentOps":"a|saveas/YTpi"}"#.utf8)

  static func readForm(_ content: ByteView, _ type: ByteView) {
    do throws(MultipartFault) {
      let form = try MultipartForm(content, contentType: type)
      precondition(form.parts.count <= MultipartForm.maximumPartCount)
      for part in form.parts {
        check(part.name, in: content)
        check(part.content, in: content)
        if let type = part.contentType { check(type, in: content) }
      }
      // A form of which each part is given once is read in the same order by name.
      if let file = try form.part("file") { precondition(form.parts.contains { $0.content.equals(file.content) }) }
      readRequest(form)
    } catch {
      check(error.explanation)
    }
  }

  static func readRequest(_ form: MultipartForm) {
    var reader = JSONObjectReader()
    do throws(JSONFault) {
      try policy.withUnsafeBufferPointer { (text) throws(JSONFault) in try reader.read(ByteView(text)) }
    } catch {
      preconditionFailure("the policy is sound: \(error)")
    }
    let hash = Array("hash".utf8)
    for dialect in Dialect.allCases {
      hash.withUnsafeBytes { hash in
        do throws(UploadError) {
          let upload = try UploadRequest(form, PutPolicy(reader), hash: hash, IdiomTable(Fixture(dialect: dialect)))
          precondition(upload.key.starts(with: "k") && upload.key.count <= UploadRequest.maximumKeyLength)
          precondition(String(validating: Array(upload.key), as: UTF8.self) != nil, "the key is not UTF-8")
          precondition(upload.processing?.saveasTargets.count == 1)
        } catch {
          check(error)
        }
      }
    }
  }

  static func readPolicy(_ text: ByteView, with reader: inout JSONObjectReader) {
    do throws(JSONFault) {
      try reader.read(text)
    } catch {
      precondition(reader.names.isEmpty)
      check(error.explanation)
      return
    }
    precondition(reader.names.count <= JSONObjectReader.maximumMemberCount)
    do throws(UploadError) {
      let policy = try PutPolicy(reader)
      precondition(!policy.bucket.isEmpty && policy.bucket.firstOffset(of: 0x3A) == nil)
      for text in [policy.bucket, policy.persistentOps, policy.notifyURL, policy.pipeline] {
        precondition(String(validating: Array(text), as: UTF8.self) != nil, "what was decoded is not UTF-8")
      }
    } catch {
      check(error)
    }
  }

  static func check(_ part: ByteView, in whole: ByteView) {
    guard let start = part.baseAddress, let wholeStart = whole.baseAddress else { return precondition(part.isEmpty) }
    precondition(start >= wholeStart && start + part.count <= wholeStart + whole.count, "it lies outside")
  }

  static func check(_ error: UploadError) {
    check(error.errorText)
    check(error.explanation)
    precondition((400...406).contains(error.status) && !error.checkName.isEmpty)
  }

  static func check(_ text: String) {
    precondition(text.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "not visible ASCII: \(text.debugDescription)")
    precondition(!text.isEmpty && text.utf8.count < 3000, "empty or long: \(text)")
  }
}
