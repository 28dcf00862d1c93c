import Foundation
import Testing

@testable import PfopMock

struct JSONWriterTests {
  @Test func isWrittenAsOtherAnswersAre() {
    let bytes = JSONWriter.object { writer in
      writer.member("a", 1)
      writer.name("b")
      writer.array { writer in
        writer.value("x\"y")
        writer.value(true)
        writer.null()
        writer.object { _ in }
        writer.array { $0.value(Int64.min) }
      }
      writer.name("c")
      writer.object { writer in
        writer.member("d", UInt64.max)
        writer.member("e", false)
      }
      writer.member("f", "")
    }
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"a": 1, "b": ["x\"y", true, null, {}, [-9223372036854775808]], "c": {"d": 18446744073709551615, "#
        + #""e": false}, "f": ""}"#)
  }

  @Test func mayBeOfAnySize() throws {
    let bytes = JSONWriter.object { writer in
      writer.name("items")
      writer.array { for number in 0..<100_000 { $0.value(number) } }
    }
    #expect(try JSONDecoder().decode([String: [Int]].self, from: Data(bytes)) == ["items": Array(0..<100_000)])
  }
}
