import ByteText
import Testing

@testable import HTTPCore

struct FieldSectionTests {
  private let text = "GET / HTTP/1.1\r\nHost: x\r\nconnection: a , b\r\nX-A: 1\r\nConnection:\r\nConnection: ,c\r\n\r\n"

  @Test func keepsLinesInTheirOrder() throws {
    let fields = try head(text).fields
    withOctets(text) { message in
      #expect(
        fields.lines.map { String(decoding: $0.name.view(in: message), as: UTF8.self) } == [
          "Host", "connection", "X-A", "Connection", "Connection",
        ])
      #expect(
        fields.lines.map { String(decoding: $0.value.view(in: message), as: UTF8.self) } == [
          "x", "a , b", "1", "", ",c",
        ])
    }
    #expect(fields.lines.map(\.known) == [.host, .connection, .other, .connection, .connection])
  }

  @Test func findsByName() throws {
    let fields = try head(text).fields
    withOctets(text) { message in
      #expect(fields.first(.connection)?.view(in: message).equals("a , b") == true)
    }
    #expect(fields.first(.expect) == nil)
    #expect(fields.count(of: .connection) == 3)
    #expect(fields.count(of: .expect) == 0)
  }

  @Test func listsGoOverAllLinesAndKeepEmptyMembers() throws {
    let fields = try head(text).fields
    var members: [String] = []
    withOctets(text) { message in
      fields.forEachListMember(of: .connection, in: message) { member in
        members.append(String(decoding: member, as: UTF8.self))
        return true
      }
    }
    #expect(members == ["a", "b", "", "", "c"])
  }

  @Test func listsStopWhenTold() throws {
    let fields = try head(text).fields
    var count = 0
    withOctets(text) { message in
      fields.forEachListMember(of: .connection, in: message) { _ in
        count += 1
        return count < 3
      }
    }
    #expect(count == 3)
  }

  @Test(arguments: [
    ("", ""), (" ", ""), (" \t ", ""), ("a", "a"), (" a", "a"), ("a\t", "a"), ("\t a b ", "a b"),
    ("\r\n a \r\n\t", "a"),
    ("a\r\n b", "a\r\n b"), ("\u{B}a\u{C}", "\u{B}a\u{C}"),
  ])
  func blanksAreTrimmed(text: String, trimmed: String) {
    #expect(withOctets(text) { Array($0.trimmingBlanks()) } == Array(trimmed.utf8))
  }
}
