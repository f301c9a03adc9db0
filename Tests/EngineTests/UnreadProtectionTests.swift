import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// A position that lost its stop while the account cannot be read: it gets another one or it is
/// closed, and neither waits for the reading.
@Suite struct UnreadProtectionTests {
  private static let noWord = Outcome.unknown("the exchange answered with status 500")

  private static func refusal(_ advice: Refusal.Advice) -> Outcome {
    .refused(Refusal(code: "102038", message: "stop price", advice: advice))
  }

  /// Every reading of the account fails.
  private func failReadings(_ desk: inout EngineDesk) {
    while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
      desk.answer("accountSnapshot", Self.noWord)
    }
  }

  /// A long whose stop was canceled elsewhere.
  private func nakedDesk() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    return desk
  }

  private func exits(_ desk: EngineDesk) -> [OrderRequest] {
    desk.wanted.orders.filter(\.reduceOnly)
  }

  @Test func `O22 O23 a stop that is refused while the account cannot be read ends in a close`() {
    var desk = nakedDesk()
    let nakedAt = desk.now
    desk.run(.milliseconds(1600)) { failReadings(&$0) }
    #expect(desk.wanted.protections.map(\.size) == [.wholePosition])
    desk.answer("protect", Self.refusal(.fixRequest))
    // One that was not shown may rest for the whole position: its contracts are tried at once.
    #expect(desk.wanted.protections.map(\.size) == [.wholePosition, .contracts(10)])
    #expect(exits(desk).isEmpty)
    desk.answer("protect", Self.refusal(.fixRequest))
    #expect(exits(desk).map(\.contracts) == [10])
    #expect(exits(desk).map(\.type) == [.market])
    #expect(desk.now - nakedAt <= .seconds(2))
  }

  @Test
  func `O22 two stops whose answers were lost and an account that is not read end in a close`() {
    var desk = nakedDesk()
    desk.run(.milliseconds(1600)) { failReadings(&$0) }
    desk.answer("protect", Self.noWord)
    desk.run(.milliseconds(2100)) { failReadings(&$0) }
    #expect(desk.wanted.protections.count == 2)
    desk.answer("protect", Self.noWord)
    #expect(exits(desk).isEmpty)
    desk.run(.milliseconds(2100)) { failReadings(&$0) }
    #expect(desk.wanted.protections.count == 2)
    #expect(exits(desk).map(\.contracts) == [10])
  }

  @Test func `O22 an exchange that is too busy for a stop twice closes the position`() {
    var desk = nakedDesk()
    desk.run(.milliseconds(1600)) { failReadings(&$0) }
    for _ in 0..<2 {
      desk.answer("protect", Self.refusal(.waitAndRetry))
      desk.run(.milliseconds(600)) { failReadings(&$0) }
    }
    #expect(desk.wanted.protections.count == 2)
    #expect(exits(desk).map(\.contracts) == [10])
  }

  @Test func `O22 a stop that the exchange says it took is waited for, whatever the reading does`()
  {
    var desk = nakedDesk()
    desk.run(.milliseconds(1600)) { failReadings(&$0) }
    desk.answer("protect", .confirmed(.order(ExchangeOrderID("950"))))
    desk.run(.seconds(10)) { failReadings(&$0) }
    #expect(desk.wanted.protections.count == 1)
    #expect(exits(desk).isEmpty)
  }

  @Test func `O24 W07 a missing stop is placed again though the account stream was lost since`() {
    var desk = nakedDesk()
    desk.take(.link(.privateStream, .down("reset")))
    desk.run(.seconds(2)) { failReadings(&$0) }
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
    #expect(exits(desk).isEmpty)
  }

  /// Lets time pass at an exchange that refuses stops and exits.
  private func refuseAll(_ desk: inout EngineDesk, for span: TimeSpan) {
    desk.run(span) { desk in
      failReadings(&desk)
      while let line = desk.snapshot.requests.waiting.first(where: {
        ["protect", "submit"].contains($0.subject.word)
      }) {
        desk.take(.outcome(line.id, Self.refusal(.fixRequest)))
        failReadings(&desk)
      }
    }
  }

  @Test func `O23 H12 a close that is refused is tried ever more seldom and said at doublings`() {
    var desk = nakedDesk()
    refuseAll(&desk, for: .seconds(60))
    let count = exits(desk).count
    #expect(count >= 6 && count < 10)
    let said = desk.wanted.notices.filter { $0.hasPrefix("closing the unprotected") }
    #expect(
      said.prefix(3) == [
        "closing the unprotected position: the stop was refused: stop price",
        "closing the unprotected position, try 2: the stop could not be placed",
        "closing the unprotected position, try 4: the stop could not be placed",
      ])
    #expect(said.count <= 4)
  }

  @Test func `O23 another size or an instrument that trades again is closed without a wait`() {
    var desk = nakedDesk()
    let opened = desk.snapshot.account.positions.held[0].report.createdAt
    refuseAll(&desk, for: .seconds(60))
    let count = exits(desk).count
    desk.take(.positions([Sample.position(contracts: 5, opened: opened, updated: desk.now)]))
    #expect(exits(desk).dropFirst(count).map(\.contracts) == [5])
    refuseAll(&desk, for: .seconds(60))
    let later = exits(desk).count
    var suspended = Sample.bitcoin
    suspended.status = .suspended
    desk.take(.market(.instruments([suspended, Sample.ether])))
    #expect(exits(desk).count == later)
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    #expect(exits(desk).dropFirst(later).map(\.contracts) == [5])
  }
}

