import Testing

@testable import PfopMock

struct PendingTests {
  @Test func theFirstWordCounts() async {
    let value = await Pending<Int>.wait { pending in
      pending.tell(1)
      pending.tell(2)
    }
    #expect(value == 1)
  }

  @Test func whoIsForgottenIsToldSo() async {
    #expect(await Pending<Int>.wait { _ in } == nil)
  }
}
