import Engine
import Journal
import Runtime
import Screen
import Simulation
import Testing
import Trading
import Units

@MainActor
struct FirstTradeTests {
  @Test func `a newcomer buys with a stop, sees it protected, and closes it`() {
    let story = Story()
    story.wait(3_000)
    #expect(!story.rows(with: "ready").isEmpty)
    story.press(.character("b"))
    #expect(story.rows(with: "BUY (long) BTC-USDT").count == 1)
    story.press(.character("y"))
    story.wait(1_000)
    #expect(story.rows(with: "3 Positions (1)").count == 1)
    #expect(story.rows(with: "4 Orders (1)").count == 1)
    #expect(story.rows(with: "NAKED").isEmpty)
    story.press(.character("p"), .character("4"))
    story.wait(1_000)
    #expect(story.rows(with: "3 Positions (0)").count == 1)
    #expect(story.rows(with: "4 Orders (0)").count == 1)
    #expect(kinds(of: story.journal.records) == [.openIntent, .fill, .closeIntent, .fill, .ending])
  }

  @Test func `quitting asks while a position is open, and no key confirms by itself`() {
    let story = Story()
    story.wait(3_000)
    story.press(.character("b"), .character("y"))
    story.wait(1_000)
    story.press(.character("q"), .character("q"), .enter)
    #expect(!story.hasQuit)
    #expect(story.rows(with: "PAPER: quit?").count == 1)
    story.press(.character("y"))
    #expect(story.hasQuit)
  }

  @Test(arguments: [([Key.character("B")], 1), ([.character("q"), .character("B")], 0)])
  func `a key that came together with the quit does nothing`(keys: [Key], orders: Int) {
    let story = Story()
    story.wait(3_000)
    story.press(.character("a"))
    story.host?.take(keys)
    story.wait(1_000)
    #expect(story.journal.intents.count == orders)
  }

  @Test func `T18 a pasted yes confirms nothing`() {
    let story = Story()
    story.wait(3_000)
    story.press(.character("b"), .character("y"))
    story.wait(1_000)
    story.press(.function(8), .paste("y\n y\n"))
    story.wait(2_000)
    #expect(story.rows(with: "3 Positions (1)").count == 1)
  }

  @Test func `D01 no opening order leaves while the journal cannot write`() {
    let story = Story()
    story.wait(3_000)
    story.journal.failure = .diskFull
    story.press(.character("b"), .character("y"))
    story.wait(3_000)
    #expect(story.exchange.venue.positions(of: story.exchange.account).isEmpty)
    #expect(story.rows(with: "journal").count >= 1)
  }

  @Test func `D01 what was told and denied while the journal could not write is written later`() {
    let story = Story()
    story.wait(3_000)
    let before = story.journal.records.count
    story.journal.failure = .diskFull
    story.runtime.command(.note("mine", nil), from: .keyboard)
    story.wait(1_000)
    story.runtime.command(.close(ClosingIntent(key: Self.nothing)), from: .keyboard)
    story.wait(2_000)
    #expect(lines(story, from: before) == [])
    story.journal.failure = nil
    story.wait(15_000)
    #expect(
      lines(story, from: before) == [
        "user mine", "alarm the journal cannot be written: \(JournalProblem.diskFull)",
        "close.nothing there is no position in BTC-USDT to close",
      ])
  }

  @Test func `D01 an alert that was set while the journal could not write is written later`() {
    let story = Story()
    story.wait(3_000)
    let before = story.journal.records.count
    func rules() -> [String] {
      story.journal.records.dropFirst(before).compactMap { record in
        if case .alertRule(let rule) = record { rule.text } else { nil }
      }
    }
    story.journal.failure = .diskFull
    story.runtime.command(.addAlert("btc > 900000 once"), from: .keyboard)
    // Denials give way before it.
    for _ in 1...250 {
      story.runtime.command(.close(ClosingIntent(key: Self.nothing)), from: .keyboard)
    }
    story.wait(2_000)
    #expect(rules() == [])
    story.journal.failure = nil
    story.wait(15_000)
    #expect(rules() == ["last(BTC-USDT) > 900000 once rearm 0.1% warning"])
  }

  @Test func `of many lines that could not be written the newest are, with the number of the rest`()
  {
    let story = Story()
    story.wait(3_000)
    let before = story.journal.records.count
    story.journal.failure = .diskFull
    for count in 1...250 {
      story.runtime.command(.note("line \(count)", nil), from: .keyboard)
    }
    story.wait(2_000)
    story.journal.failure = nil
    story.wait(15_000)
    // Beside the 250 there is the alarm of the journal, which comes last.
    #expect(
      lines(story, from: before) == [
        "warning 51 older lines are lost: the journal could not be written"
      ] + (52...250).map { "user line \($0)" } + [
        "alarm the journal cannot be written: \(JournalProblem.diskFull)"
      ])
  }

  /// The notes that matter and the denials in a journal from a place on, as text.
  private func lines(_ story: Story, from start: Int) -> [String] {
    story.journal.records.dropFirst(start).compactMap { record in
      switch record {
      case .note(let note) where note.level != .notice: "\(note.level.rawValue) \(note.text)"
      case .denial(let denial): "\(denial.code) \(denial.text)"
      default: nil
      }
    }
  }

  private static let nothing = PositionKey(
    instrument: InstrumentID("BTC-USDT"), slot: .net, marginMode: .isolated)

  @Test func `the same seed and the same keys draw the same frames`() {
    func play() -> Frame {
      let story = Story(seed: 11)
      story.wait(3_000)
      story.press(.character("s"), .character("y"))
      story.wait(20_000)
      return story.frame
    }
    #expect(play() == play())
  }

  /// What matters of a record in a story of one trade.
  enum Kind {
    case openIntent
    case closeIntent
    case fill
    case ending
  }

  private func kinds(of records: [Record]) -> [Kind] {
    records.compactMap { record in
      switch record {
      case .intent(let intent): intent.purpose == .open ? .openIntent : .closeIntent
      case .fill: .fill
      case .positionCycle(let cycle, _): cycle.closedAt == nil ? nil : .ending
      default: nil
      }
    }
  }
}
