import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Orders in states that the exchange has and this program does not know.
@Suite struct OddOrderTests {
  /// An order of somebody else in a state that is not known.
  private static func odd(_ id: String, client: ClientOrderID? = nil) -> Order {
    let known = Sample.order(id, client: client, type: .limit(59_900))
    return Order(
      exchangeOrderID: known.exchangeOrderID, clientOrderID: client, instrument: known.instrument,
      side: known.side, slot: known.slot, marginMode: known.marginMode, type: known.type,
      contracts: known.contracts, reduceOnly: false, leverage: 10, state: .unknown,
      filledContracts: 0, averagePrice: nil, fee: 0, realizedPnL: 0, category: .normal,
      takeProfit: nil, stopLoss: nil, createdAt: known.createdAt, updatedAt: known.updatedAt,
      unknownState: "foo")
  }

  private static let oddText =
    "order 5 (buy 10 BTC-USDT) is in the state 'foo' at the exchange, which is not known: look at "
    + "it there"

  @Test func `O20 a start with an order in a state that is not known gets ready and names it`() {
    var desk = EngineDesk()
    let effects = desk.boot(
      EngineDesk.account(
        positions: [Sample.position()], orders: [Self.odd("5")], triggers: [Sample.stop()]))
    #expect(effects.notices.first == Self.oddText)
    desk.run(.seconds(3))
    #expect(desk.snapshot.step == .ready)
    #expect(desk.snapshot.notices.filter { $0.level == .alarm }.map(\.text) == [Self.oddText])
    // It counts: nothing is opened beside it, and what takes risk off passes.
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "order.unknown_foreign")
    #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).orders.count == 1)
  }

  @Test func `O20 of an order of ours the last known state stays, told once until it is known`() {
    var desk = EngineDesk()
    desk.boot()
    let id = desk.restLong(as: "5")
    let first = desk.take(.order(Self.odd("5", client: id)))
    #expect(first.notices == [Self.oddText])
    #expect(desk.take(.order(Self.odd("5", client: id))).notices == [])
    #expect(desk.snapshot.orders.map(\.state) == [.live])
    desk.take(.order(Sample.order("5", client: id, type: .limit(59_900), state: .canceled)))
    #expect(desk.snapshot.account.orders[id]?.state == .canceled)
  }

  @Test func `O20 a stop in a state that is not known guards nothing`() {
    let stop = Sample.stop()
    let odd = TriggerOrder(
      exchangeOrderID: stop.exchangeOrderID, clientOrderID: nil, instrument: stop.instrument,
      side: stop.side, slot: stop.slot, marginMode: stop.marginMode, size: stop.size,
      kind: stop.kind, reduceOnly: true, state: .unknown, createdAt: stop.createdAt,
      unknownState: "bar")
    var desk = EngineDesk()
    let effects = desk.boot(EngineDesk.account(positions: [Sample.position()], triggers: [odd]))
    #expect(
      effects.notices.first
        == "trigger order 900 of BTC-USDT is in the state 'bar' at the exchange, which is not "
        + "known: look at it there")
    #expect(desk.snapshot.account.triggers == [])
  }
}
