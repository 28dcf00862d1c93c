import ByteText
import PfopEngine

/// A form that is accepted is the same when it is encoded and decoded once more; one that is refused, by the decoder or
/// by the checks of pfop, is refused in visible ASCII within bounds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzForms(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let text = ByteView(start: start, count: count)
  var decoder = FormDecoder()
  let fields: [[UInt8]]
  do throws(ParameterError) {
    fields = try FormReading.fields(of: text, with: &decoder)
    FormReading.checkRequest(decoder)
  } catch {
    precondition(decoder.count == 0)
    FormReading.check(error)
    return 0
  }
  let again: [[UInt8]]
  do throws(ParameterError) {
    // The same decoder: its storage holds the form before.
    again = try FormReading.encoded(fields).withUnsafeBufferPointer { (text) throws(ParameterError) in
      try FormReading.fields(of: ByteView(text), with: &decoder)
    }
  } catch {
    preconditionFailure("the form is refused when it is encoded again: \(error)")
  }
  precondition(again == fields, "the form is another when it is encoded again")
  return 0
}

private enum FormReading {
  /// Names and values in turn.
  static func fields(of text: ByteView, with decoder: inout FormDecoder) throws(ParameterError) -> [[UInt8]] {
    try decoder.decode(text)
    precondition(decoder.count <= FormDecoder.maximumFieldCount)
    var fields: [[UInt8]] = []
    for index in 0..<decoder.count {
      let (name, value) = decoder[index]
      for text in [Array(name), Array(value)] {
        precondition(String(validating: text, as: UTF8.self) != nil, "what was decoded is not UTF-8")
        fields.append(text)
      }
    }
    return fields
  }

  static func encoded(_ fields: [[UInt8]]) -> [UInt8] {
    var text: [UInt8] = []
    for (index, field) in fields.enumerated() {
      text += PercentEncoding.encodeForm(field)
      text.append(index % 2 == 0 ? 0x3D : 0x26)
    }
    return text
  }

  static let idioms = Dialect.allCases.map { IdiomTable(Fixture(dialect: $0)) }

  static func checkRequest(_ form: borrowing FormDecoder) {
    for idioms in idioms { checkRequest(form, idioms) }
    // The same decoder reads the query of the status call.
    for index in 0..<form.count {
      let id = PersistentID.parse(form[index].value)
      precondition(id.map { $0 >= 0 } ?? true)
    }
  }

  static func checkRequest(_ form: borrowing FormDecoder, _ idioms: IdiomTable) {
    do throws(ParameterError) {
      let request = try PfopRequest(form, idioms)
      let dialect = idioms.standard.dialect
      precondition(request.unknownFieldNames(in: form).count == request.unknownFieldCount)
      precondition(!request.bucket.isEmpty && !request.key.isEmpty)
      precondition(request.fops.isEmpty != request.workflowTemplateID.isEmpty)
      precondition(dialect == .current || !request.notifyURL.isEmpty && request.workflowTemplateID.isEmpty)
      if !request.notifyURL.isEmpty {
        precondition(NotifyURL.fault(in: request.notifyURL, schemeRequired: dialect == .classic) == nil)
      }
      if !request.fops.isEmpty { precondition(FopPipeline(request.fops).commands.allSatisfy { !$0.isEmpty }) }
      for target in request.saveasTargets {
        precondition(!target.bucket.isEmpty && target.hasKey == (target.key != nil))
        let text = target.bucket + (target.key.map { ":" + $0 } ?? "")
        precondition(text == String(decoding: target.bytes, as: UTF8.self))
      }
      let bucket = try form.value(of: "bucket")
      precondition(bucket.map { $0.equals(request.bucket) } ?? false)
    } catch {
      check(error)
    }
  }

  /// Answer and journal show both texts.
  static func check(_ error: ParameterError) {
    for text in [error.errorText, error.explanation] {
      precondition(text.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "not visible ASCII: \(text.debugDescription)")
      precondition(!text.isEmpty && text.utf8.count < 2000, "empty or long: \(text)")
    }
  }
}
