import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Several orders at once: all leave or none, and each has its own end.
@Suite struct BatchTests {
  private func ladder(_ count: Int, contracts: Contracts = 10) -> [OpeningIntent] {
    (0..<count).map { step in
      var wish = EngineDesk.long
      wish.type = .limit(Price(Fixed(59_900 - 10 * step)))
      wish.size = .contracts(contracts)
      return wish
    }
  }

  @Test func `O08 of a batch each order has its own end and the lost ones are asked for`() {
    var desk = EngineDesk()
    desk.boot()
    let effects = desk.command(.openBatch(ladder(5)))
    #expect(effects.orders.map(\.clientOrderID) == (1...5).map { EngineDesk.id($0) })
    for number in 1...5 { desk.take(.intentDurable(EngineDesk.id(UInt64(number)))) }
    let waiting = desk.snapshot.requests.waiting.filter { $0.subject.word == "submit" }
    // Two are taken, one is refused, then the connection is cut.
    desk.take(.outcome(waiting[0].id, .confirmed(.order(ExchangeOrderID("71")))))
    let refusal = Refusal(code: "103003", message: "Insufficient margin", advice: .fixRequest)
    desk.take(.outcome(waiting[1].id, .refused(refusal)))
    desk.take(.outcome(waiting[2].id, .confirmed(.order(ExchangeOrderID("73")))))
    for place in 3...4 { desk.take(.outcome(waiting[place].id, .unknown("reset"))) }
    let states = (1...5).map { desk.snapshot.account.orders[EngineDesk.id($0)]?.state }
    #expect(states == [.live, .rejected, .live, .unknown, .unknown])
    #expect(desk.snapshot.account.orders[EngineDesk.id(2)]?.problem == "Insufficient margin")
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "order.unknown")
    desk.run(.milliseconds(600))
    let asked = desk.wanted.compactMap { effect -> OrderReference? in
      if case .orderStatus(_, _, let reference) = effect { reference } else { nil }
    }
    #expect(asked == [.client(EngineDesk.id(4)), .client(EngineDesk.id(5))])
    for number in [UInt64(4), 5] {
      let line = desk.snapshot.requests.waiting.first {
        $0.subject == .orderStatus(Sample.btc, .client(EngineDesk.id(number)))
      }
      guard let line else { continue }
      let found = Sample.order("7\(number)", client: EngineDesk.id(number), type: .limit(59_870))
      desk.take(.outcome(line.id, .confirmed(.orderStatus(found))))
    }
    #expect(desk.snapshot.orders.map(\.state) == [.live, .live, .live, .live])
    #expect(desk.wanted.orders.count == 5)
  }

  @Test func `O08 K09 a batch of which one order breaks a limit sends nothing`() {
    var desk = EngineDesk()
    desk.boot()
    // Each order is worth 1 200 and the pair may be worth 3 000: the third breaks it.
    var settings = EngineDesk.limits
    settings.notionalPerPairMaximum = "0.3"
    desk.command(.setLimits(settings))
    let effects = desk.command(.openBatch(ladder(3, contracts: 20)))
    #expect(effects.orders.isEmpty)
    #expect(desk.snapshot.denials.map(\.code) == ["limit.pair_notional"])
    #expect(desk.snapshot.orders.isEmpty)
    let answers = effects.records.compactMap { record -> String? in
      if case .command(let command) = record { command.answer } else { nil }
    }
    #expect(answers.first?.hasPrefix("order 3 of 3: the pair would be worth") == true)
    // Nothing of it is reserved: two of the three pass, under the first ids.
    let two = desk.command(.openBatch(ladder(2, contracts: 20)))
    #expect(two.orders.map(\.clientOrderID) == [EngineDesk.id(1), EngineDesk.id(2)])
  }

  @Test func `a batch has bounds`() {
    var desk = EngineDesk()
    desk.boot()
    #expect(desk.command(.openBatch([])).orders.isEmpty)
    #expect(desk.command(.openBatch(ladder(21, contracts: 1))).orders.isEmpty)
    #expect(desk.command(.openBatch(ladder(20, contracts: 1))).orders.count == 20)
  }

  @Test func `several orders are canceled at once and unknown names are told`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.openBatch(ladder(3)))
    for number in 1...3 { desk.take(.intentDurable(EngineDesk.id(UInt64(number)))) }
    let effects = desk.command(
      .cancelBatch([
        .client(EngineDesk.id(1)), .client(EngineDesk.id(3)), .client(EngineDesk.id(9)),
      ])
    )
    #expect(effects.words == ["cancel", "cancel"])
    let answers = effects.records.compactMap { record -> String? in
      if case .command(let command) = record { command.answer } else { nil }
    }
    #expect(answers == ["not open: \(EngineDesk.id(9))"])
  }
}
