import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Whatever is refused, whoever asked for it hears, and once.
@Suite struct RefusalToldTests {
  private static let adding = OpeningIntent(
    instrument: Sample.btc, side: .short, marginMode: .isolated, type: .market,
    size: .contracts(1), stop: .stop(Trigger(triggerPrice: 61_000)))

  private static let ether = PositionKey(
    instrument: Sample.ether.id, slot: .net, marginMode: .isolated)

  @Test func `every refusal of a command is among the notices, once`() {
    let commands: [Command] = [
      .openAt(EngineDesk.long, trigger: 59_000, until: nil),
      .openAt(EngineDesk.long, trigger: "60100.05", until: nil),
      .openAt(EngineDesk.long, trigger: 60_000, until: nil),
      .open(
        OpeningIntent(
          instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
          size: .contracts(10), stop: .stop(Trigger(triggerPrice: 60_001)))),
      .close(ClosingIntent(key: Sample.btcKey)),
      .breakEven(Sample.btcKey),
      .scaleIn(Sample.btcKey, EngineDesk.long, closeShare: "0.5"),
      .reverse(Sample.btcKey, Self.adding),
      .trail(Sample.btcKey, .price(100), activation: nil),
      .amend(EngineDesk.id(9), .limit(59_000), contracts: 1),
      .abandon(PlanID(run: RunID("p"), sequence: 9)),
      .approve(9),
      .cancelBatch([]),
      .openBatch([]),
      .setLeverage(Sample.btc, .isolated, "2.5"),
      .setStrategy("none", .paused),
    ]
    for command in commands {
      var desk = EngineDesk()
      desk.boot()
      let effects = desk.command(command)
      let answers = effects.records.compactMap { record -> String? in
        if case .command(let line) = record { line.answer } else { nil }
      }
      #expect(answers.count == 1, "\(command.text)")
      #expect(effects.notices == answers.map { "denied: \($0)" }, "\(command.text)")
      #expect(effects.refusal(of: command, from: .keyboard) == answers.first)
    }
  }

  @Test func `a trail, a leverage and a mode that are denied are written as orders are`() {
    var desk = EngineDesk()
    desk.boot(EngineDesk.account(positions: [Sample.position()], triggers: [Sample.stop()]))
    let denied: [(Command, Intent, Denial)] = [
      (
        .trail(Sample.btcKey, .price(60_000), activation: nil),
        .trail(Sample.btcKey, .price(60_000), activation: nil),
        .trailOutOfRange(60_000, least: "0.5", price: 60_000)
      ),
      (
        .trail(Self.ether, .share("0.01"), activation: 4_000),
        .trail(Self.ether, .share("0.01"), activation: 4_000),
        .nothingToClose(Self.ether)
      ),
      (
        .setLeverage(Sample.btc, .isolated, "2.5"), .setLeverage(Sample.btc, .isolated, "2.5"),
        .leverageNotWhole("2.5", limit: desk.snapshot.limits.leverageMaximum)
      ),
      (
        .setPositionMode(.hedge), .setPositionMode(.hedge),
        .positionModeTaken(positions: 1, orders: 1)
      ),
    ]
    for (command, intent, denial) in denied {
      let effects = desk.command(command)
      let record = DenialRecord(
        code: denial.code, text: denial.text, intent: intent, source: .keyboard, at: desk.now)
      let written = effects.records.compactMap { line -> DenialRecord? in
        if case .denial(let found) = line { found } else { nil }
      }
      #expect(written == [record], "\(command.text)")
      #expect(desk.snapshot.denials.last == record)
      #expect(effects.notices == ["denied: \(denial.text)"])
      #expect(effects.refusal(of: command, from: .keyboard) == denial.text)
    }
  }

  @Test func `what was done has no refusal`() {
    var desk = EngineDesk()
    desk.boot()
    let command = Command.openAt(EngineDesk.long, trigger: 61_000, until: nil)
    let effects = desk.command(command)
    #expect(effects.refusal(of: command, from: .keyboard) == nil)
    #expect(effects.notices == [])
  }

  @Test func `an entry beside too many actions is told once`() {
    var desk = EngineDesk()
    desk.boot()
    for count in 0..<50 {
      let trigger = Price(61_000) + Price(Fixed(count))
      desk.command(.openAt(EngineDesk.long, trigger: trigger, until: nil))
    }
    let last = Command.openAt(EngineDesk.long, trigger: 62_000, until: nil)
    let effects = desk.command(last)
    #expect(effects.notices == ["too many actions go on: entry was not begun"])
    #expect(effects.refusal(of: last, from: .keyboard) == "too many actions go on")
  }
}