/// A start whose account is long in coming: there are more fills than fit into a few pages.
@Suite struct EarlyProtectionTests {
  /// The positions of an earlier run, and a start that waits for the account and knows them by the
  /// stream alone, or not at all.
  private func waiting(
    streamTells: Bool = true
  ) -> (desk: EngineDesk, positions: [Position]) {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    let positions = first.snapshot.account.positions.held.map(\.report)
    var desk = EngineDesk(settings: PlanTests.nextRun)
    desk.now = first.now + .seconds(20)
    desk.take(.started(Recovery(journal: first.wanted.journaled)))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.quote(Sample.bitcoin, 60_000)
    if streamTells { desk.take(.positions(positions)) }
    return (desk, positions)
  }

  @Test func `O22 R02 a stop that is missing at a start is placed before the account is whole`() {
    var (desk, positions) = waiting()
    desk.run(.milliseconds(1_600))
    // What rests is not known yet.
    #expect(desk.wanted.protections.isEmpty)
    let told = desk.take(.holdings(positions, [], askedAt: desk.now))
    #expect(told.protections.map(\.stopLoss?.triggerPrice) == [59_000])
    #expect(told.protections.map(\.size) == [.wholePosition])
    // New risk waits for the rest.
    desk.command(.open(EngineDesk.long))
    #expect(desk.wanted.orders == [])
    #expect(desk.snapshot.step == .account)
  }

  @Test func `O22 a position that only the reading tells of has its stop two seconds later`() {
    var (desk, positions) = waiting(streamTells: false)
    let askedAt = desk.now
    desk.pass(.milliseconds(100))
    desk.take(.holdings(positions, [], askedAt: askedAt))
    desk.run(.milliseconds(1_900))
    #expect(desk.wanted.protections.map(\.stopLoss?.triggerPrice) == [59_000])
  }

  @Test func `O22 a stop that rests is seen before the account is whole, and none is placed`()
    throws
  {
    var (desk, positions) = waiting()
    desk.take(.holdings(positions, [EngineDesk.attachedStop], askedAt: desk.now))
    let event = try #require(desk.log.last)
    #expect(try EventCoding.decode(EventCoding.encode(event)) == event)
    desk.run(.seconds(3))
    #expect(desk.wanted.protections.isEmpty)
    #expect(desk.snapshot.account.triggers.map(\.order) == [EngineDesk.attachedStop])
    let account = EngineDesk.account(positions: positions, triggers: [EngineDesk.attachedStop])
    desk.answer("accountSnapshot", .confirmed(.account(account)))
    desk.run(.seconds(3))
    #expect(desk.snapshot.step == .ready)
    #expect(desk.wanted.protections.isEmpty)
  }

  @Test func `a list that was asked for before the stream told of the end of a position is older`()
  {
    var (desk, positions) = waiting()
    let askedAt = desk.now
    desk.pass(.milliseconds(100))
    let held = Sample.position(contracts: 4, opened: positions[0].createdAt, updated: desk.now)
    desk.take(.positions([held]))
    desk.take(.holdings(positions, [EngineDesk.attachedStop], askedAt: askedAt))
    #expect(desk.snapshot.account.positions.held.map(\.report.contracts) == [4])
  }
}
