import AccountData
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What counts at the gate though no list of positions and no mark price shows it.
@Suite struct UnreportedFillTests {
  /// 7 coins of Ether, 21,000.07 at the best ask.
  private let ether = OpeningIntent(
    instrument: Sample.eth, side: .long, marginMode: .isolated, type: .market,
    size: .contracts(700), stop: .stop(Trigger(triggerPrice: 2_950)))
  private let first = ClientOrderID("a")

  private func balance(available: Money) -> AccountEvent {
    .balance(
      Balance(
        equity: 10_000, cash: 10_000, availableMargin: available, orderMargin: 0,
        isolatedEquity: 0, exchangeTime: Sample.start))
  }

  /// A desk on which an order of Bitcoin has filled and no list of positions came since.
  private func filled(_ contracts: Contracts = 495) -> RiskDesk {
    var desk = RiskDesk()
    desk.limits.riskPerTradeMaximum = 1
    desk.now = Sample.start + .seconds(1)
    desk.send("a", contracts: contracts)
    desk.take(
      .order(
        Sample.order(
          "77", client: first, type: .limit(60_000), contracts: contracts, filled: contracts,
          state: .filled)))
    return desk
  }

  @Test func `K06 K09 what filled and is in no list of positions counts in the total`() {
    var desk = filled()
    #expect(desk.denial(ether) == .totalNotional(would: "50700.07", limit: 50_000))
    // Once it is listed it counts once.
    desk.take(.positions([Sample.position(contracts: 495, updated: desk.now)]))
    #expect(desk.denial(ether) == .totalNotional(would: "50700.07", limit: 50_000))
  }

  @Test func `K09 what filled and is in no list of positions counts in the margin`() {
    var desk = filled()
    desk.limits.notionalTotalMaximum = 10
    #expect(desk.denial(ether) == .marginUsed(would: "5070.007", limit: 5_000))
    desk.limits.marginUsedMaximum = 1
    desk.now = Sample.start
    desk.take(balance(available: 5_000))
    desk.now = Sample.start + .seconds(1)
    // The balance is older than the order, whose collateral of 2,970 it cannot show.
    #expect(desk.denial(ether) == .marginShort(needs: "2112.607042", available: 2_030))
    desk.now = Sample.start + .seconds(2)
    desk.take(balance(available: 5_000))
    #expect(desk.denial(ether) == nil)
  }

  @Test func `what filled and is in no list of positions counts as a position`() {
    var desk = filled(10)
    desk.limits.openPositionsMaximum = 1
    #expect(desk.denial(ether) == .tooManyPositions(count: 1, limit: 1))
    desk.limits.openPositionsMaximum = 2
    #expect(desk.denial(ether) == nil)
  }

  @Test func `what filled and is in no list of positions counts among what moves alike`() {
    var desk = filled()
    desk.limits.notionalTotalMaximum = 10
    desk.limits.marginUsedMaximum = 1
    desk.limits.size.correlatedNotionalMaximum = 5
    #expect(desk.denial(ether) == .correlatedNotional(would: "50700.07", limit: 50_000))
  }

  @Test func `orders to sell that rest above the mark count at their own prices`() throws {
    var desk = RiskDesk()
    desk.limits.riskPerTradeMaximum = 1
    var gate = RiskGate(limits: desk.limits)
    let short = OpeningIntent(
      instrument: Sample.btc, side: .short, marginMode: .isolated, type: .limit(91_000),
      size: .contracts(110), stop: .stop(Trigger(triggerPrice: 91_500)))
    for _ in 0..<2 {
      let order = try gate.open(
        short, source: .keyboard, reasons: [], ids: &desk.ids, in: desk.context
      ).get()
      desk.book.add(order.request, source: .keyboard, at: desk.now)
    }
    // 0.11 coins at 91,000 each time; at the mark of 60,000 the three would be worth 19,800.
    let third = gate.open(
      short, source: .keyboard, reasons: [], ids: &desk.ids, in: desk.context)
    #expect(third.map(\.request) == .failure(.pairNotional(would: 30_030, limit: 30_000)))
  }

  @Test func `an order that takes the place of another has what that one gives back`() throws {
    var desk = RiskDesk()
    desk.limits.riskPerTradeMaximum = 1
    desk.send("a", contracts: 400)
    desk.now = Sample.start + .seconds(1)
    desk.take(balance(available: 1_000))
    desk.take(
      .order(
        Sample.order(
          "77", client: first, type: .limit(60_000), contracts: 400, state: .canceled)))
    let canceled = try #require(desk.book.account.orders[first])
    let cheaper = RiskDesk.long.with {
      $0.type = .limit(59_990)
      $0.size = .contracts(400)
    }
    func denial() -> Denial? {
      RiskGate(limits: desk.limits).preview(
        cheaper, source: .keyboard, replacing: canceled, in: desk.context
      ).denial
    }
    #expect(denial() == nil)
    // A balance that came after its end shows what it gave back already.
    desk.now = Sample.start + .seconds(2)
    desk.take(balance(available: 1_000))
    #expect(denial() == .marginShort(needs: "2404.3992", available: 1_000))
  }
}
