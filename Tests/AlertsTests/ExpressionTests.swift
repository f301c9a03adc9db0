import Alerts
import TestSupport
import Testing
import Trading
import Units

/// What conditions mean, on conditions drawn at random.
@Suite struct ExpressionTests {
  @Test(arguments: Seeds.first(30))
  func `a condition with slack is true wherever it is true without`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<100 {
      let text = RandomCondition.text(&random, depth: 3)
      guard case .expression(let expression) = try CorpusTests.read(text).condition else {
        continue
      }
      for _ in 0..<20 {
        let values = expression.readings.map { RandomCondition.value($0, &random) }
        guard expression.isTrue(values) == true else { continue }
        let slack = AlertDistance.percent(Fixed(random.within(0...20)))
        #expect(expression.isTrue(values, slack: slack) == true, "seed \(seed): \(text) \(values)")
      }
    }
  }

  @Test(arguments: Seeds.first(30))
  func `what is printed reads back as the same condition`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<100 {
      let text = RandomCondition.text(&random, depth: 4)
      let rule = try CorpusTests.read(text)
      #expect(try CorpusTests.read(rule.text) == rule, "seed \(seed): \(text)")
    }
  }

  @Test(arguments: Seeds.first(30))
  func `text of any kind is a rule or a sentence with a place in it`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let corpus = try CorpusTests.inputs()
    for _ in 0..<300 {
      let text = RandomCondition.mutated(corpus[random.below(corpus.count)], &random)
      do throws(ExpressionProblem) {
        let rule = try CorpusTests.read(text)
        #expect(try CorpusTests.read(rule.text) == rule, "seed \(seed): \(text)")
      } catch {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(error.line >= 1 && error.line <= max(1, lines.count), "seed \(seed): \(text)")
        #expect(error.column >= 1 && error.column <= text.unicodeScalars.count + 1)
        let isPlain = error.description.unicodeScalars.allSatisfy { $0.value >= 32 }
        #expect(isPlain, "seed \(seed): \(text)")
      }
    }
  }

  @Test func `what is unknown decides nothing, and what is decided needs no more`() throws {
    func verdict(_ text: String, _ values: [Fixed?]) throws -> Bool? {
      guard case .expression(let expression) = try CorpusTests.read(text).condition else {
        return nil
      }
      return expression.isTrue(values)
    }
    #expect(try verdict("btc > 1 and eth > 1", [nil, 0]) == false)
    #expect(try verdict("btc > 1 and eth > 1", [nil, 2]) == nil)
    #expect(try verdict("btc > 1 or eth > 1", [nil, 2]) == true)
    #expect(try verdict("btc > 1 or eth > 1", [nil, 0]) == nil)
    #expect(try verdict("not btc > 1", [nil]) == nil)
    #expect(try verdict("btc / eth > 1", [5, 0]) == nil)
    #expect(try verdict("btc * 999999999999 > 1", [Fixed(raw: .max)]) == nil)
    #expect(try verdict("btc + 1 > 1", [Fixed(raw: .max)]) == nil)
  }
}

/// Conditions and values drawn at random.
enum RandomCondition {
  static func text(_ random: inout SeededRandom, depth: Int) -> String {
    switch depth == 0 ? 0 : random.below(6) {
    case 1: "(\(text(&random, depth: depth - 1))) and (\(text(&random, depth: depth - 1)))"
    case 2: "(\(text(&random, depth: depth - 1))) or \(text(&random, depth: depth - 1))"
    case 3: "not (\(text(&random, depth: depth - 1)))"
    case 4: "\(text(&random, depth: depth - 1)) and \(text(&random, depth: depth - 1))"
    default:
      ["btc", "mark(ETH)", "last(SOL)", "btc - eth", "btc * 2", "-mark(BTC)", "max(btc, 50)"][
        random.below(7)] + [" > ", " >= ", " < ", " <= "][random.below(4)]
        + ["\(random.below(100))", "eth", "mark(SOL) / 2", "btc + 5", "-\(random.below(9))"][
          random.below(5)]
    }
  }

  static func value(_ reading: AlertReading, _ random: inout SeededRandom) -> Fixed? {
    random.oneIn(8) ? nil : Fixed(random.below(100))
  }

  static func mutated(_ text: String, _ random: inout SeededRandom) -> String {
    var scalars = Array(text.unicodeScalars)
    let alphabet = Array("()<>=%.,-+*/ \n\"abtc0159_&|!$é\u{1B}\u{0}".unicodeScalars)
    for _ in 0..<random.within(1...4) {
      let place = random.below(scalars.count + 1)
      switch random.below(3) {
      case 0: scalars.insert(alphabet[random.below(alphabet.count)], at: place)
      case 1 where place < scalars.count: scalars.remove(at: place)
      default:
        if place < scalars.count { scalars[place] = alphabet[random.below(alphabet.count)] }
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
