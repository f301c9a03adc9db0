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
