import Testing
import Trading
import Units

@testable import BloFin

private let start = moment(1_767_225_600_000)

private func order(_ id: String, filled: Contracts, state: OrderState = .partiallyFilled) -> Order {
  Order(
    exchangeOrderID: ExchangeOrderID(trusted: id), clientOrderID: ClientOrderID(trusted: "c" + id),
    instrument: InstrumentID("BTC-USDT"), side: .buy, slot: .net, marginMode: .cross,
    type: .limit(60_000), contracts: 20, reduceOnly: false, leverage: 5, state: state,
    filledContracts: filled, averagePrice: 60_000, fee: 0, realizedPnL: 0, category: .normal,
    takeProfit: nil, stopLoss: nil, createdAt: start, updatedAt: start)
}

private func fill(_ trade: String, of order: String, _ contracts: Contracts, at: Int64 = 0) -> Fill
{
  Fill(
    tradeID: TradeID(trusted: trade), exchangeOrderID: ExchangeOrderID(trusted: order),
    clientOrderID: nil,
    instrument: InstrumentID("BTC-USDT"), side: .buy, slot: .net, price: 60_000,
    contracts: contracts, fee: "0.01", realizedPnL: 0,
    exchangeTime: start + .milliseconds(at))
}

private let fifth: Fixed = "0.2"

private let question = FillCatchUp.Question(
  instrument: InstrumentID("BTC-USDT"), order: ExchangeOrderID("7"), since: start - .minutes(1))

@Suite struct `Fill catch-up` {
  @Test func `asks after a push that grew and hands out new fills with our id, oldest first`() {
    var catchUp = FillCatchUp()
    catchUp.note(order("7", filled: 0, state: .live), at: start)
    #expect(catchUp.nextMoment == nil)
    catchUp.note(order("7", filled: 5), at: start)
    #expect(catchUp.nextMoment == start + .milliseconds(400))
    let early = catchUp.takeDue(at: start + .milliseconds(399))
    let due = catchUp.takeDue(at: start + .milliseconds(400))
    #expect(early == [])
    #expect(due == [question])
    let answer = catchUp.answered(
      question, with: [fill("2", of: "7", 3, at: 2), fill("1", of: "7", 2, at: 1)],
      at: start + .milliseconds(450))
    #expect(
      answer.new == [
        fill("1", of: "7", 2, at: 1).with(clientOrderID: ClientOrderID("c7")),
        fill("2", of: "7", 3, at: 2).with(clientOrderID: ClientOrderID("c7")),
      ])
    #expect(catchUp.nextMoment == nil)
  }

  @Test func `O18 hands out a fill once, however often it is listed`() {
    var catchUp = FillCatchUp()
    catchUp.note(order("7", filled: 2), at: start)
    _ = catchUp.takeDue(at: start + .seconds(1))
    _ = catchUp.answered(question, with: [fill("1", of: "7", 2)], at: start + .seconds(1))
    catchUp.note(order("7", filled: 2), at: start + .seconds(2))
    #expect(catchUp.nextMoment == nil)
    catchUp.note(order("7", filled: 5), at: start + .seconds(2))
    _ = catchUp.takeDue(at: start + .seconds(3))
    let answer = catchUp.answered(
      question, with: [fill("2", of: "7", 3), fill("1", of: "7", 2)], at: start + .seconds(3))
    #expect(answer.new.map(\.tradeID) == [TradeID("2")])
  }

  @Test func `O19 a push that is older than the last changes nothing`() {
    var catchUp = FillCatchUp()
    catchUp.note(order("7", filled: 5), at: start)
    _ = catchUp.takeDue(at: start + .seconds(1))
    _ = catchUp.answered(question, with: [fill("1", of: "7", 5)], at: start + .seconds(1))
    catchUp.note(order("7", filled: 3), at: start + .seconds(2))
    #expect(catchUp.nextMoment == nil)
  }

  @Test func `asks again while the list lags, ever more rarely, and then complains`() {
    var catchUp = FillCatchUp()
    catchUp.note(order("7", filled: 5), at: start)
    var now = start
    var gaps: [TimeSpan] = []
    var complaint: String?
    while let next = catchUp.nextMoment, gaps.count < 20 {
      gaps.append(next - now)
      now = next
      let due = catchUp.takeDue(at: now)
      #expect(due == [question])
      complaint = catchUp.answered(question, with: nil, at: now).complaint
    }
    #expect(
      gaps.map(\.milliseconds) == [
        400, 400, 400, 400, 400, 500, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
      ])
    #expect(
      complaint == "BloFin reports 5 contracts of order 7 as filled and lists fills for 0.")
  }

  @Test func `asks for all orders together that are due about now`() {
    var catchUp = FillCatchUp()
    catchUp.note(order("7", filled: 5), at: start)
    catchUp.note(order("8", filled: 1), at: start + .milliseconds(250))
    catchUp.note(order("9", filled: 1), at: start + .seconds(5))
    let due = catchUp.takeDue(at: start + .milliseconds(400))
    #expect(due.map(\.order) == [ExchangeOrderID("7"), ExchangeOrderID("8")])
    #expect(catchUp.isAsking)
  }

  @Test func `takes no fill of another order and forgets the oldest beyond its capacity`() {
    var catchUp = FillCatchUp()
    catchUp.note(order("7", filled: 5), at: start)
    _ = catchUp.takeDue(at: start + .seconds(1))
    let answer = catchUp.answered(
      question, with: [fill("1", of: "8", 5)], at: start + .seconds(1))
    #expect(answer.new == [])
    for number in 100..<400 { catchUp.note(order(String(number), filled: 1), at: start) }
    let late = catchUp.answered(question, with: [fill("1", of: "7", 5)], at: start)
    #expect(late.new == [])
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `O15 adds up exactly whatever is listed when`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var catchUp = FillCatchUp()
    var listed: [Fill] = []
    var told: [Fill] = []
    var now = start
    for number in 1...100 {
      listed.append(fill(String(number), of: "7", "0.2", at: Int64(number)))
      catchUp.note(order("7", filled: Contracts(fifth.times(number))), at: now)
      now = now + .milliseconds(Int64(random.below(900)))
      for question in catchUp.takeDue(at: now) {
        let visible = listed.prefix(random.within(0...listed.count)).reversed()
        told +=
          catchUp.answered(question, with: random.oneIn(5) ? nil : Array(visible), at: now)
          .new
      }
    }
    while let next = catchUp.nextMoment {
      now = next
      for question in catchUp.takeDue(at: now) {
        told += catchUp.answered(question, with: listed.reversed(), at: now).new
      }
    }
    #expect(told.map(\.tradeID) == listed.map(\.tradeID), "seed \(seed)")
    #expect(told.reduce(Contracts.zero) { $0 + $1.contracts } == 20, "seed \(seed)")
  }
}
