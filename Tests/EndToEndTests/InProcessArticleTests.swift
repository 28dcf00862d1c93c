import TestSupport
import Testing

/// What people read and copy is what is run.
struct InProcessArticleTests {
  @Test func theArticleShowsTheFileThatIsRun() throws {
    let article = String(decoding: try Checkout.read("Sources/PfopMock/PfopMock.docc/InProcess.md"), as: UTF8.self)
    let file = String(decoding: try Checkout.read("Tests/EndToEndTests/InProcessExampleTests.swift"), as: UTF8.self)
    #expect(article.contains("\n```swift\n\(file)```\n"), "copy the file into the article again")
  }
}
