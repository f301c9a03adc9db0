import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Several openings are looked at together, as they will be sent.
@Suite struct SeveralOpeningsTests {
  @Test func `a part of several that passes a limit with those before it is named beforehand`() {
    var desk = EngineDesk(settings: EngineDesk.settings { $0.marginUsedMaximum = "0.01" })
    desk.boot()
    let parts = [Price(59_900), 59_800, 59_700].map { price in
      OpeningIntent(
        instrument: Sample.btc, side: .long, marginMode: .isolated, type: .limit(price),
        size: .contracts(10), stop: .stop(Trigger(triggerPrice: 59_000)))
    }
    let before = desk.snapshot
    for part in parts { #expect(before.preview(part, at: desk.now).denial == nil) }
    let found = before.firstDenial(of: parts, at: desk.now)
    #expect(found?.place == 1)
    #expect(found?.denial.code == "limit.margin_used")
    #expect(before.firstDenial(of: Array(parts.prefix(1)), at: desk.now) == nil)
    #expect(
      before.previews(of: parts, at: desk.now).map { $0.denial?.code } == [
        nil, "limit.margin_used", "limit.margin_used",
      ])
    // It is what the engine says when they are sent.
    for part in parts { desk.command(.open(part)) }
    #expect(desk.snapshot.denials.first?.text == found?.denial.text)
    #expect(desk.snapshot.denials.count == 2)
  }

  @Test func `O14 an amendment that takes risk off passes where a limit is passed already`() {
    var desk = EngineDesk()
    desk.boot()
    let id = desk.restLong(as: "77")
    var limits = EngineDesk.limits
    limits.marginUsedMaximum = "0.005"
    desk.command(.setLimits(limits))
    func wish(_ price: Price, _ contracts: Contracts) -> OpeningIntent {
      var wish = EngineDesk.long
      wish.type = .limit(price)
      wish.size = .contracts(contracts)
      return wish
    }
    let snapshot = desk.snapshot
    func code(_ price: Price, _ contracts: Contracts) -> String? {
      let preview = snapshot.preview(wish(price, contracts), replacing: id, at: snapshot.at)
      return preview.denial?.code
    }
    #expect(code(59_900, 10) == nil)
    #expect(code(59_800, 10) == nil)
    #expect(code(59_900, 9) == nil)
    #expect(code(59_950, 10) == "limit.margin_used")
    #expect(code(59_900, 11) == "limit.margin_used")
    #expect(snapshot.preview(wish(59_800, 10), at: snapshot.at).denial?.code == "limit.margin_used")
    // The engine sends it as well.
    desk.command(.amend(id, .limit(59_800), contracts: 10))
    desk.take(
      .order(
        Sample.order("77", client: id, type: .limit(59_900), contracts: 10, state: .canceled)))
    desk.run(.seconds(2)) { _ in }
    #expect(desk.wanted.orders.last?.type == .limit(59_800))
    #expect(desk.snapshot.denials.isEmpty)
  }
}
