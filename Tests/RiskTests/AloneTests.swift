import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What a trade is sized on without a connection is sized by the gate itself.
@Suite struct AloneTests {
  private let desk = RiskDesk()

  private func alone(at price: Price, leverage: Leverage = 10) -> RiskContext {
    RiskContext(
      equity: 10_000, leverage: leverage, instrument: Sample.bitcoin, tiers: Sample.tiers,
      price: price, fees: RiskDesk.fees, at: Sample.start)
  }

  private func wish(_ type: OrderType, stop: Price = 58_000) -> OpeningIntent {
    RiskDesk.long.with {
      $0.type = type
      $0.size = .riskShare("0.005")
      $0.stop = .stop(Trigger(triggerPrice: stop))
    }
  }

  private func preview(
    _ intent: OpeningIntent, _ context: RiskContext, _ limits: RiskLimits = RiskDesk.limits
  ) -> OrderPreview {
    RiskGate(limits: limits).preview(intent, source: .keyboard, in: context)
  }

  @Test func `an entry that rests is sized alone as before a book`() {
    let resting = wish(.postOnly(59_000))
    let sized = preview(resting, alone(at: 59_000))
    #expect(sized == desk.preview(resting))
    #expect(sized.denial == nil)
    #expect(sized.contracts == "46.4")
  }

  @Test(arguments: [Rate("0.0005"), "0.005"])
  func `an entry that takes is sized alone as one that waits for its price`(slippage: Rate) {
    var limits = RiskDesk.limits
    limits.slippageAllowance = slippage
    let taking = wish(.market)
    let sized = preview(taking, alone(at: 59_000), limits)
    #expect(
      sized == RiskGate(limits: limits).figures(of: taking, filledAt: 59_000, in: desk.context))
    #expect(sized.contracts == (slippage == "0.005" ? "30.2" : "44.2"))
  }

  @Test func `what the gate would deny in trading it denies alone`() {
    #expect(
      preview(wish(.market, stop: 60_000), alone(at: 59_000)).denial
        == .stopOnWrongSide(stop: 60_000, entry: 59_000))
    #expect(
      preview(wish(.market), alone(at: 59_000, leverage: 20)).denial
        == .leverageTooHigh(20, limit: 10))
    let beyond = preview(wish(.market, stop: 30_000), alone(at: 59_000))
    guard case .stopBeyondLiquidation(30_000, _, "0.005") = beyond.denial else {
      Issue.record("\(String(describing: beyond.denial))")
      return
    }
  }
}
