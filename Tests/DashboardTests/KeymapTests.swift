import Engine
import Screen
import TestSupport
import Testing

@testable import Dashboard

/// Keys that the user changed.
struct KeymapTests {
  private func change(
    _ action: String, _ keys: [String], in context: String = "main", line: Int = 4
  ) -> KeyChange {
    KeyChange(context: context, action: action, keys: keys, place: "keys.yaml:\(line)")
  }

  private func problems(_ changes: KeyChange...) -> [String] {
    do throws(KeymapProblems) {
      _ = try Keymap.standard.changed(by: changes)
      return []
    } catch {
      return error.lines
    }
  }

  @Test func `T21 a changed key does its action, and the former key does nothing`() throws {
    let keymap = try Keymap.standard.changed(by: [
      change("flatten", ["X", "Ctrl-X"]), change("confirm", ["j"], in: "confirmation", line: 5),
    ])
    var desk = Desk.trading(keymap: keymap)
    #expect(desk.frame(80, 24).rows[23].contains("X flatten"))
    expect(desk.press(.function(8)), [])
    #expect(desk.model.context == .main)
    desk.press("X")
    #expect(desk.frame(80, 24).text.contains("Esc no   j yes"))
    expect(desk.press("y"), [])
    expect(desk.press("j"), [.engine(.flatten(nil))])
  }

  @Test func `T21 every sentence names the changed key`() throws {
    let keymap = try Keymap.standard.changed(by: [
      change("arm", ["y"]), change("ticket-long", ["N"], line: 5),
      change("focus-book", ["0"], line: 6),
    ])
    var desk = Desk.idle(keymap: keymap)
    #expect(desk.text.contains("no open position: N buys, s sells"))
    #expect(desk.text.contains(" 0 Book"))
    desk.press("m")
    #expect(desk.model.toast?.text == "m: y arms")
    desk.press("?")
    #expect(desk.frame(200, 60).text.contains("y          arm one-key orders"))
  }

  @Test func `a key that means two things is refused with both places`() {
    #expect(
      problems(change("flatten", ["b"])) == [
        "keys.yaml:4: in main, b means flatten here and ticket-long by default"
      ])
    #expect(
      problems(change("flatten", ["X"]), change("halt", ["X"], line: 9)) == [
        "keys.yaml:9: in main, X means halt here and flatten at keys.yaml:4"
      ])
    #expect(
      problems(change("ticket-long", ["s"]), change("ticket-short", ["b"], line: 5)) == [])
  }

  @Test func `names that mean nothing are refused`() {
    #expect(
      problems(change("flaten", ["X"], in: "confirmation")) == [
        "keys.yaml:4: `flaten` is no action of confirmation: confirm, back"
      ])
    #expect(
      problems(change("flatten", ["Hyper-X"])) == [
        "keys.yaml:4: `Hyper-X` is no key; keys are such as a, B, F8, Ctrl-P, Alt-b, Tab"
      ])
    #expect(
      problems(change("flatten", ["X"], in: "menu"))[0].hasPrefix("keys.yaml:4: `menu` is no"))
    #expect(
      problems(change("flatten", ["X"]), change("flatten", ["Y"], line: 5)) == [
        "keys.yaml:5: flatten has its keys already at keys.yaml:4"
      ])
  }

  @Test func `a key that never arrives is refused with what arrives in its place`() {
    let sentences = [
      "Ctrl-I": "a terminal sends it as Tab", "Ctrl-M": "a terminal sends it as Enter",
      "Ctrl-H": "a terminal sends it as Backspace", "Ctrl-[": "a terminal sends it as Esc",
      "Ctrl-J": "a terminal sends it for a line feed, as in pasted text",
      "Ctrl-1": "no terminal sends it", "Alt-O": "Esc and then O is how other keys begin",
      "Alt-]": "Esc and then ] is how other keys begin",
    ]
    for (key, sentence) in sentences {
      #expect(
        problems(change("flatten", ["F8", key])) == [
          "keys.yaml:4: \(key) never arrives: \(sentence); choose another key"
        ])
    }
    #expect(
      problems(change("bracket-long", ["Alt-b"])) == [
        "keys.yaml:4: Alt-b may not send an order: Esc and then a key may arrive as Alt with it"
      ])
  }

  @Test func `T19 no change makes a question answer itself or locks the user in`() {
    let dangers = [
      change("confirm", ["Enter"], in: "confirmation"),
      change("confirm", ["F8"], in: "confirmation"),
      change("confirm", ["Ctrl-Z"], in: "confirmation"),
      change("send", ["b"], in: "ticket"), change("send", ["5"], in: "ticket"),
      change("submit-line", ["x"], in: "line"), change("back", [], in: "confirmation"),
      change("flatten", []), change("close-share-4", ["p"], in: "partialClose"),
      change("market-send-long", ["m"], in: "marketOrder"),
    ]
    for danger in dangers { #expect(problems(danger).count == 1, "\(danger)") }
  }

  @Test func `every row has a name of its own that leads back to it`() throws {
    for context in KeyContext.allCases {
      let names = Keymap.standard.rows.filter { $0.context == context }.map(\.action.name)
      #expect(Set(names).count == names.count, "\(context): \(names)")
      #expect(names.allSatisfy { !$0.contains("(") && !$0.contains(".") }, "\(names)")
    }
    let same = Keymap.standard.rows.enumerated().map { line, row in
      change(row.action.name, row.keys.map(\.description), in: row.context.rawValue, line: line)
    }
    #expect(try Keymap.standard.changed(by: same) == .standard)
  }
}

