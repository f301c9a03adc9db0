import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// What keeps reflexes, held keys and pasted text from trading.
struct SafetyTests {
  private func armed(mode: String = "PAPER") -> Desk {
    var desk = Desk.trading(mode: mode)
    desk.press("a")
    return desk
  }

  @Test func `one-key orders need an armed screen, and arming runs out`() {
    var desk = Desk.trading()
    expect(desk.press("B"), [])
    #expect(desk.model.toast?.text == "B: a arms")
    desk.press("a")
    expect(desk.press("B"), count: 1)
    desk.pass(.seconds(61))
    #expect(!desk.model.isArmed)
    expect(desk.press("B"), [])
  }

  @Test func `S33 one key halts without a question, armed or not, and in every mode`() {
    let halt = DashboardCommand.engine(.setState(.halted, reason: "halted at the keyboard"))
    for mode in ["PAPER", "DEMO", "LIVE"] {
      var disarmed = Desk.trading(mode: mode)
      expect(disarmed.press("H"), [halt])
      var ready = armed(mode: mode)
      expect(ready.press("H"), [halt])
    }
    // Over a question about something else as well.
    var asked = Desk.trading()
    asked.press(.function(8))
    expect(asked.press("H"), [halt])
  }

  @Test func `T20 a held order key sends one order`() {
    var desk = armed()
    var commands = desk.press("B")
    // A terminal repeats a held key after half a second, then thirty times a second.
    desk.pass(.milliseconds(100))
    for _ in 0..<60 {
      commands += update(&desk.model, .key("B"), at: desk.now)
      desk.pass(.milliseconds(33))
    }
    #expect(commands.count == 1)
    desk.pass(.seconds(1))
    expect(desk.press("B"), count: 1)
  }

  @Test func `T20 a held cancel key cancels one order, another key in between frees it`() {
    var desk = Desk.trading()
    expect(desk.press("c"), count: 1)
    expect(desk.press("c"), count: 0)
    expect(desk.press("j", "c"), count: 1)
  }

  @Test func `T20 closing by a held key happens once`() {
    var desk = Desk.trading()
    let commands = desk.press("p", "4", "4", "4", "4")
    #expect(commands.count == 1)
  }

  @Test func `a burst of keys disarms`() {
    var desk = armed()
    for key in "jkjkjkjkj" {
      _ = update(&desk.model, .key(.character(key)), at: desk.now)
      desk.now = desk.now + .milliseconds(10)
    }
    #expect(!desk.model.isArmed)
    #expect(desk.model.toast?.text == "disarmed: too many keys at once")
  }

  @Test(arguments: KeyContext.allCases)
  func `T18 pasted text sends and confirms nothing anywhere`(context: KeyContext) {
    var desk = armed().entered(context)
    let pasted = String(repeating: "y\n y\nbB4\r", count: 1_000)
    expect(desk?.press(.paste(pasted)), [])
    #expect(desk?.model.context == context)
  }

  @Test func `T17 the mouse does nothing while the size of the screen is not known`() {
    for context in KeyContext.allCases {
      guard var desk = armed().entered(context) else { continue }
      let before = desk.frame(80, 24)
      for y in 0..<24 {
        for x in stride(from: 0, to: 80, by: 3) {
          let click = Key.mouse(Mouse(.press(.left), at: Point(x: x, y: y)))
          expect(update(&desk.model, .key(click), at: desk.now), [])
        }
      }
      #expect(desk.frame(80, 24) == before, "\(context)")
    }
  }

  @Test func `T19 losing the focus takes a question away and disarms`() {
    var desk = armed().entered(.confirmation)
    expect(desk?.press(.focusLost, "y"), [])
    #expect(desk?.model.context == .main)
    #expect(desk?.model.isArmed == false)
  }

