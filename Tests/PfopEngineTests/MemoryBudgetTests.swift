import Testing

@testable import PfopEngine

struct MemoryBudgetTests {
  @Test(arguments: [MemoryBudget.allowed.lowerBound, MemoryBudget.standard, MemoryBudget.allowed.upperBound])
  func sharesAreTheBudget(_ octets: Int) {
    let budget = MemoryBudget(octets: octets)
    #expect(MemoryBudget.Holder.allCases.map(budget.share).reduce(0, +) == octets)
    #expect(budget.share(of: .jobs) == octets / 2)
  }

  @Test func aBudgetThatCannotBeDividedIsNotExceeded() {
    let budget = MemoryBudget(octets: MemoryBudget.allowed.lowerBound + 63)
    #expect(MemoryBudget.Holder.allCases.map(budget.share).reduce(0, +) <= budget.octets)
  }
}
