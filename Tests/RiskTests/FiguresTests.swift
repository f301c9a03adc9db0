import AccountData
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

@Suite struct FiguresTests {
  @Test func `a preview says what an order is, costs and risks`() throws {
    var desk = RiskDesk()
    desk.take(
      .funding(
        FundingRate(
          instrument: Sample.btc, rate: "0.0001", nextFundingTime: desk.now + .hours(4))))
    let preview = desk.preview(RiskDesk.long)
    #expect(preview.contracts == 10 && preview.baseAmount == "0.01")
    #expect(preview.referencePrice == "60000.1" && preview.expectedPrice == "60000.1")
    #expect(preview.slippage == 0)
    #expect(preview.notional == "600.001" && preview.leverage == 10)
    #expect(preview.margin == "60.0001" && preview.fee == "0.3600006")
    #expect(preview.fundingToSettlement == "-0.0600001")
    // 1 000.1 of distance, the fee of 60 000.1, the fee and the allowed slippage of 59 000.
    #expect(preview.lossAtStop == "11.0100006")
    #expect(preview.riskShare == "0.00110100006")
    #expect(preview.lossInR == "0.110100006")
    #expect(preview.profitAtTarget == "29.2609994")
    #expect(preview.rewardToRisk == Rate(Fixed("29.2609994").divided(by: "11.0100006", .down)))
    #expect(preview.liquidationBefore == nil)
    #expect(
      preview.liquidationAfter
        == Liquidation.price(
          side: .long, amount: "0.01", entryPrice: "60000.1", collateral: "60.0001",
          maintenanceMarginRate: "0.004", takerFeeRate: "0.0006"))
    #expect(preview.denial == nil)
  }

  @Test func `the profit at a target pays both fees`() {
    func profit(_ side: PositionSide, _ target: Price) -> Money? {
      PositionSizing.profitAtTarget(
        side: side, entryPrice: 61_000, targetPrice: target, amount: "0.1", entryFee: "3.66",
        exitFeeRate: "0.0006")
    }
    #expect(profit(.long, 62_467) == "139.29198")
    #expect(profit(.short, 59_533) == "139.46802")
    #expect(profit(.long, 61_000) == "-7.32")
  }

  @Test func `a preview without data shows what is known and why it is refused`() {
    var desk = RiskDesk()
    desk.book = AccountBook(dayOffset: .zero, at: Sample.start)
    let preview = desk.preview(RiskDesk.long)
    #expect(preview.contracts == 10 && preview.notional == "600.001")
    #expect(preview.margin == nil && preview.riskShare == nil)
    #expect(preview.denial == .missing(.balance))
    let nothing = desk.preview(RiskDesk.long.with { $0.instrument = InstrumentID("?") })
    #expect(nothing.contracts == nil && nothing.referencePrice == nil)
  }

  @Test func `an added order moves entry, margin and liquidation of the whole`() throws {
    var desk = RiskDesk()
    desk.take(
      .positions([Sample.position(contracts: 10, entry: 50_000, liquidation: 45_000)]))
    let preview = desk.preview(RiskDesk.long.with { $0.type = .limit(60_000) })
    #expect(preview.liquidationBefore == 45_000)
    #expect(
      preview.liquidationAfter
        == Liquidation.price(
          side: .long, amount: "0.02", entryPrice: 55_000, collateral: 110,
          maintenanceMarginRate: "0.004", takerFeeRate: "0.0006"))
  }

  @Test func `a resting order pays the maker fee, a crossing one the taker fee`() {
    let desk = RiskDesk()
    let resting = desk.preview(RiskDesk.long.with { $0.type = .limit(59_900) })
    let crossing = desk.preview(RiskDesk.long.with { $0.type = .limit(60_100) })
    let post = desk.preview(RiskDesk.long.with { $0.type = .postOnly(60_100) })
    #expect(resting.fee == "0.1198" && resting.expectedPrice == 59_900)
    #expect(crossing.expectedPrice == "60000.1" && crossing.fee == "0.3600006")
    #expect(post.fee == "0.1202")
  }

  @Test func `every way to state a size rounds down to lots`() {
    let desk = RiskDesk()
    func contracts(_ size: SizeRequest) -> Contracts? {
      desk.preview(RiskDesk.long.with { $0.size = size }).contracts
    }
    #expect(contracts(.contracts("3.3")) == "3.3")
    #expect(contracts(.baseAmount("0.01239")) == "12.3")
    #expect(contracts(.notional(1_000)) == "16.6")
    #expect(contracts(.marginShare("0.01")) == "16.6")
    #expect(contracts(.notional(1)) == 0)
    #expect(contracts(.riskShare("0.01")) == "88.4")
  }

  @Test func `sizing by risk says what is missing`() {
    let desk = RiskDesk()
    func denial(_ size: SizeRequest, _ stop: StopPlan) -> Denial? {
      desk.denial(
        RiskDesk.long.with {
          $0.size = size
          $0.stop = stop
        })
    }
    #expect(denial(.riskShare("0.01"), .none) == .stopMissing)
    #expect(
      denial(.riskShare("0.01"), .stop(Trigger(triggerPrice: 61_000)))
        == .stopOnWrongSide(stop: 61_000, entry: "60000.1"))
  }

  @Test func `a risk below one lot is told beside what a lot loses with all its costs`() {
    let desk = RiskDesk()
    // The distance to the nearer stop alone costs less than this risk of 0.01.
    for stop in [Price(59_000), 59_950] {
      let denial = desk.denial(
        RiskDesk.long.with {
          $0.size = .riskShare("0.000001")
          $0.stop = .stop(Trigger(triggerPrice: stop))
        })
      guard case .riskBelowOneLot(let risk, let loss)? = denial else {
        Issue.record("\(stop) came to \(String(describing: denial))")
        continue
      }
      #expect(risk == "0.01")
      #expect(loss > risk)
      let one = desk.preview(
        RiskDesk.long.with {
          $0.size = .contracts(Sample.bitcoin.lotSize)
          $0.stop = .stop(Trigger(triggerPrice: stop))
        })
      #expect(loss >= one.lossAtStop ?? Money(1_000))
    }
    #expect(
      Denial.riskBelowOneLot(risk: "0.00404", lossPerLot: "0.00406").text
        == "the risk of 0.0040 USDT is less than one lot loses at the stop (0.0041 USDT)")
  }

  @Test(arguments: Array(1...200) as [UInt64])
  func `sizing never loses more than the risk, and one lot more would`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let instrument = random.oneIn(2) ? Sample.bitcoin : Sample.ether
    let entry = Price(Fixed(random.within(10...90_000)))
    let share = Fixed(random.within(1...400)).divided(by: 1_000, .down)
    let side: PositionSide = random.oneIn(2) ? .long : .short
    let distance = Price(entry.value.multiplied(by: share, .up))
    let stop = side == .long ? entry - distance : entry + distance
    let costs = PositionSizing.Costs(
      entryFeeRate: "0.0006", exitFeeRate: "0.0006", entrySlippage: "0.0005",
      exitSlippage: "0.0005")
    let risk = Money(Fixed(random.within(1...5_000)))
    guard stop.isPositive else { return }
    let contracts =
      PositionSizing.contracts(
        risk: risk, side: side, entryPrice: entry, stopPrice: stop, costs: costs,
        instrument: instrument) ?? .zero
    let perCoin = PositionSizing.lossPerCoin(
      side: side, entryPrice: entry, stopPrice: stop, costs: costs)!
    func loss(_ size: Contracts) -> Money {
      perCoin.notional(of: instrument.baseAmount(of: size), .up)
    }
    #expect(contracts.isMultiple(of: instrument.lotSize), "seed \(seed)")
    #expect(loss(contracts) <= risk, "seed \(seed)")
    #expect(loss(contracts + instrument.lotSize) > risk, "seed \(seed)")
  }
}