  @Test func `the confirming key is deaf for a quarter of a second`() {
    var desk = Desk.trading()
    desk.press(.function(8))
    var late = desk
    expect(update(&desk.model, .key("y"), at: desk.now + .milliseconds(249)), [])
    expect(
      update(&late.model, .key("y"), at: late.now + .milliseconds(251)), [.engine(.flatten(nil))])
  }

  @Test func `no key that asks is the key that confirms`() {
    for context in KeyContext.allCases {
      let asking = Keymap.standard.rows.filter { $0.context == context && $0.action != .confirm }
      #expect(!asking.contains { $0.keys.contains("y") && context == .main })
      #expect(!Keymap.standard.rows.contains { $0.action == .confirm && $0.keys.contains(.enter) })
      #expect(!Keymap.standard.rows.contains { $0.action == .send && $0.keys.contains(.enter) })
    }
  }

  @Test func `T19 a question about orders names mode, side, size, market, worth, stop`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("buy btc 5 sl 59000")
    desk.press(.enter)
    let text = desk.frame(80, 24).text
    for part in [
      "PAPER: send this order?", "buy 5 BTC-USDT market", "worth 300.00", "stop 59000", "loses ",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    expect(desk.press("y"), count: 1)
  }

  @Test func `T23 LIVE is a word in every dialog, and opening needs arming`() {
    for context in KeyContext.allCases where context != .marketOrder {
      guard let desk = Desk.trading(mode: "LIVE").entered(context) else { continue }
      for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let frame = desk.frame(width, height)
        #expect(frame.rows[0].hasPrefix(" LIVE "), "\(context)")
        let isDialog = ![.main, .line, .prompt].contains(context)
        #expect(!isDialog || frame.text.contains("═ LIVE  "), "\(context) \(width)")
      }
    }
    var desk = Desk.trading(mode: "LIVE")
    expect(desk.press("b", "y"), [])
    #expect(desk.model.toast?.text == "y: LIVE: a arms the screen")
    desk.press(.escape, ":")
    desk.type("buy btc 5")
    expect(desk.press(.enter), [])
    #expect(desk.model.toast?.text == "LIVE: a arms the screen")
  }

  @Test func `exits work while disarmed, halted and not ready`() {
    var desk = Desk.trading(mode: "LIVE")
    desk.take(.command(.setState(.halted, reason: "test"), .keyboard))
    desk.take(.link(.privateStream, .down("test")))
    desk.refresh()
    expect(desk.press("p", "4"), count: 1)
    expect(desk.press(.function(7)), count: 1)
    expect(desk.press(.function(8), "y"), [.engine(.flatten(nil))])
    desk.press(":")
    desk.type("close btc 50%")
    expect(desk.press(.enter), count: 1)
  }

  @Test func `moving an order asks the engine, which cancels it first`() throws {
    var desk = Desk.trading()
    let old = try desk.placeLimit()
    desk.model.selectedOrder = .order(.exchange(old))
    desk.press("r", .control("u"))
    desk.type("58900")
    let id = ClientOrderID(run: RunID("p"), sequence: 1)
    expect(desk.press("y"), [.engine(.amend(id, .limit(58_900), contracts: 5))])
  }

  @Test func `an order that was placed elsewhere is not moved`() {
    var desk = Desk.trading()
    expect(desk.press("4", "r"), [])
    #expect(desk.model.toast?.text == "r: it was placed elsewhere: cancel it")
  }
}

extension Desk {
  /// Places a limit order by the command line and has the exchange take it.
  mutating func placeLimit() throws -> ExchangeOrderID {
    press(":")
    type("buy btc 5 @ 59000 sl 58000")
    for command in press(.enter) + press("y") {
      if case .engine(let command) = command { take(.command(command, .keyboard)) }
    }
    let id = ExchangeOrderID("2001")
    take(.intentDurable(ClientOrderID(run: RunID("p"), sequence: 1)))
    answer("submit", .confirmed(.order(id)))
    refresh()
    return id
  }
}
