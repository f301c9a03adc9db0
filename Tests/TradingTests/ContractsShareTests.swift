import Testing
import Trading
import Units

@Suite struct ContractsShareTests {
  @Test func `a share of contracts is whole lots, rounded down, and none below one lot`() {
    let contracts: Contracts = "0.7"
    #expect(contracts.share("0.5", lotSize: "0.1") == "0.3")
    #expect(contracts.share(1, lotSize: "0.1") == "0.7")
    #expect(contracts.share("0.1", lotSize: "0.1") == 0)
  }
}
