import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Exits that rest in the book: they never hold an exit at market up, and end with the position.
@Suite struct RestingExitTests {
  private static let halfAt64 = ClosingIntent(
    key: Sample.btcKey, share: "0.5", type: .limit(64_000))

  /// A desk that holds ten contracts, half of which are to be sold at 64,000.
  private func resting() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.close(Self.halfAt64))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("950"))))
    return desk
  }

  private func canceled(_ effects: [Effect]) -> [OrderReference] {
    effects.compactMap { if case .cancel(_, _, let reference) = $0 { reference } else { nil } }
  }

  @Test func `an exit with a price leaves as a reduce-only order and shows among the orders`() {
    let desk = resting()
    #expect(
      desk.wanted.orders.last
        == OrderRequest(
          clientOrderID: EngineDesk.id(2), instrument: Sample.btc, side: .sell,
          marginMode: .isolated, type: .limit(64_000), contracts: 5, reduceOnly: true))
    #expect(desk.snapshot.orders.map(\.reduceOnly) == [true])
  }

  @Test func `an exit at market takes the whole position while another one rests`() {
    var desk = resting()
    let whole = desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders
    #expect(whole.map(\.contracts) == [10])
    desk = resting()
    #expect(desk.command(.flatten(nil)).orders.map(\.contracts) == [10])
  }

  @Test func `an exit that rests is canceled when the position is gone`() {
    var desk = resting()
    desk.take(
      .order(
        Sample.order(
          "3001", side: .sell, contracts: 10, filled: 10, price: 59_000, state: .filled,
          realized: -10, reduceOnly: true, category: .stopLoss, at: desk.now)))
    let effects = desk.take(.positions([]))
    #expect(canceled(effects) == [.exchange(ExchangeOrderID("950"))])
  }

  @Test func `an exit of a position that nothing explains is canceled once the account was read`() {
    var desk = resting()
    let exit = Sample.order(
      "950", client: EngineDesk.id(2), side: .sell, type: .limit(64_000), contracts: 5,
      reduceOnly: true, at: desk.now)
    desk.take(.positions([]))
    desk.run(.minutes(2)) { desk in
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.pass(.milliseconds(50))
        desk.answer(
          "accountSnapshot", .confirmed(.account(EngineDesk.account(orders: [exit]))))
      }
    }
    #expect(canceled(desk.wanted).first == .exchange(ExchangeOrderID("950")))
  }
}
