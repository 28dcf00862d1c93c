import Testing

@testable import ByteText

struct ByteViewTests {
  private let none = ByteView(start: nil, count: 0)

  @Test func equalsComparesOctets() {
    withOctets("pfop") { view in
      #expect(view.equals("pfop"))
      #expect(!view.equals("pfo") && !view.equals("pfopp") && !view.equals("Pfop") && !view.equals(""))
      #expect(withOctets("pfop") { view.equals($0) })
      #expect(!withOctets("pfoq") { view.equals($0) })
      #expect(view.slice(2, 2).equals(none) && none.equals(view.slice(2, 2)) && none.equals("") && !none.equals(view))
    }
  }

  @Test(arguments: [("Close", true), ("CLOSE", true), ("close", true), ("clos", false), ("closed", false), ("", false)])
  func equalsIgnoringCaseOfLetters(text: String, isEqual: Bool) {
    #expect(withOctets(text) { $0.equalsIgnoringCase("close") } == isEqual)
  }

  @Test func onlyLettersHaveTwoCases() {
    // Each differs by the bit that tells the cases apart: `[{`, `@` and the back quote, `-` and CR, the Kelvin sign.
    #expect(!withOctets("[") { $0.equalsIgnoringCase("{") })
    #expect(!withOctets("@") { $0.equalsIgnoringCase("`") })
    #expect(!withOctets("\r") { $0.equalsIgnoringCase("-") })
    #expect(!withOctets("\u{212A}") { $0.equalsIgnoringCase("k") })
  }

  /// Eight are compared at a time: each as if it were alone, wherever it stands, and whatever its neighbours are.
  @Test func eightLettersCompareAsOne() {
    for wanted in 0...UInt8.max where !(0x41...0x5A).contains(wanted) {
      for given in 0...UInt8.max {
        let isEqual = ASCII.lowercased(given) == wanted
        for place in [0, 3, 7, 8] {
          var (texts, lowercase) = (Array("Zz\u{FF}a@`[{Q".utf8.prefix(9)), Array("zz\u{FF}a@`[{q".utf8.prefix(9)))
          (texts[place], lowercase[place]) = (given, wanted)
          let found = texts.withUnsafeBytes { text in lowercase.withUnsafeBytes { text.equalsIgnoringCase($0) } }
          #expect(found == isEqual, "\(given) and \(wanted) at \(place)")
        }
      }
    }
  }

  @Test func startsWith() {
    withOctets("HTTP/1.1") { view in
      #expect(view.starts(with: "HTTP/") && view.starts(with: "HTTP/1.1") && view.starts(with: ""))
      #expect(!view.starts(with: "http/") && !view.starts(with: "HTTP/1.1 ") && !view.starts(with: "TTP"))
    }
    #expect(!none.starts(with: "a"))
  }

  @Test func slicesCountFromTheViewsOwnStart() {
    withOctets("0123456789") { view in
      let inner = view.slice(2, 8)
      #expect(inner.equals("234567") && inner.slice(1, 3).equals("34") && inner.slice(6, 6).isEmpty)
    }
  }

  @Test func firstOffset() {
    withOctets("a,b,c") { view in
      #expect(view.firstOffset(of: 0x2C) == 1)
      #expect(view.firstOffset(of: 0x2C, from: 1) == 1)
      #expect(view.firstOffset(of: 0x2C, from: 2) == 3)
      #expect(view.firstOffset(of: 0x2C, from: 4) == nil)
      #expect(view.firstOffset(of: 0x63, from: 4) == 4)
      #expect(view.firstOffset(of: 0x61, from: 5) == nil)
      #expect(view.firstOffset(of: 0x61, from: 99) == nil)
      #expect(view.slice(0, 3).firstOffset(of: 0x63) == nil)
    }
    #expect(none.firstOffset(of: 0) == nil)
  }
}
