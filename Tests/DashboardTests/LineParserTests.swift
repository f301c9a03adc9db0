import Screen
import TestSupport
import Testing
import Units

@testable import Dashboard

struct LineParserTests {
  @Test func `every line of the corpus is read as recorded`() throws {
    let lines = CommandCorpus.lines
    #expect(lines.count >= 1_000)
    let text = lines.map { line -> String in
      do throws(LineProblem) {
        return "\(line.debugDescription)\n  = \(try LineParser.parse(line))"
      } catch {
        return "\(line.debugDescription)\n  ! \(error.at): \(error.text)"
      }
    }
    #expect(try Golden.mismatch(text.joined(separator: "\n") + "\n", "command_lines") == nil)
  }

  @Test func `the examples of the grammar are lines`() throws {
    for (line, _) in LineGrammar.examples { _ = try LineParser.parse(line) }
  }

  @Test func `what the grammar calls a verb is one, and no other word is`() {
    for verb in LineGrammar.verbs {
      do throws(LineProblem) {
        _ = try LineParser.parse(verb)
      } catch {
        #expect(!error.text.contains("is no command"), "\(verb)")
      }
    }
  }

  @Test(arguments: Seeds.first(20))
  func `random text is read or refused, never a trap`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let pieces =
      LineGrammar.verbs + [
        "btc", "5%", "@", "..", "1..2", "sl", "tp", "2r", "漢", "\u{1B}", "-", "%",
      ]
    for _ in 0..<500 {
      var line = ""
      for _ in 0..<Int.random(in: 0..<9, using: &random) {
        line += pieces.randomElement(using: &random) ?? ""
        if Bool.random(using: &random) { line += " " }
      }
      do throws(LineProblem) {
        _ = try LineParser.parse(line)
      } catch {
        #expect((0...line.count).contains(error.at), "seed \(seed): \(line.debugDescription)")
      }
    }
  }

  @Test func `a line that is too long is refused`() {
    #expect(throws: LineProblem(at: 256, text: "the line is longer than 256 characters")) {
      try LineParser.parse(String(repeating: "a", count: 257))
    }
  }

  @Test func `words are completed as far as they are certain`() {
    let coins = ["BTC", "ETH", "SOL"]
    func completed(_ text: String) -> String {
      LineCompletion(text, markets: coins).applied(to: text)
    }
    #expect(completed("bu") == "buy ")
    #expect(completed("buy e") == "buy eth ")
    #expect(completed("re") == "re")
    #expect(completed("red") == "reduce ")
    #expect(completed("buy btc 1% s") == "buy btc 1% sl ")
    #expect(completed("buy st") == "buy stop ")
    #expect(completed("buy stop e") == "buy stop eth ")
    #expect(completed("buy stop eth 5 fo") == "buy stop eth 5 fo")
    #expect(completed("layout r") == "layout research ")
    #expect(completed("scale b") == "scale buy ")
    #expect(completed("xyz") == "xyz")
    #expect(completed("oc") == "oco ")
    #expect(completed("oco b") == "oco buy ")
    #expect(completed("oco buy e") == "oco buy eth ")
    #expect(completed("oco buy btc @ 5 o") == "oco buy btc @ 5 or ")
    #expect(completed("oco buy btc @ 5 or se") == "oco buy btc @ 5 or sell ")
    #expect(completed("amend l") == "amend last ")
    #expect(completed("amend last 8 ") == "amend last 8 @ ")
    #expect(LineCompletion("oco buy btc @ ", markets: coins).candidates == ["ask", "bid"])
    #expect(
      LineCompletion("oco buy btc 1 ", markets: coins).candidates == ["@", "post", "sl", "tp"])
    #expect(LineCompletion("amend btc @ ", markets: coins).candidates == ["ask", "bid"])
    #expect(LineCompletion("buy ", markets: coins).candidates == ["btc", "eth", "sol", "stop"])
    #expect(LineCompletion("buy btc 1 @ ", markets: coins).candidates == ["ask", "bid"])
    #expect(
      LineCompletion("buy btc 1 post ", markets: coins).candidates == ["@", "sl", "tp"])
  }
}
