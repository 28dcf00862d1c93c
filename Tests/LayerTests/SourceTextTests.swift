import Testing

struct SourceTextTests {
  @Test(arguments: [
    ("import Foundation", ["Foundation"]), ("  import\tFoundation  ", ["Foundation"]), ("import A // B", ["A"]),
    ("import struct Foundation.Data", ["Foundation"]), ("import func Glibc.exit", ["Glibc"]),
    ("import class A.B.C", ["A"]), ("import Foundation.NSData", ["Foundation"]), ("import A; import B", ["A", "B"]),
    ("@testable import A", ["A"]), ("package import A", ["A"]), ("public import A", ["A"]),
    ("internal import A", ["A"]),
    ("@_exported public import A", ["A"]), ("@preconcurrency import A", ["A"]), ("@_spi(X) import A", ["A"]),
    ("@_spi(X, Y) import A", ["A"]), ("#if os(Linux)\nimport A\n#endif", ["A"]), ("/* c */ import A", ["A"]),
    ("// import A", []), ("/// import A", []), ("/*\nimport A\n/* */ import B\n*/ import C", ["C"]),
    ("let a = \"\"\"\nimport A\n\"\"\"\nimport B", ["B"]), ("let a = \"import A\"", []), ("let a = \"; import A\"", []),
    ("let a = \"// \"; import A", ["A"]), ("let a = \"\\\"\"; import A", ["A"]), ("important()", []), ("", []),
  ])
  func imports(text: String, expected: [String]) {
    #expect(SourceText(text).imports == expected)
  }

  @Test(arguments: [
    ("struct A {}", ["A"]), ("package final class B: C {", ["B"]), ("enum D<E> {", ["D"]), ("actor F {}", ["F"]),
    ("extension G.H where I: J {", ["G.H"]), ("public protocol K: ~Copyable {", ["K"]), ("typealias L = M", ["L"]),
    ("@frozen @usableFromInline\npackage struct N {}", ["N"]), ("indirect enum O {", ["O"]), ("class func a() {}", []),
    ("// struct A", []), ("let structure = 1", []), ("case class", []),
  ])
  func typeNames(text: String, expected: [String]) {
    #expect(SourceText(text).typeNames == expected)
  }

  @Test(arguments: [
    ("public struct A {}", [1]), ("\n  public init() {}", [2]), ("@inlinable public var a: Int { 1 }", [1]),
    ("@available(macOS, unavailable) public func a() {}", [1]), ("static public let a = 1", [1]),
    ("open class A {}", [1]),
    ("public private(set) var a = 1", [1]), ("final public class A {}", [1]), ("public import A", [1]),
    ("package struct A {}", []), ("let url = \"public struct\"", []), ("// public struct A", []),
    ("/* public struct A */", []), ("let publicURL = 1", []), ("\"\"\"\npublic struct A\n\"\"\"", []),
    ("state = open ? 1 : 2", []), ("open(path, flags)", []), ("let a = #\"public\"#", []),
  ])
  func publicLines(text: String, expected: [Int]) {
    #expect(SourceText(text).publicLines == expected)
  }

  @Test(arguments: [("", 0), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("a\nb", 2)])
  func lineCount(text: String, expected: Int) {
    #expect(SourceText(text).lineCount == expected)
  }
}