struct OrderTemplateTests {
  private func desk() throws -> Desk {
    try .trading(templates: [
      OrderTemplate(name: "dip", text: "buy * 0.5% @ bid post sl 1% tp 2r"),
      OrderTemplate(name: "ladder", text: "scale buy btc 3 61000..60500 1% sl 2%"),
    ])
  }

  @Test func `a template is the order of its line, about the chosen market or another`() throws {
    var desk = try desk()
    func meaning(_ line: String) throws -> LineMeaning {
      try desk.model.meaning(of: LineParser.parse(line))
    }
    #expect(
      try meaning("template dip") == meaning("buy btc 0.5% @ bid post sl 1% tp 2r"))
    #expect(
      try meaning("template dip eth") == meaning("buy eth 0.5% @ bid post sl 1% tp 2r"))
    #expect(
      try meaning("template ladder") == meaning("scale buy btc 3 61000..60500 1% sl 2%"))
    desk.press("i")
    desk.type("dip")
    #expect(
      desk.text.contains("Ghost  buy BTC-USDT post-only 59,999.5")
        || desk.text.contains("Ghost  buy BTC-USDT post-only 59999.5"))
    desk.press(.enter)
    #expect(desk.model.context == .confirmation)
    expect(desk.press("y"), count: 1)
  }

  @Test func `what is wrong with a template is said`() throws {
    let desk = try desk()
    func problem(_ line: String) -> String {
      do throws(LineProblem) {
        _ = try desk.model.meaning(of: LineParser.parse(line))
        return ""
      } catch {
        return error.text
      }
    }
    #expect(problem("template") == "template needs its name; Tab lists them")
    #expect(problem("template top") == "no such template: dip ladder")
    #expect(
      problem("template ladder eth")
        == "`ladder` has a market of its own: scale buy btc 3 61000..60500 1% sl 2%")
    func refused(_ name: String, _ text: String) -> String {
      do throws(OrderTemplateProblem) {
        _ = try OrderTemplate(name: name, text: text)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(
      refused("Dip", "buy btc") == "a name has up to 24 lower-case letters, digits and dashes")
    #expect(refused("dip", "buy * 1,5").hasPrefix("character "))
    #expect(
      refused("dip", "flatten") == "character 1: a template is an order: buy, sell, scale or oco")
    #expect(
      refused("dip", "template dip")
        == "character 1: a template is an order: buy, sell, scale or oco")
  }

  @Test func `the names of templates are completed`() throws {
    let desk = try desk()
    #expect(desk.model.completion(of: "template ").candidates == ["dip", "ladder"])
    #expect(desk.model.completion(of: "template d").applied(to: "template d") == "template dip ")
    #expect(desk.model.completion(of: "template dip e").candidates == ["eth"])
  }
}
