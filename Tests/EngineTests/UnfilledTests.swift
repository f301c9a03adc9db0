import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// An order that the exchange ends by itself is told of, once.
@Suite struct UnfilledTests {
  /// A desk of which the exchange has taken an opening of ten contracts.
  private func taken(_ type: OrderType) -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    var opening = EngineDesk.long
    opening.type = type
    desk.command(.open(opening))
    desk.take(.intentDurable(EngineDesk.id(1)))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    return desk
  }

  private func ended(
    _ type: OrderType, filled: Contracts = 0, as state: OrderState = .canceled, in desk: EngineDesk
  ) -> AccountEvent {
    .order(
      Sample.order(
        "77", client: EngineDesk.id(1), type: type, contracts: 10, filled: filled, price: 59_900,
        state: state, at: desk.now))
  }

  /// The notices among the effects, with their levels.
  private func notices(_ effects: [Effect]) -> [String] {
    effects.compactMap { effect in
      if case .notify(let notice) = effect { "\(notice.level): \(notice.text)" } else { nil }
    }
  }

  @Test(arguments: [
    (
      OrderType.postOnly(59_900), Contracts(0),
      "warning: buy 10 at 59900 post-only: nothing filled, it would have filled at once"
    ),
    (
      .fillOrKill(59_900), 0,
      "warning: buy 10 at 59900 fok: nothing filled, it could not fill whole at once"
    ),
    (
      .immediateOrCancel(59_900), 0,
      "warning: buy 10 at 59900 ioc: nothing filled, nothing was offered"
    ),
    (
      .immediateOrCancel(59_900), 3,
      "notice: buy 10 at 59900 ioc: 3 of 10 filled, no more was offered"
    ),
    (
      .limit(59_900), 4,
      "warning: buy 10 at 59900 was canceled at the exchange, 4 of 10 filled"
    ),
  ])
  func `what the exchange cancels is told once, with what had filled`(
    type: OrderType, filled: Contracts, text: String
  ) {
    var desk = taken(type)
    #expect(notices(desk.take(ended(type, filled: filled, in: desk))) == [text])
    #expect(notices(desk.take(ended(type, filled: filled, in: desk))) == [])
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `a post-only order that rested for long was not killed by what it would have taken`() {
    var desk = taken(.postOnly(59_900))
    desk.pass(.minutes(1))
    #expect(
      notices(desk.take(ended(.postOnly(59_900), as: .expired, in: desk))) == [
        "warning: buy 10 at 59900 post-only expired at the exchange, nothing filled"
      ])
  }

  @Test func `an order that is killed is an alert as one that is refused`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.addAlert("on refused"))
    var opening = EngineDesk.long
    opening.type = .fillOrKill(59_900)
    desk.command(.open(opening))
    let effects = desk.take(ended(.fillOrKill(59_900), in: desk))
    #expect(
      effects.alerts.map(\.text) == [
        "refused: BTC-USDT: buy 10 at 59900 fok: nothing filled, it could not fill whole at once"
      ])
  }

  @Test func `what was canceled from here ends in silence, also while its outcome is unknown`() {
    var desk = taken(.limit(59_900))
    desk.command(.cancel(Sample.btc, .client(EngineDesk.id(1))))
    #expect(notices(desk.take(ended(.limit(59_900), in: desk))) == [])

    var doubted = EngineDesk()
    doubted.boot()
    _ = doubted.command(.open(Self.resting))
    doubted.take(.intentDurable(EngineDesk.id(1)))
    doubted.answer("submit", .unknown("timed out"))
    doubted.command(.cancel(Sample.btc, .client(EngineDesk.id(1))))
    doubted.answer("cancel", .confirmed(.cancel))
    #expect(notices(doubted.take(ended(.limit(59_900), in: doubted))) == [])
  }

  private static var resting: OpeningIntent {
    var resting = EngineDesk.long
    resting.type = .limit(59_900)
    return resting
  }

  @Test func `an exit that ends with its position is silent, and told while that is held`() throws {
    for isHeld in [false, true] {
      var desk = EngineDesk()
      desk.boot()
      desk.holdLong()
      desk.pass(.seconds(1))
      let asked = desk.command(.close(ClosingIntent(key: Sample.btcKey, type: .limit(60_500))))
      let exit = try #require(asked.orders.last?.clientOrderID)
      desk.take(.intentDurable(exit))
      desk.answer("submit", .confirmed(.order(ExchangeOrderID("78"))))
      if !isHeld {
        desk.take(
          .order(
            Sample.order(
              "79", side: .sell, contracts: 10, filled: 10, price: 59_000, state: .filled,
              realized: -10, reduceOnly: true, category: .stopLoss, at: desk.now)))
      }
      let effects = desk.take(
        .order(
          Sample.order(
            "78", client: exit, side: .sell, type: .limit(60_500), contracts: 10,
            state: .canceled, reduceOnly: true, at: desk.now)))
      let text =
        "warning: sell 10 at 60500 reduce-only was canceled at the exchange, nothing filled"
      #expect(notices(effects) == (isHeld ? [text] : []))
    }
  }
}
